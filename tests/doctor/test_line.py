from __future__ import annotations

import socket

import pytest

from voicebot.doctor.line import Echo, is_loud, judge_echo, judge_queues, media_advice, sound_path, tone
from voicebot.doctor.verdict import Outcome
from voicebot.media.frame import Band
from voicebot.media.g711 import alaw_to_pcm, pcm_to_alaw, pcm_to_ulaw, ulaw_to_pcm
from voicebot.settings import load_settings


def test_sound_that_comes_back_soon_is_well() -> None:
    verdict = judge_echo(Echo("chan_websocket", [21.0, 19.0, 40.0], 0))
    assert verdict.outcome is Outcome.OK
    assert (
        verdict.finding == "21 ms there and back by chan_websocket: median of 3 bursts, 40 ms at most, 0 lost"
    )


def test_sound_that_is_long_under_way_is_a_warning() -> None:
    assert judge_echo(Echo("RTP (ulaw)", [75.0, 80.0], 0)).outcome is Outcome.WARNING


def test_bursts_that_get_lost_are_a_warning_and_silence_fails() -> None:
    some = judge_echo(Echo("RTP (ulaw)", [20.0], 1))
    assert (some.outcome, "1 lost" in some.finding) == (Outcome.WARNING, True)
    none = judge_echo(Echo("RTP (ulaw)", [], 12))
    assert (none.outcome, none.finding) == (Outcome.FAILS, "none of 12 bursts came back by RTP (ulaw)")


def test_queues_that_flows_name_exist() -> None:
    assert judge_queues({"negotiators"}, {"negotiators", "human"}).outcome is Outcome.OK
    assert judge_queues(set(), set()).outcome is Outcome.OK


def test_callers_for_a_queue_that_is_missing_go_to_the_general_one() -> None:
    verdict = judge_queues({"negotiators", "reception"}, {"reception", "human"})
    assert verdict.outcome is Outcome.WARNING
    assert verdict.finding == "no such queue: negotiators; its callers go to 'human'"
    assert judge_queues({"negotiators"}, set()).outcome is Outcome.FAILS


def test_the_websocket_is_measured_unless_a_voicebot_at_work_has_its_port() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        settings = load_settings(media={"port": held.getsockname()[1]})
        held.listen()
        telephony, by = sound_path(settings)
        assert (telephony.media, "the running voicebot" in by) == ("ulaw", True)
    assert sound_path(load_settings(media={"port": 0}))[0].media == "websocket"
    assert sound_path(load_settings(telephony={"media": "alaw"}))[1] == "RTP (alaw)"


@pytest.mark.parametrize("band", Band)
def test_the_tone_is_heard_through_g711_and_silence_is_not(band: Band) -> None:
    burst = tone(band)
    assert is_loud(burst)
    assert is_loud(alaw_to_pcm(pcm_to_alaw(burst)))
    assert is_loud(ulaw_to_pcm(pcm_to_ulaw(burst)))
    assert not is_loud(alaw_to_pcm(pcm_to_alaw(bytes(band.frame_bytes))))


def test_what_to_compare_depends_on_what_carries_the_sound() -> None:
    settings = load_settings(media={"port": 9555})
    by_websocket = media_advice(settings.media, settings.telephony)
    assert "[voicebot-media] in websocket_client.conf" in by_websocket
    assert "uri = ws://127.0.0.1:9555/media" in by_websocket
    by_rtp = media_advice(settings.media, settings.telephony.model_copy(update={"media": "ulaw"}))
    assert "UDP" in by_rtp
