from __future__ import annotations

import sys

import pytest

from tests.vad.sounds import Wave, frames, pink_noise, silence, tone, vowels
from voicebot.errors import SpeechError
from voicebot.media.frame import Band
from voicebot.vad.energy import EnergyJudge, energy_probability
from voicebot.vad.engines import open_vad
from voicebot.vad.framewise import FramewiseVad
from voicebot.vad.gate import GateSettings
from voicebot.vad.settings import VadSettings
from voicebot.vad.vad import Vad, VoiceActivity
from voicebot.vad.webrtc import WebRtcJudge


def hear(vad: Vad, *waves: Wave, band: Band = Band.NARROW) -> list[VoiceActivity]:
    heard: list[VoiceActivity] = []
    stream = vad.open(band, heard.append)
    for frame in frames(*waves, band=band):
        stream.push(frame)
    return heard


def energy() -> Vad:
    return FramewiseVad(EnergyJudge, GateSettings())


@pytest.mark.parametrize(
    ("level", "floor", "probability"),
    [
        (-20.0, -50.0, 1.0),  # speech on a good line
        (-41.0, -50.0, 0.5),  # in doubt
        (-48.0, -50.0, 0.0),  # the line's noise
        (-70.0, -100.0, 0.0),  # louder than digital silence, and still inaudible
    ],
)
def test_loudness_over_the_noise_is_speech(level: float, floor: float, probability: float) -> None:
    assert energy_probability(level, floor) == pytest.approx(probability, abs=0.1)


def test_every_frame_gets_its_verdict() -> None:
    heard = hear(energy(), silence(1.0))
    assert [activity.at for activity in heard] == pytest.approx([index * 0.02 for index in range(50)])


@pytest.mark.parametrize("band", Band)
def test_a_voice_over_noise_is_heard_by_loudness(band: Band) -> None:
    noise, voice = pink_noise(2.0, dbfs=-45.0, band=band), vowels(1.0, band=band)
    heard = hear(energy(), noise, voice, band=band)
    assert max(activity.probability for activity in heard[50:100]) < 0.5
    assert sum(activity.probability >= 0.5 for activity in heard[100:]) > 35


def test_the_end_of_sound_is_found_within_a_frame() -> None:
    heard = hear(energy(), silence(0.2), tone(0.31), silence(0.1))
    assert heard[25].quiet_tail == pytest.approx(0.01)


def test_a_closed_stream_says_nothing() -> None:
    heard: list[VoiceActivity] = []
    stream = energy().open(Band.NARROW, heard.append)
    stream.close()
    stream.push(frames(tone(0.02))[0])
    assert heard == []


def test_webrtc_hears_nothing_in_the_first_frames_of_a_noisy_line() -> None:
    heard = hear(FramewiseVad(lambda: WebRtcJudge(3), GateSettings()), pink_noise(0.2, dbfs=-30.0))
    assert {activity.probability for activity in heard} == {0.0}


@pytest.mark.parametrize("band", Band)
def test_webrtc_hears_a_voice(band: Band) -> None:
    voice = vowels(1.0, band=band)
    heard = hear(open_vad(VadSettings(engine="webrtc")), silence(0.5, band), voice, band=band)
    assert sum(activity.probability >= 0.5 for activity in heard[25:]) > 25


def test_without_the_package_the_error_names_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "webrtcvad", None)
    with pytest.raises(SpeechError, match=r"voicebot\[webrtc\]"):
        open_vad(VadSettings(engine="webrtc"))
