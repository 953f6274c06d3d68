"""Voice activity detectors, and the turn-taking behind them, on a folder of clips."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil

import numpy as np

from voicebot.bench.clips import Clip
from voicebot.bench.figures import Spread, spread
from voicebot.bench.line import on_the_line, pcm_seconds, sound_of, speech_in
from voicebot.bench.words import words_of
from voicebot.media.frame import BYTES_PER_SAMPLE, FRAME_SECONDS, AudioFrame, Band
from voicebot.stt.wav import read_wav
from voicebot.turns.detector import ROUNDING, TurnDetector
from voicebot.turns.events import TurnEvent, UtteranceEnded, UtteranceStarted
from voicebot.turns.timing import TurnTiming
from voicebot.vad.engines import open_vad
from voicebot.vad.settings import VadSettings
from voicebot.vad.vad import Vad, VoiceActivity

LEAD, TAIL = 0.5, 2.0
"""Seconds of silence put before and behind each clip."""
FAST = 0.002
"""Seconds between two runs of the model: recordings need not be heard in real time."""
NOISE_ALONE = 90.0
"""Seconds in which nobody speaks, heard besides the clips where a noise is asked for."""
NOTICED = 0.3
"""Seconds after the end of a very short utterance within which it may still be noticed."""


@dataclass(frozen=True, slots=True)
class Detected:
    """One clip; times are seconds from its beginning, the silence before it included."""

    speech: tuple[float, float] | None
    """Where somebody speaks; ``None`` where nobody does."""
    seconds: float
    begun: tuple[float, ...]
    """When it was noticed that an utterance had begun."""
    ended: tuple[float, ...]
    """When utterances were taken to be over."""


@dataclass(frozen=True, slots=True)
class Detection:
    """One detector in one language."""

    engine: str
    language: str
    noise_db: float | None
    """How far below the voice the noise of the line was; ``None``: the clips were heard as they are."""
    clips: int
    """With speech in them."""
    missed: int
    onset_ms: Spread | None
    """From the first sound until an utterance was noticed."""
    end_ms: Spread | None
    """From the last sound until the utterance was over."""
    premature: float
    """Share of the clips that were taken to be over while somebody still spoke."""
    false_per_minute: float
    """Utterances noticed where nobody speaks."""


async def measure_detector(
    vad: VadSettings, timing: TurnTiming, clips: Sequence[Clip], noise: float | None = None
) -> list[Detection]:
    """The detector of ``vad`` with the turn-taking of ``timing``, by language.

    Args:
        noise: dB below the voice of the noise on a telephone line that the clips go through; ``None``
            leaves them as they are.

    Raises:
        SpeechError: the detector is not installed, or a file is no sound.
    """
    detector = open_vad(vad.model_copy(update={"tick": FAST}))
    hear = partial(_detected, detector, timing, vad.tick / 2)
    try:
        heard = await asyncio.gather(*(hear(*_lined(clip, noise, seed)) for seed, clip in enumerate(clips)))
        alone = [await hear(*_noise_alone(noise))] if noise is not None else []
    finally:
        await detector.close()
    by_language: dict[str, list[Detected]] = {}
    for clip, one in zip(clips, heard, strict=True):
        by_language.setdefault(clip.lang, alone.copy()).append(one)
    return [detection(vad.engine, language, group, noise) for language, group in sorted(by_language.items())]


Lined = tuple[bytes, Band, tuple[float, float] | None]
"""Sound, and where somebody speaks in it."""


def _lined(clip: Clip, noise: float | None, seed: int) -> Lined:
    """A clip with silence around it, or the noise of the line."""
    pcm, band = read_wav(clip.path)
    sound = sound_of(pcm)
    spoken = speech_in(sound, band) if words_of(clip.text) else None
    speech = (spoken[0] + LEAD, spoken[1] + LEAD) if spoken else None
    if noise is None:
        return _silence(LEAD, band) + pcm + _silence(TAIL, band), band, speech
    around = np.pad(sound, (int(LEAD * band), int(TAIL * band)))
    return on_the_line(around, band, noise, seed), band, speech


def _noise_alone(below: float) -> Lined:
    silence = np.zeros(int(NOISE_ALONE * Band.NARROW))
    return on_the_line(silence, Band.NARROW, below, seed=0), Band.NARROW, None


async def _detected(
    vad: Vad, timing: TurnTiming, late: float, pcm: bytes, band: Band, speech: tuple[float, float] | None
) -> Detected:
    begun, ended = await _turns(vad, timing, late, pcm, band)
    return Detected(speech, pcm_seconds(pcm, band), tuple(begun), tuple(ended))


async def _turns(
    vad: Vad, timing: TurnTiming, late: float, pcm: bytes, band: Band
) -> tuple[list[float], list[float]]:
    """When utterances were noticed, and when they were over; verdicts come ``late`` seconds after frames."""
    turns, begun, ended = TurnDetector(timing), list[float](), list[float]()
    windows, heard_all = pcm_seconds(pcm, band), asyncio.Event()

    def note(events: Sequence[TurnEvent], now: float) -> None:
        begun.extend(now for event in events if isinstance(event, UtteranceStarted))
        ended.extend(event.decided_at for event in events if isinstance(event, UtteranceEnded))

    def on_activity(activity: VoiceActivity) -> None:
        now = activity.at + activity.seconds
        known = ceil(now / FRAME_SECONDS - ROUNDING) * FRAME_SECONDS + late
        note(turns.on_activity(activity), known)
        note(turns.on_time(now), now)
        if now + activity.seconds > windows:
            heard_all.set()

    stream = vad.open(band, on_activity)
    for number, at in enumerate(range(0, len(pcm), band.frame_bytes)):
        frame = pcm[at : at + band.frame_bytes].ljust(band.frame_bytes, b"\0")
        stream.push(AudioFrame(frame, int(band), number * FRAME_SECONDS))
    await heard_all.wait()
    stream.close()
    return begun, ended


def _silence(seconds: float, band: Band) -> bytes:
    return bytes(int(seconds * band) * BYTES_PER_SAMPLE)


def detection(engine: str, language: str, heard: Sequence[Detected], noise: float | None = None) -> Detection:
    """The figures of clips that were heard."""
    spoken = [(one, one.speech) for one in heard if one.speech]
    onsets = [_first_after(one.begun, begins) for one, (begins, _) in spoken]
    ends = [one.ended[-1] - ends for one, (_, ends) in spoken if one.ended and one.ended[-1] >= ends]
    cut = sum(any(begins < at < ends for at in one.ended) for one, (begins, ends) in spoken)
    false = sum(_false(one) for one in heard)
    quiet = sum(one.seconds - (one.speech[1] - one.speech[0] if one.speech else 0.0) for one in heard)
    return Detection(
        engine,
        language,
        noise,
        len(spoken),
        sum(not any(at < ends + NOTICED for at in one.begun) for one, (_, ends) in spoken),
        spread(onset if onset is None else onset * 1000 for onset in onsets),
        spread(end * 1000 for end in ends),
        round(cut / len(spoken), 3) if spoken else 0.0,
        round(false / (quiet / 60), 2) if quiet else 0.0,
    )


def _first_after(moments: Sequence[float], begins: float) -> float | None:
    return next((at - begins for at in moments if at >= begins), None)


def _false(one: Detected) -> int:
    """Utterances noticed where nobody spoke, a window after the end left aside."""
    if one.speech is None:
        return len(one.begun)
    begins, ends = one.speech
    return sum(at < begins or at > ends + TAIL / 4 for at in one.begun)
