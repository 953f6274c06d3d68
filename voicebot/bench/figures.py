"""What came of a load test, in numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from voicebot.bench.hearing import Hearing
from voicebot.bench.mix import Step, Turn

GENERATOR_LATE = 0.01
"""Seconds from which the generator's own lateness spoils the figures."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Where most of many values lie."""

    p50: float
    p95: float
    most: float

    def less(self, by: float) -> Spread:
        """Of the same values, each less by so much."""
        return Spread(*(round(value - by, 1) for value in (self.p50, self.p95, self.most)))


@dataclass(frozen=True, slots=True)
class Held:
    """One call, as the caller saw it."""

    seconds: float
    turns: Sequence[Turn]
    hearing: Hearing
    lateness: Sequence[float]
    error: str = ""
    """Why it could not be held to its end."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One load test."""

    calls: int
    failed: int
    """That could not be held to their end."""
    why_failed: str
    """Of one of them."""
    turns: int
    errors: dict[str, int]
    """Turns that did not come to what they should, by why."""
    reply_over_nominal_ms: Spread | None
    """From the caller's last voiced frame to the bot's first, less the silence that the bot waits for."""
    keypad_reply_ms: Spread | None
    barge_stop_ms: Spread | None
    cough_pause_ms: Spread | None
    late_frames_per_bot_minute: float
    late_by_generator_per_bot_minute: float
    """Frames that the generator took late because it was late itself."""
    call_minutes: float
    generator_late_ms: float
    """Of 99 % of the generator's own frames."""

    @property
    def generator_was_late(self) -> bool:
        """The load generator itself did not keep up: the figures say nothing about the bot."""
        return self.generator_late_ms >= GENERATOR_LATE * 1000

    @property
    def sound(self) -> bool:
        """Every call was held, and every turn came to what it should."""
        return not self.failed and not self.errors


def figures_of(calls: Sequence[Held], nominal: float) -> Figures:
    """The figures of calls that are over; ``nominal`` seconds of silence end an utterance."""
    turns = [turn for call in calls for turn in call.turns]
    spoken = [turn for turn in turns if turn.step is not Step.DTMF]
    replies = spread(turn.reply for turn in spoken)
    minutes = sum(call.hearing.seconds for call in calls) / 60
    late = sum(call.hearing.late for call in calls)
    late_by_generator = sum(call.hearing.late_by_listener for call in calls)
    lateness = sorted(seconds for call in calls for seconds in call.lateness)
    whys = [turn.error for turn in turns if turn.error]
    return Figures(
        calls=len(calls),
        failed=sum(bool(call.error) for call in calls),
        why_failed=next((call.error for call in calls if call.error), ""),
        turns=len(turns),
        errors={why: whys.count(why) for why in sorted(set(whys))},
        reply_over_nominal_ms=replies.less(nominal * 1000) if replies else None,
        keypad_reply_ms=spread(turn.reply for turn in turns if turn.step is Step.DTMF),
        barge_stop_ms=spread(turn.stop for turn in turns),
        cough_pause_ms=spread(turn.pause for turn in turns),
        late_frames_per_bot_minute=round(late / minutes, 2) if minutes else 0.0,
        late_by_generator_per_bot_minute=round(late_by_generator / minutes, 2) if minutes else 0.0,
        call_minutes=round(sum(call.seconds for call in calls) / 60, 2),
        generator_late_ms=round(at_share(lateness, 0.99) * 1000, 1) if lateness else 0.0,
    )


def spread(values: Iterable[float | None]) -> Spread | None:
    """The spread of those values that are there; ``None`` when none is."""
    there = sorted(value for value in values if value is not None)
    if not there:
        return None
    return Spread(*(round(at_share(there, share), 1) for share in (0.5, 0.95, 1.0)))


def at_share(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the sorted ``values`` lie, between two of them if need be."""
    place = (len(values) - 1) * share
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)
