from __future__ import annotations

import asyncio

import pytest
import structlog.testing

from tests.fakes.engines import FakeRecognizer, live, spoken
from voicebot.errors import SpeechError, SpeechServerError
from voicebot.remote.breaker import Breaker
from voicebot.stt.fallback import FallbackRecognizer, Link
from voicebot.stt.recognizer import ListenContext, Transcript
from voicebot.stt.settings import SttSettings

pytestmark = pytest.mark.virtual_time

PCM = bytes(3200)
DEAD = SpeechError("nobody answers")


def chain(
    *recognizers: FakeRecognizer, failures: int = 2, demo: frozenset[str] = frozenset()
) -> FallbackRecognizer:
    settings = SttSettings(utterance_timeout=5.0, attempt_timeout=2.0)
    links = [
        Link(one, Breaker(failures, rest=30.0), demo if n else frozenset())
        for n, one in enumerate(recognizers)
    ]
    return FallbackRecognizer(links, settings)


async def heard(recognizer: FallbackRecognizer, language: str = "en") -> Transcript:
    transcripts = [one async for one in recognizer.transcribe(spoken(PCM), context=ListenContext(language))]
    return transcripts[-1]


async def test_the_first_hears_and_is_named() -> None:
    first, second = FakeRecognizer("first", "yes"), FakeRecognizer("second", "no")
    transcript = await heard(chain(first, second))
    assert (transcript.text, transcript.engine) == ("yes", "first")
    assert second.asked == 0


async def test_when_it_fails_the_next_hears_all_of_the_same_sound() -> None:
    second = FakeRecognizer("second", "no")
    transcript = await heard(chain(FakeRecognizer("first", error=DEAD), second))
    assert (transcript.text, transcript.engine) == ("no", "second")
    assert second.heard == [PCM]


async def test_a_sound_that_is_still_coming_is_heard_from_its_beginning() -> None:
    first, second = FakeRecognizer("first", error=DEAD), FakeRecognizer("second", "no")
    words = chain(first, second).transcribe(live(PCM), context=ListenContext("en"))
    assert [one.engine async for one in words] == ["second"]
    assert second.heard == [PCM]


async def test_one_that_is_slow_is_left_after_its_time() -> None:
    loop = asyncio.get_running_loop()
    transcript = await heard(chain(FakeRecognizer("slow", "yes", seconds=60), FakeRecognizer("second", "no")))
    assert transcript.engine == "second"
    assert loop.time() == pytest.approx(2.0)


async def test_the_time_for_a_sound_begins_at_its_end() -> None:
    slow = FakeRecognizer("first", "yes", seconds=1.9)
    long = bytes(16000 * 10)
    words = chain(slow, FakeRecognizer("second", "no")).transcribe(live(long), context=ListenContext("en"))
    assert [one.engine async for one in words] == ["first"]


async def test_all_together_take_no_longer_than_one_alone_may() -> None:
    slow = [FakeRecognizer(name, "yes", seconds=60) for name in ("a", "b", "c", "d")]
    with pytest.raises(SpeechError, match=r"a: it took too long; b: .*; c: .*; d: it took too long"):
        await heard(chain(*slow))
    assert asyncio.get_running_loop().time() == pytest.approx(5.0)


async def test_who_fails_again_and_again_is_left_alone_then_tried_with_one_utterance() -> None:
    first, second = FakeRecognizer("first", "yes", error=DEAD), FakeRecognizer("second", "no")
    recognizer = chain(first, second, failures=2)
    with structlog.testing.capture_logs() as logs:
        for _ in range(4):
            await heard(recognizer)
    assert (first.asked, second.asked) == (2, 4)
    assert [entry["event"] for entry in logs][-1] == "speech_engine_left_alone"

    first.error, first.seconds = None, 1.0
    await asyncio.sleep(30.0)
    both = await asyncio.gather(heard(recognizer), heard(recognizer))
    assert sorted(transcript.engine for transcript in both) == ["first", "second"]
    assert (await heard(recognizer)).engine == "first"


async def test_a_server_that_asks_for_it_is_left_alone_as_long_as_it_asks() -> None:
    first = FakeRecognizer("first", "yes", error=SpeechServerError("busy", retry_after=120.0))
    recognizer = chain(first, FakeRecognizer("second", "no"), failures=5)
    await heard(recognizer)
    first.error = None
    await asyncio.sleep(119.0)
    assert (await heard(recognizer)).engine == "second"
    await asyncio.sleep(1.0)
    assert (await heard(recognizer)).engine == "first"


async def test_a_caller_who_goes_on_speaking_is_no_failure() -> None:
    slow = FakeRecognizer("first", "yes", seconds=1.0)
    recognizer = chain(slow, FakeRecognizer("second", "no"), failures=1)
    for _ in range(3):
        ahead = asyncio.create_task(heard(recognizer))
        await asyncio.sleep(0.5)
        ahead.cancel()
        await asyncio.wait([ahead])
    assert (await heard(recognizer)).engine == "first"


async def test_one_for_demonstrations_stands_in_for_nobody() -> None:
    demo = FakeRecognizer("demo", "si")
    recognizer = chain(FakeRecognizer("first", error=DEAD), demo, demo=frozenset({"es"}))
    with pytest.raises(SpeechError, match="first: nobody answers"):
        await heard(recognizer, "es")
    assert (await heard(recognizer, "en")).engine == "demo"


async def test_when_all_are_left_alone_that_is_said_at_once() -> None:
    recognizer = chain(FakeRecognizer("first", error=DEAD), failures=1)
    with pytest.raises(SpeechError, match="nobody answers"):
        await heard(recognizer)
    with pytest.raises(SpeechError, match="left alone for now: first"):
        await heard(recognizer)


async def test_one_that_can_hear_is_enough_to_begin_with() -> None:
    with structlog.testing.capture_logs() as logs:
        await chain(FakeRecognizer("first", error=DEAD), FakeRecognizer("second")).ready()
    assert [entry["event"] for entry in logs] == ["recognizer_not_ready"]
    with pytest.raises(SpeechError, match="nobody answers"):
        await chain(FakeRecognizer("first", error=DEAD)).ready()


async def test_all_are_closed() -> None:
    recognizers = [FakeRecognizer("first"), FakeRecognizer("second")]
    await chain(*recognizers).close()
    assert all(one.closed for one in recognizers)
