"""When an operator wants people to be tried again. Pure."""

from __future__ import annotations

from pydantic import Field

from voicebot.dialogue.language.notation import Part


class Retry(Part):
    """When to try again after one kind of outcome."""

    minutes: tuple[int, ...] = Field(default=(), max_length=10)
    """Waits after the first, second ... such outcome of the day; the last one goes on. None: at once."""
    per_day: int = Field(default=0, ge=0, le=20)
    """Such outcomes on one day after which it is left alone until the next; 0 for no limit."""
    next_day: bool = False
    """Not before the next day."""
    other_daypart: bool = False
    """Not in the same part of the day: morning, afternoon from 12, evening from 17."""
    days: int = Field(default=0, ge=0, le=365)
    """Days of rest; the day of the attempt is none of them."""
    in_all: int = Field(default=0, ge=0, le=100)
    """Such outcomes after which nobody is called any more; 0 for no limit of its own."""


class RetrySettings(Part):
    """What follows each kind of outcome, as far as the rules allow it."""

    attempts: int = Field(default=12, ge=1, le=200)
    """Attempts at a contact after which nobody is called any more; those that failed on our side or the
    carrier's are not counted."""
    tired_after: int = Field(default=6, ge=1, le=50)
    """Misses in a row after which a telephone comes after all others."""
    busy: Retry = Retry(minutes=(15, 60), per_day=3)
    """The line was busy: twice more on the same day."""
    no_answer: Retry = Retry(minutes=(240,), per_day=2, other_daypart=True)
    """It rang out, was declined, or the telephone could not be reached."""
    machine: Retry = Retry(next_day=True, other_daypart=True)
    """A mailbox or a call screener answered."""
    nobody_verified: Retry = Retry(next_day=True, other_daypart=True)
    """Somebody answered and was not, or not yet, the right party; or nothing was heard of them."""
    cool_down: Retry = Retry(days=7)
    """The right party refused, cannot pay, or hung up."""
    call_back: Retry = Retry(next_day=True)
    """To be called back, and nobody said when."""
    carrier: Retry = Retry(minutes=(10,), in_all=20)
    """The carrier failed, or we did: on the next trunk, and not counted."""
    interrupted: Retry = Retry(next_day=True, in_all=5)
    """We died in the middle: somebody may have been on the line."""
    grace_days: int = Field(default=1, ge=0, le=30)
    """Days after a promised one in which the money may arrive."""
