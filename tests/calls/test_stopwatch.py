import pytest

from voicebot.calls.stopwatch import ReplyStopwatch


def test_the_stages_add_up_to_voice_to_voice() -> None:
    watch = ReplyStopwatch()
    watch.start(endpointing=0.5, now=100.0)
    assert watch.words(100.05) == pytest.approx(50)
    watch.meaning(100.052)
    latency = watch.first_sound(100.07, queued=100.06)
    assert latency
    stages = latency.endpointing + latency.stt + latency.understanding + latency.tts + latency.transport
    assert latency.tts == pytest.approx(8)
    assert latency.transport == pytest.approx(10)
    assert latency.voice_to_voice == pytest.approx(570)
    assert stages == pytest.approx(latency.voice_to_voice)


def test_a_reply_is_timed_once() -> None:
    watch = ReplyStopwatch()
    watch.start(endpointing=0.5, now=100.0)
    watch.first_sound(100.1, queued=100.1)
    assert watch.first_sound(100.2, queued=100.2) is None
    assert watch.words(100.3) == 0.0


def test_what_wants_no_reply_is_timed_no_longer() -> None:
    watch = ReplyStopwatch()
    watch.start(endpointing=0.5, now=100.0)
    watch.drop()
    assert watch.first_sound(100.1, queued=100.1) is None
