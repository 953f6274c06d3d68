"""One call between a caller made of code and a flow, from the first word to the end of the line. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from voicebot.dialogue.actions import (
    Action,
    Conclude,
    HandOff,
    HangUp,
    Listen,
    RecordPromise,
    RecordRequest,
    Say,
)
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import (
    AgentLeft,
    CallerHungUp,
    CallerSaid,
    CallerSilent,
    DialogueEvent,
    HandedOff,
    HandOffFailed,
    KeysPressed,
    PromiseNotRecorded,
    PromiseRecorded,
    RecognitionFailed,
    RequestNotRecorded,
    RequestRecorded,
)
from voicebot.dialogue.language.notation import Name
from voicebot.dialogue.understanding.meaning import Intent
from voicebot.disposition import Disposition
from voicebot.simulation.callers import Caller
from voicebot.simulation.oracle import Breach, Law, Oracle
from voicebot.simulation.personas import PERSONAS
from voicebot.simulation.remarks import Happening, Knows
from voicebot.simulation.terms import Terms

LONGEST = 400
"""Happenings after which a call is taken to have no end."""
_EVENTS: tuple[DialogueEvent, ...] = (
    *(HandedOff(), HandOffFailed(), AgentLeft(), PromiseRecorded(), PromiseNotRecorded(), CallerSilent()),
    *(RequestRecorded(), RequestNotRecorded()),
    *(RecognitionFailed(), KeysPressed("#"), KeysPressed("5"), CallerSaid("")),
)
STRAYS = (
    *(Happening(event) for event in _EVENTS),
    *(Happening(CallerSaid(yes), Intent.YES) for yes in ("yes", "sí")),
)
"""What the random caller's call is told besides, in no order that makes sense."""
STRAY = 0.1
"""Chance of one, at each happening."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What happened, and what the bot did about it; nothing happened before its first words."""

    happening: Happening | None
    actions: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class PlayedCall:
    """A call that is over."""

    persona: str
    number: int
    disposition: Disposition | None
    trail: tuple[Name, ...]
    """Every state it entered."""
    exchanges: tuple[Exchange, ...]
    breaches: tuple[Breach, ...]

    @property
    def turns(self) -> int:
        """How often the caller's side did something."""
        return len(self.exchanges) - 1


def play(persona: str, number: int, terms: Terms, knows: Knows, *, seed: int) -> PlayedCall:
    """Hold call ``number`` of ``persona``: the same one for the same seed, whatever other calls are held."""
    rng = Random(f"{seed}/{terms.language}/{persona}/{number}")  # a dice, no secret
    caller = Caller(PERSONAS[persona], knows, terms.flow, rng)
    conversation = Conversation(terms.flow, terms.facts, language=terms.language, today=terms.today)
    call = _Call(conversation, Oracle(terms), caller, rng, strays=STRAY if persona == "random" else 0.0)
    call.hold()
    return PlayedCall(
        *(persona, number, conversation.disposition, tuple(conversation.trail)),
        *(tuple(call.exchanges), tuple(call.oracle.breaches)),
    )


class _Call:
    def __init__(
        self, conversation: Conversation, oracle: Oracle, caller: Caller, rng: Random, *, strays: float
    ) -> None:
        self.exchanges: list[Exchange] = []
        self.oracle = oracle
        self._conversation, self._caller, self._rng, self._strays = conversation, caller, rng, strays
        self._open: Action | None = None
        """What the bot waits for."""
        self._heard: list[Say] = []
        self._broke_down = False

    def hold(self) -> None:
        """Talk until one side hangs up; then the line tells so, whoever it was."""
        self._done(None, self._conversation.start())
        while not self._over():
            self._happens(self._next())
        if not isinstance(self.exchanges[-1].happening and self.exchanges[-1].happening.event, CallerHungUp):
            self._happens(Happening(CallerHungUp()))
        self.oracle.ended()

    def _over(self) -> bool:
        left = self.exchanges[-1].happening
        if (
            self._broke_down
            or isinstance(self._open, HangUp)
            or (left and isinstance(left.event, CallerHungUp))
        ):
            return True
        if len(self.exchanges) > LONGEST:
            self.oracle.breaches.append(Breach(Law.ENDS, f"still going on after {LONGEST} happenings"))
            return True
        return False

    def _next(self) -> Happening:
        rng = self._rng
        if rng.random() < self._strays:
            return rng.choice(STRAYS)
        match self._open:
            case Listen() as listen:
                heard, self._heard = self._heard, []
                return self._caller.answer(listen, heard)
            case RecordPromise():
                return Happening(rng.choices((PromiseRecorded(), PromiseNotRecorded()), (12, 1))[0])
            case RecordRequest():
                return Happening(rng.choices((RequestRecorded(), RequestNotRecorded()), (12, 1))[0])
            case HandOff():
                outcomes: tuple[DialogueEvent, ...] = (
                    HandedOff(),
                    HandOffFailed(),
                    AgentLeft(),
                    CallerHungUp(),
                )
                return Happening(rng.choices(outcomes, (6, 4, 1, 1))[0])
            case Conclude():  # a human has the caller
                return Happening(rng.choice((AgentLeft(), CallerHungUp())))
            case _:
                doing = type(self._open).__name__ if self._open else "nothing"
                self.oracle.breaches.append(
                    Breach(Law.NO_DEAD_END, f"{doing} in {self._conversation.state!r}")
                )
                return Happening(CallerHungUp())

    def _happens(self, happening: Happening) -> None:
        self.oracle.told(happening)
        try:
            actions = self._conversation.handle(happening.event)
        except Exception as fault:  # a flow whose proofs fail may do anything: that is worth telling
            self.oracle.breaches.append(Breach(Law.WORKS, f"{type(fault).__name__}: {fault}"))
            self._broke_down, actions = True, []
        self._done(happening, actions)

    def _done(self, happening: Happening | None, actions: Sequence[Action]) -> None:
        self.oracle.did(actions)
        self.exchanges.append(Exchange(happening, tuple(actions)))
        self._heard += [action for action in actions if isinstance(action, Say)]
        if actions:
            self._open = actions[-1]
