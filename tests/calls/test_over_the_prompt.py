"""What callers do while the bot speaks or listens, by sound: G.711 line, neural detector, spoken prompts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from tests.calls.scene import Scene
from tests.dialogue.test_other_language import in_both
from tests.vad.sounds import Wave, cough, pcm_of, silence
from voicebot.calls.events import (
    CallerHeard,
    CallerListened,
    CallerNotUnderstood,
    CallerStartedSpeaking,
    CallerWasSilent,
    PromptContinued,
    PromptEnded,
    PromptHeld,
    PromptStarted,
    StateEntered,
)
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.reading.loader import read_flow
from voicebot.media.frame import Band
from voicebot.stt.scripted import ScriptedRecognizer
from voicebot.tts.cache import PromptCache
from voicebot.tts.espeak import EspeakSynthesizer
from voicebot.tts.settings import TtsSettings
from voicebot.turns.timing import TurnTiming
from voicebot.vad.settings import VadSettings

pytestmark = [pytest.mark.virtual_time, pytest.mark.engine, pytest.mark.call]

Person = Callable[[Scene], Coroutine[None, None, None]]

COUGHS = {
    "of air alone": [cough(0.3)],
    "with some voice": [cough(0.3, voiced=0.6)],
    "with much voice": [cough(0.3, voiced=0.9)],
    "long": [cough(0.5, voiced=0.9)],
    "twice": [cough(0.25, voiced=0.9), silence(0.1), cough(0.25, voiced=0.9, seed=1)],
}
LANGUAGES = ("en", "es")


@dataclass
class Telephone:
    """A narrow line with a trace of noise, and a bot that hears and speaks in earnest."""

    flow: Flow
    prompts: PromptCache
    language: str = "en"

    async def says(self, text: str) -> bytes:
        """The caller's own voice."""
        voice = TtsSettings().voice(self.language)
        return await self.prompts.render(text, voice=voice, rate=int(Band.NARROW))

    async def call(self, person: Person, *words: str) -> Scene:
        scene = Scene(
            self.flow,
            ScriptedRecognizer(words or [""]),
            facts={"balance": Decimal("500.00"), "currency": "USD"},
            prompts=self.prompts,
            language=self.language,
            band=Band.NARROW,
            vad=VadSettings(),
            voices=TtsSettings().every_voice,
        )
        await scene.call(person)
        return scene


@asynccontextmanager
async def telephone(folder: Path, language: str = "en") -> AsyncIterator[Telephone]:
    written, _ = read_flow(Path(__file__).with_name("reminder.yaml"))
    data = written.model_dump(exclude_unset=True, by_alias=True)
    flow = Flow.model_validate(in_both(data) | {"languages": ["en", "es"]})
    voice = EspeakSynthesizer()
    try:
        yield Telephone(flow, PromptCache(voice, folder, TtsSettings()), language)
    finally:
        await voice.close()


def over_the_question(sound: bytes, after: float = 0.6) -> Person:
    """Give a sound so many seconds into the question, then hear it out."""

    async def person(call: Scene) -> None:
        await call.until(PromptStarted, 2)
        await asyncio.sleep(after)
        await call.utter(sound)
        await call.until(CallerWasSilent)
        await call.line.caller.hang_up()

    return person


def heard_out(call: Scene) -> bool:
    """Whether the question went on to its end, each time within a second of where it was held."""
    held, went_on = call.all(PromptHeld), call.all(PromptContinued)
    assert len(held) == len(went_on)
    [ended, silent] = call.all(PromptEnded)[1].at, call.all(CallerWasSilent)[0].at
    assert silent - ended == pytest.approx(TurnTiming().no_input, abs=0.1)
    in_time = all(on.at - off.at <= 1.0 for off, on in zip(held, went_on, strict=True))
    return in_time and call.all(PromptEnded)[1].complete and not call.all(CallerHeard)


@pytest.mark.parametrize("kind", COUGHS)
@pytest.mark.parametrize("after", [0.6, 1.4])
async def test_a_cough_over_the_prompt_lets_it_go_on_within_a_second_and_is_not_answered(
    tmp_path: Path, kind: str, after: float
) -> None:
    async with telephone(tmp_path) as phone:
        call = await phone.call(over_the_question(pcm_of(*COUGHS[kind]), after))
    assert heard_out(call)
    assert not call.all(CallerNotUnderstood)


BACKCHANNELS = [
    *(("en", said) for said in ("aha", "uh-huh", "mm", "ok", "yes yes")),
    *(("es", said) for said in ("aj\u00e1", "uh-huh", "mm", "ok", "s\u00ed, s\u00ed")),
]


@pytest.mark.parametrize(("language", "said"), BACKCHANNELS)
async def test_who_only_listens_hears_the_prompt_go_on_within_a_second(
    tmp_path: Path, language: str, said: str
) -> None:
    async with telephone(tmp_path, language) as phone:
        call = await phone.call(over_the_question(await phone.says(said)), said)
    assert heard_out(call)


