from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from voicebot.errors import SpeechError
from voicebot.media.frame import pcm_seconds
from voicebot.tts.engines import open_synthesizer
from voicebot.tts.espeak import EspeakLibrary, EspeakSynthesizer, load_library
from voicebot.tts.settings import TtsSettings
from voicebot.tts.synthesizer import Synthesizer, Voice

pytestmark = pytest.mark.engine

ENGLISH, SPANISH = Voice("en", "en-us"), Voice("es", "es-419")
ENVELOPE_RATE = 50


@pytest.fixture
async def espeak() -> AsyncIterator[Synthesizer]:
    synthesizer = open_synthesizer(TtsSettings(), Path())
    yield synthesizer
    await synthesizer.close()


@pytest.fixture(scope="module")
def library() -> EspeakLibrary:
    return EspeakSynthesizer()._library


async def say(espeak: Synthesizer, text: str, voice: Voice) -> npt.NDArray[np.float64]:
    pcm = b"".join([frame.pcm async for frame in espeak.synthesize(text, voice=voice)])
    return np.frombuffer(pcm, "<i2") / 32768


def envelope(sound: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Loudness in 20 ms blocks: what flutter of the voice does not change."""
    block = 22050 // ENVELOPE_RATE
    blocks = sound[: sound.size // block * block].reshape(-1, block)
    return np.asarray(np.sqrt((blocks**2).mean(axis=1)))


def sounds_like(sound: npt.NDArray[np.float64], other: npt.NDArray[np.float64]) -> bool:
    one, two = envelope(sound), envelope(other)
    if abs(one.size - two.size) > 1:
        return False
    size = min(one.size, two.size)
    return bool(np.corrcoef(one[:size], two[:size])[0, 1] > 0.95)


@pytest.mark.parametrize(
    ("text", "voice"),
    [("You owe two hundred fifteen dollars.", ENGLISH), ("Usted debe doscientos quince dólares.", SPANISH)],
)
async def test_both_languages_are_spoken(espeak: Synthesizer, text: str, voice: Voice) -> None:
    sound = await say(espeak, text, voice)
    assert 1.5 < sound.size / 22050 < 5.0
    assert np.abs(sound).max() > 0.1


async def test_each_sentence_is_a_frame_where_the_one_before_ends(espeak: Synthesizer) -> None:
    frames = [frame async for frame in espeak.synthesize("Hello. Can you pay?", voice=ENGLISH)]
    assert [frame.rate for frame in frames] == [22050, 22050]
    assert [frame.at for frame in frames] == [0.0, pcm_seconds(frames[0].pcm, 22050)]


async def test_a_slower_voice_takes_longer(espeak: Synthesizer) -> None:
    slow = await say(espeak, "Can you pay today?", Voice("en", "en-us", 100))
    fast = await say(espeak, "Can you pay today?", Voice("en", "en-us", 250))
    assert slow.size > 1.5 * fast.size


async def test_the_engine_names_itself_with_its_version(espeak: Synthesizer) -> None:
    assert espeak.identity(ENGLISH).startswith("espeak-ng 1.")


async def test_an_unknown_voice_is_told_which_ones_there_are(espeak: Synthesizer) -> None:
    with pytest.raises(SpeechError, match=r"no voice 'es-atlantis': set tts\.voices to one of es, es-419"):
        await say(espeak, "Hola", Voice("es", "es-atlantis"))


async def test_eight_calls_at_once_hear_what_they_would_hear_alone(espeak: Synthesizer) -> None:
    lines = [
        (f"Your code is {number}, thank you.", ENGLISH)
        if number % 2
        else (f"Su clave es {number}, gracias.", SPANISH)
        for number in range(111, 999, 111)
    ]
    alone = [await say(espeak, *line) for line in lines]
    together = await asyncio.gather(*(say(espeak, *line) for line in lines))
    for line, one, other in zip(lines, alone, together, strict=True):
        assert sounds_like(one, other), line


async def test_two_synthesizers_share_the_one_library(espeak: Synthesizer) -> None:
    other = EspeakSynthesizer()
    one, two = await asyncio.gather(
        say(espeak, "Can you pay today?", ENGLISH), say(other, "¿Puede pagar hoy?", SPANISH)
    )
    await other.close()
    assert sounds_like(one, await say(espeak, "Can you pay today?", ENGLISH))
    assert sounds_like(two, await say(espeak, "¿Puede pagar hoy?", SPANISH))


async def test_a_caller_who_hangs_up_leaves_the_voice_to_the_others(espeak: Synthesizer) -> None:
    endless = " and ".join(["one more thing"] * 3000)
    task = asyncio.create_task(say(espeak, endless, ENGLISH), name="a caller who hangs up")
    await asyncio.sleep(0)
    task.cancel()
    assert (await say(espeak, "Hello.", ENGLISH)).size
    assert task.cancelled()


def test_an_abandoned_text_stops_at_the_next_piece_of_sound(library: EspeakLibrary) -> None:
    class AbandonedAfterItBegan(threading.Event):
        asked = 0

        def is_set(self) -> bool:
            self.asked += 1
            return self.asked > 2

    pcm = library.speak("one two three four five six seven " * 20, ENGLISH, AbandonedAfterItBegan())
    assert 0.0 < pcm_seconds(pcm, library.rate) < 2.0


def test_a_text_abandoned_in_the_queue_is_not_spoken(library: EspeakLibrary) -> None:
    abandoned = threading.Event()
    abandoned.set()
    assert library.speak("Hello", ENGLISH, abandoned) == b""


async def test_odd_characters_are_no_harm(espeak: Synthesizer) -> None:
    assert (await say(espeak, "<b>a & b</b> \0 [[h]] \ud800 now", ENGLISH)).size


def test_a_missing_engine_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "espeakng_loader", None)
    with pytest.raises(SpeechError, match=r"pip install 'voicebot\[embedded\]'"):
        load_library()
