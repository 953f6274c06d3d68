"""Voice activity detectors, and the turn-taking behind them, on a folder of clips."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from voicebot.bench.clips import Clip
from voicebot.bench.figures import Spread, spread
from voicebot.bench.words import words_of
from voicebot.media.frame import BYTES_PER_SAMPLE, FRAME_SECONDS, AudioFrame, Band
from voicebot.stt.wav import read_wav
from voicebot.turns.detector import TurnDetector
from voicebot.turns.events import TurnEvent, UtteranceEnded, UtteranceStarted
from voicebot.turns.timing import TurnTiming
from voicebot.vad.engines import open_vad
from voicebot.vad.settings import VadSettings
from voicebot.vad.vad import Vad, VoiceActivity

LEAD, TAIL = 0.5, 2.0
"""Seconds of silence put before and behind each clip."""
FAST = 0.002
"""Seconds between two runs of the model: recordings need not be heard in real time."""
BELOW_PEAK = 30.0
"""dB under the loudest 20 ms of a clip at which its speech is taken to begin and to end."""


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


async def measure_detector(vad: VadSettings, timing: TurnTiming, clips: Sequence[Clip]) -> list[Detection]:
    """The detector of ``vad`` with the turn-taking of ``timing``, by language.

    Raises:
        SpeechError: the detector is not installed, or a file is no sound.
    """
    detector = open_vad(vad.model_copy(update={"tick": FAST}))
    try:
        heard = await asyncio.gather(*(_detected(detector, timing, clip) for clip in clips))
    finally:
        await detector.close()
    by_language: dict[str, list[Detected]] = {}
    for clip, one in zip(clips, heard, strict=True):
        by_language.setdefault(clip.lang, []).append(one)
    return [detection(vad.engine, language, group) for language, group in sorted(by_language.items())]


async def _detected(vad: Vad, timing: TurnTiming, clip: Clip) -> Detected:
    pcm, band = read_wav(clip.path)
    spoken = speech_in(pcm, band) if words_of(clip.text) else None
    pcm = _silence(LEAD, band) + pcm + _silence(TAIL, band)
    whole = len(pcm) / BYTES_PER_SAMPLE / band
    begun, ended = await _turns(vad, timing, pcm, band)
    speech = (spoken[0] + LEAD, spoken[1] + LEAD) if spoken else None
    return Detected(speech, whole, tuple(begun), tuple(ended))


async def _turns(vad: Vad, timing: TurnTiming, pcm: bytes, band: Band) -> tuple[list[float], list[float]]:
    """When utterances were noticed, and when they were over."""
    turns, begun, ended = TurnDetector(timing), list[float](), list[float]()
    windows, heard_all = len(pcm) / BYTES_PER_SAMPLE / band, asyncio.Event()

    def note(events: Sequence[TurnEvent], now: float) -> None:
        begun.extend(now for event in events if isinstance(event, UtteranceStarted))
        ended.extend(event.decided_at for event in events if isinstance(event, UtteranceEnded))

    def on_activity(activity: VoiceActivity) -> None:
        now = activity.at + activity.seconds
        note(turns.on_activity(activity), now)
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


def speech_in(pcm: bytes, band: Band) -> tuple[float, float] | None:
    """Where the speech of a clip begins and ends, by its loudness: in seconds; ``None`` in silence."""
    size = band.frame_bytes // BYTES_PER_SAMPLE
    samples = np.frombuffer(pcm, "<i2").astype(np.float64)
    frames = samples[: samples.size // size * size].reshape(-1, size)
    level = np.sqrt((frames**2).mean(axis=1))
    loud = np.flatnonzero(level > level.max(initial=0.0) * 10 ** (-BELOW_PEAK / 20))
    return (loud[0] * FRAME_SECONDS, (loud[-1] + 1) * FRAME_SECONDS) if loud.size else None


def detection(engine: str, language: str, heard: Sequence[Detected]) -> Detection:
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
        len(spoken),
        sum(not any(at < ends for at in one.begun) for one, (_, ends) in spoken),
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
