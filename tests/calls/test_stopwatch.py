import pytest

from voicebot.calls.stopwatch import ReplyStopwatch


def test_the_stages_add_up_to_voice_to_voice() -> None:
    watch = ReplyStopwatch(endpointing=0.5, now=100.0)
    assert watch.words(100.05) == pytest.approx(50)
    watch.meaning(100.052)
    latency = watch.first_sound(100.07, queued=100.06)
    stages = latency.endpointing + latency.stt + latency.understanding + latency.tts + latency.transport
    assert latency.tts == pytest.approx(8)
    assert latency.transport == pytest.approx(10)
    assert latency.voice_to_voice == pytest.approx(570)
    assert stages == pytest.approx(latency.voice_to_voice)
