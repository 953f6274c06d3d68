import json
import wave
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from voicebot.bench.vad import LEAD, Detected, detection
from voicebot.cli import app
from voicebot.stt.wav import wav_of

SPEECH = (0.5, 1.5)


def heard(
    *begun: float, ended: tuple[float, ...] = (), speech: tuple[float, float] | None = SPEECH
) -> Detected:
    return Detected(speech, 4.0, begun, ended)


def test_an_utterance_is_timed_from_the_first_sound_and_to_the_last() -> None:
    told = detection("silero", "en", [heard(0.6, ended=(2.0,))])
    assert told.onset_ms is not None
    assert told.end_ms is not None
    assert told.onset_ms.p50 == pytest.approx(100)
    assert told.end_ms.p50 == pytest.approx(500)
    assert (told.missed, told.premature, told.false_per_minute) == (0, 0.0, 0.0)


def test_an_end_within_the_speech_is_premature() -> None:
    assert (
        detection("silero", "en", [heard(0.6, 1.2, ended=(1.0, 2.0)), heard(0.6, ended=(2.0,))]).premature
        == 0.5
    )


def test_speech_that_nobody_noticed_is_missed() -> None:
    assert detection("silero", "en", [heard(), heard(0.6)]).missed == 1


def test_what_is_noticed_where_nobody_speaks_counts_by_the_minute_of_silence() -> None:
    told = detection("silero", "en", [heard(1.0, 2.0, speech=None), heard(0.2, 0.6, 3.5)])
    assert told.false_per_minute == pytest.approx(4 / (7.0 / 60), abs=0.01)


def test_a_very_short_word_may_be_noticed_when_it_is_over() -> None:
    assert detection("silero", "en", [heard(0.7, speech=(0.5, 0.65))]).missed == 0


def test_a_folder_of_clips_is_measured_by_every_detector_named(tmp_path: Path) -> None:
    loud = (8000 * np.sin(2 * np.pi * 200 * np.arange(8000) / 8000)).astype("<i2").tobytes()
    for name, pcm in (("tone.wav", loud), ("nothing.wav", bytes(16000))):
        with wave.open(str(tmp_path / name), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(pcm)
    manifest = '{"path": "tone.wav", "text": "aaa"}\n{"path": "nothing.wav", "text": ""}\n'
    (tmp_path / "manifest.jsonl").write_text(manifest)
    svg = tmp_path / "vad.svg"
    done = CliRunner().invoke(
        app, ["bench", "vad", str(tmp_path), "--engine", "energy", "--json", "--svg", str(svg)]
    )
    (told,) = json.loads(done.stdout)
    assert (told["clips"], told["missed"], told["false_per_minute"]) == (1, 0, 0.0)
    assert 0 < told["onset_ms"]["p50"] < LEAD * 1000
    assert "energy en" in svg.read_text()


def test_the_same_folder_is_measured_in_as_much_noise_as_asked_for(tmp_path: Path) -> None:
    loud = (8000 * np.sin(2 * np.pi * 400 * np.arange(8000) / 8000)).astype("<i2").tobytes()
    (tmp_path / "tone.wav").write_bytes(wav_of(loud, 8000))
    (tmp_path / "manifest.jsonl").write_text('{"path": "tone.wav", "text": "aaa"}\n')
    asked = ["--engine", "energy", "--noise", "30", "--noise", "20", "--json"]
    told = json.loads(CliRunner().invoke(app, ["bench", "vad", str(tmp_path), *asked]).stdout)
    assert [(one["noise_db"], one["clips"], one["missed"]) for one in told] == [(30, 1, 0), (20, 1, 0)]
