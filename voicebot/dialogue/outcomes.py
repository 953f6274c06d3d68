"""What an answer can amount to. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field

from voicebot.dialogue.language.notation import Name
from voicebot.dialogue.language.values import Values
from voicebot.dialogue.slots import OutOfBounds


@dataclass(frozen=True, slots=True)
class Answered:
    """Slots were filled, a target was chosen, or both."""

    target: Name | None = None
    """``None`` stays: something is still missing, or must be read back again."""
    slots: Values = field(default_factory=dict)
    forget: tuple[Name, ...] = ()
    verified: bool | None = None
    """True: only the right party knows this answer. False: it is not the right party who speaks. ``None``:
    nothing new about that."""


@dataclass(frozen=True, slots=True)
class Digressed:
    """The caller wants to know something that leads back to the question."""

    target: Name
    answer: Answered | None = None
    """What the same breath answered: "yes, and who is this?"."""
    denied: bool = False
    """It is not the right party who speaks."""


@dataclass(frozen=True, slots=True)
class Unwelcome:
    """A slot's answer that its bounds refuse."""

    reason: OutOfBounds


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Digits that are not those of the right party."""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """Nothing that this state can use."""


@dataclass(frozen=True, slots=True)
class SaidAgain:
    """The caller wants the question once more."""


@dataclass(frozen=True, slots=True)
class AskedToWait:
    """The caller wants a moment."""


@dataclass(frozen=True, slots=True)
class AskedForLanguage:
    """The caller wants to go on in another language."""


Outcome = (
    Answered | Digressed | Unwelcome | Mismatch | NotUnderstood | SaidAgain | AskedToWait | AskedForLanguage
)
