import pytest

from tests.amd.sounds import frames, silence, tone
from voicebot.amd.early import EarlySignals
from voicebot.disposition import Disposition
from voicebot.telephony.channel import NotConnectedError

VACANT = tone(985.2, 0.38) + tone(1370.6, 0.274) + tone(1776.7, 0.38)


def listen(pcm: bytes) -> None:
    early = EarlySignals()
    for frame in frames(pcm):
        early.hear(frame)


def test_a_dial_ends_at_the_three_tones_and_waits_for_no_announcement() -> None:
    with pytest.raises(NotConnectedError) as nobody:
        listen(silence(0.5) + VACANT + silence(10))
    assert nobody.value.outcome.disposition is Disposition.SIT_INVALID


def test_it_may_ring_and_play_tunes_for_as_long_as_it_likes() -> None:
    listen((tone(425, 1.0) + silence(4.0)) * 4 + tone(1000, 0.5) + silence(1.0))


def test_tones_that_do_not_say_why_wait_for_what_sip_says() -> None:
    listen(tone(950, 0.33) + tone(1400, 0.33) + tone(1800, 0.33) + silence(1.0))