async def test_a_fifth_of_a_second_of_babble_does_not_stop_the_bot(tmp_path: Path) -> None:
    async def answers_in_a_crowd(call: Scene) -> None:
        await call.until(PromptEnded, 2)
        await call.utter(amount)
        await call.until(PromptStarted, 3)
        for _ in range(3):
            await asyncio.sleep(0.2)
            await call.utter(noise)
        await call.until(PromptEnded, 3)
        await call.line.caller.hang_up()

    async with telephone(tmp_path) as phone:
        amount = await phone.says("two hundred dollars")
        talkers = [await phone.says(text) for text in TALK]
        noise = pcm_of(babble(talkers, seconds=0.2, dbfs=loudness_of(amount) - 20.0))
        call = await phone.call(answers_in_a_crowd, "two hundred dollars")
    assert call.all(PromptEnded)[2].complete
    assert not call.all(PromptHeld)


async def test_babble_before_the_caller_was_ever_heard_is_as_a_cough(tmp_path: Path) -> None:
    async with telephone(tmp_path) as phone:
        talkers = [await phone.says(text) for text in TALK]
        noise = pcm_of(babble(talkers, seconds=0.2, dbfs=-40.0))
        call = await phone.call(over_the_question(noise))
    assert heard_out(call)


@pytest.mark.parametrize("kind", COUGHS)
async def test_a_cough_while_the_bot_listens_is_neither_misunderstood_nor_followed_by_a_long_silence(
    tmp_path: Path, kind: str
) -> None:
    async def cougher(call: Scene) -> None:
        await call.until(PromptEnded, 2)
        await asyncio.sleep(1.0)
        await call.utter(pcm_of(*COUGHS[kind]))
        await call.until(CallerWasSilent)
        await call.line.caller.hang_up()

    async with telephone(tmp_path) as phone:
        call = await phone.call(cougher)
    asked_at, silent = call.all(PromptEnded)[1].at, call.all(CallerWasSilent)[0].at
    noticed = call.all(CallerListened)
    assert silent - (noticed[-1].ended_at if noticed else asked_at) < (3.0 if noticed else 6.2)
    assert not call.all(CallerHeard)
    assert not call.all(CallerNotUnderstood)


async def test_the_answer_behind_a_cough_is_heard(tmp_path: Path) -> None:
    async def cougher(call: Scene) -> None:
        await call.until(PromptEnded, 2)
        await call.utter(pcm_of(*COUGHS["with much voice"], silence(1.2)))
        await call.utter(amount)
        await call.asked("ask_day")
        await call.line.caller.hang_up()

    async with telephone(tmp_path) as phone:
        amount = await phone.says("two hundred dollars")
        call = await phone.call(cougher, "", "two hundred dollars")
    assert [heard.text for heard in call.all(CallerHeard)] == ["two hundred dollars"]
    assert not call.all(CallerWasSilent)


async def test_the_legal_notice_is_heard_to_its_end_whatever_is_said_over_it(tmp_path: Path) -> None:
    async def interrupter(call: Scene) -> None:
        await call.until(PromptStarted)
        await call.utter(objection)
        await call.until(PromptStarted, 2)
        await call.line.caller.hang_up()

    async with telephone(tmp_path) as phone:
        objection = await phone.says("no wait, stop, I do not want that")
        call = await phone.call(interrupter, "no wait stop i do not want that")
    assert call.all(PromptEnded)[0].complete
    assert not [held for held in call.all(PromptHeld) if held.at < call.all(PromptEnded)[0].at]


@pytest.mark.parametrize("decibels", [-10, -20, -30])
@pytest.mark.parametrize("lag", [0.08, 0.2, 0.4])
async def test_the_echo_of_the_prompt_is_never_taken_for_the_caller(
    tmp_path: Path, decibels: float, lag: float
) -> None:
    async def loudspeaker(call: Scene) -> None:
        call.line.caller.speak(pcm_of(silence(lag)))
        async for frame in call.line.caller.hearing():
            sound = np.frombuffer(frame.pcm, "<i2") / 32768 * 10 ** (decibels / 20)
            call.line.caller.speak(pcm_of(sound))
            if len(call.all(CallerWasSilent)) > 1:
                break
        await call.line.caller.hang_up()

    async with telephone(tmp_path) as phone:
        call = await phone.call(loudspeaker)
    assert not call.all(CallerStartedSpeaking)
    assert not call.all(PromptHeld)
    assert [prompt.complete for prompt in call.all(PromptEnded)[:3]] == [True, True, True]
    assert {entered.state for entered in call.all(StateEntered)} == {"ask_amount"}


TALK = (
    "the bus was late again this morning so I took a taxi",
    "would you like some more coffee with that",
    "we have been waiting here for over an hour",
    "my sister is coming over for dinner on sunday",
    "did you see the match on television last night",
    "they said it was going to rain all week",
)


def loudness_of(pcm: bytes) -> float:
    """dBFS of the spoken part."""
    samples = np.frombuffer(pcm, "<i2") / 32768
    return float(10 * np.log10(np.mean(samples[np.abs(samples) > 0.01] ** 2)))


def babble(talkers: list[bytes], *, seconds: float, dbfs: float) -> Wave:
    """Many who talk at once, from the middle of what they say."""
    size = round(seconds * Band.NARROW)
    voices = [np.frombuffer(pcm, "<i2")[len(pcm) // 4 :][:size] / 32768 for pcm in talkers]
    mixed = np.sum(voices, axis=0)
    return np.asarray(mixed / np.sqrt(np.mean(mixed**2)) * 10 ** (dbfs / 20))
