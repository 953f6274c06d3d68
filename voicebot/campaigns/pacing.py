"""How many dials to start now. Pure: every ``at`` and ``now`` is seconds of one clock.

The "agent" who answers is a bot channel, and there is one for every line, so the default is progressive: one
dial for each free line, and nobody who answers waits. ``power`` and ``predictive`` place more dials than
lines, in the knowledge that not everybody answers; the guard keeps them honest. A person who agrees to
negotiate is lost in a long queue, so no mode dials while people are short.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor
from typing import Final, Literal

from pydantic import Field

from voicebot.dialogue.language.notation import Part

ADAPT_SECONDS: Final = 15.0
"""Between two adaptations of the predictive ratio."""
ABANDON_GUARD: Final = 0.025
"""Share of human answers past which nobody dials ahead any more, everywhere: 47 CFR 64.1200(a)(7) lets 0.03
of 30 days be abandoned."""
SOUND_SECONDS: Final = 2.0
"""From a person's answer to our first sound, past which the call counts as abandoned."""
STEP: Final = 0.1
"""By which the predictive ratio rises in one adaptation; it falls twice as fast."""
FEWEST_DIALS: Final = 20
"""Ended dials of the last minutes without which the answer rate is not known."""


class QueueLimits(Part):
    """When people are too few for willing callers to be passed on to them."""

    name: str = Field(pattern=r"^[A-Za-z0-9_-]{1,80}$")
    """The queue of the flow's hand-off, as in Asterisk's queues.conf."""
    most_wait_seconds: float = Field(default=60.0, ge=0.0, le=3600.0)
    """Estimated wait over which no dial is started."""
    fewest_free: int = Field(default=0, ge=0, le=1000)
    """People without a call below which no dial is started; 0 looks at the wait alone."""


class PacingSettings(Part):
    """How far dials run ahead of answers."""

    mode: Literal["progressive", "power", "predictive"] = "progressive"
    """progressive: one dial for each free line; power: ``ratio`` dials; predictive: between 1 and
    ``most_ratio``, by how many answer and how few are abandoned."""
    ratio: float = Field(default=1.0, ge=1.0, le=3.0)
    """Dials for each free line, in power mode."""
    most_ratio: float = Field(default=2.0, ge=1.0, le=3.0)
    """Dials for each free line at most, in predictive mode."""
    queue: QueueLimits | None = None
    """Nobody is dialled while this queue is full."""

    @property
    def furthest(self) -> float:
        """Dials for each free line at most."""
        return {"progressive": 1.0, "power": self.ratio, "predictive": self.most_ratio}[self.mode]


@dataclass(frozen=True, slots=True)
class Load:
    """What is going on at this moment."""

    talking: int
    """Calls of the campaign that were answered."""
    ringing: int
    """Calls of the campaign that were not, yet."""
    trunk_free: int
    """Lines of the trunk that nobody has reserved."""
    places_free: int
    """Calls that this process may hold besides those it holds."""


@dataclass(frozen=True, slots=True)
class Queue:
    """People, and the callers who wait for them."""

    waiting: int
    free: int
    wait_seconds: float
    """Until somebody who came now would be answered, as far as that can be told."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What came of dials."""

    dialled: int = 0
    """Ended in the last minutes."""
    answered: int = 0
    """Of these, by anybody or anything."""
    humans: int = 0
    """People who answered, in the last 30 days."""
    abandoned: int = 0
    """Of these, who heard nothing of us for ``SOUND_SECONDS``."""

    @property
    def answer_rate(self) -> float | None:
        """Share of the dials that were answered; ``None`` while too few tell."""
        return self.answered / self.dialled if self.dialled >= FEWEST_DIALS else None

    @property
    def abandon_share(self) -> float:
        """Share of the human answers that were abandoned."""
        return self.abandoned / self.humans if self.humans else 0.0


@dataclass(frozen=True, slots=True)
class Level:
    """How many dials there are for each free line."""

    ratio: float = 1.0
    adapted_at: float = float("-inf")


def adapted(level: Level, settings: PacingSettings, answers: Answers, now: float) -> Level:
    """The level from now on. Never under 1, and 1 from the moment that too many were abandoned."""
    if settings.mode == "progressive" or answers.abandon_share > ABANDON_GUARD:
        return replace(level, ratio=1.0)
    if settings.mode == "power":
        return replace(level, ratio=settings.ratio)
    if now - level.adapted_at < ADAPT_SECONDS:
        return replace(level, ratio=min(level.ratio, settings.most_ratio))
    return Level(_predicted(level.ratio, settings, answers), now)


def dials_now(lines: int, load: Load, level: Level) -> int:
    """How many dials to start in this moment: the least of what every limit allows.

    Args:
        lines: calls of the campaign at once.
        load: what is going on.
        level: of ``adapted``.
    """
    free = max(0, lines - load.talking)
    ahead = floor(free * level.ratio + 1e-9) - load.ringing
    return max(0, min(ahead, load.trunk_free, load.places_free))


def people_are_there(limits: QueueLimits, queue: Queue | None) -> bool:
    """Whether a willing person who is called now can be passed on. Where nobody can tell, they cannot:
    it would be a call to hear music."""
    if queue is None:
        return False
    return queue.wait_seconds <= limits.most_wait_seconds and queue.free >= limits.fewest_free


def share_of(total: int, number: int, count: int) -> int:
    """The part of a limit that process ``number`` (from 1) of ``count`` has to itself."""
    return total // count + (number <= total % count)


def _predicted(ratio: float, settings: PacingSettings, answers: Answers) -> float:
    """One step towards as many dials as make one answer, while there is room below the guard."""
    if answers.answer_rate is None:
        return 1.0
    wanted = settings.most_ratio if not answers.answered else 1.0 / answers.answer_rate
    room = 1.0 - answers.abandon_share / ABANDON_GUARD
    most = 1.0 + (min(wanted, settings.most_ratio) - 1.0) * room
    return max(1.0, min(ratio + STEP, most) if most >= ratio else max(ratio - 2 * STEP, most))
