from voicebot.bench.figures import Spread
from voicebot.bench.latency import stages_of
from voicebot.bench.stt import Heard, accuracy
from voicebot.calls.record import Latency, Turn


def test_long_clips_weigh_as_much_as_they_have_words() -> None:
    told = accuracy("sphinx", "en", [Heard(0, 1, 1.0, 50.0), Heard(2, 9, 3.0, 150.0)])
    assert (told.clips, told.word_error_rate, told.exact, told.real_time_factor) == (2, 0.2, 0.5, 0.05)
    assert told.ms == Spread(100.0, 145.0, 150.0)


def test_only_replies_say_where_time_goes() -> None:
    reply = Turn("bot", "And when?", 1.0, 2.0, Latency(300.0, 20.0, 1.0, 9.0, 330.0))
    stages = stages_of([Turn("bot", "Hello.", 0.0, 1.0), reply])
    assert stages["voice_to_voice"] == Spread(330.0, 330.0, 330.0)
    assert list(stages) == ["endpointing", "stt", "understanding", "tts", "transport", "voice_to_voice"]
    assert stages_of([]) == {}
