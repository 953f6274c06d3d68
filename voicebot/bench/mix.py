"""What a caller of the load test does, step by step. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple


class Step(StrEnum):
    """One turn of a caller."""

    SAY = "say"
    """Speak and listen to the answer."""
    BARGE = "barge"
    """Speak, and speak again into the answer."""
    COUGH = "cough"
    """Speak, and cough into the answer: it should go on."""
    NOISE = "noise"
    """Speak on a noisy line."""
    DTMF = "dtmf"
    """Press a key."""


@dataclass(slots=True)
class Turn:
    """What came of one step; times in milliseconds."""

    step: Step
    reply: float | None = None
    """From the caller's last voiced frame to the bot's first."""
    stop: float | None = None
    """From the first frame of the barge-in to the end of the bot's sound."""
    pause: float | None = None
    """How long the bot was silent around a cough."""
    error: str = ""


class Way(StrEnum):
    """How the sound of a call comes to the bot."""

    AUDIOSOCKET = "audiosocket"
    CHAN_WEBSOCKET = "chan_websocket"


class Trouble(NamedTuple):
    """What the network does to the caller's sound."""

    loss: float = 0.0
    """Share of frames that are lost; the far end hears silence in their place."""
    jitter: float = 0.0
    """Seconds by which a frame may be late; none overtakes another."""


def steps_of(mix: str) -> tuple[Step, ...]:
    """``say,barge`` as steps.

    Raises:
        ValueError: some are unknown; names them and those that there are.
    """
    words = [word.strip() for word in mix.split(",") if word.strip()]
    unknown = [word for word in words if word not in set(Step)]
    if unknown or not words:
        raise ValueError(f"{', '.join(unknown) or 'nothing'}: choose among {', '.join(Step)}")
    return tuple(map(Step, words))
