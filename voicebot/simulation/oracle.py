"""Watches one call, knowing only what was said and done: what must never happen, whatever the flow. Pure.

The proofs follow what a flow declares; the oracle follows a call. It asks nothing of the conversation, so
what both overlook they overlook for different reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

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
from voicebot.dialogue.checking.wording import gives, noted_words
from voicebot.dialogue.events import (
    CallerSilent,
    DialogueEvent,
    KeysPressed,
    PromiseNotRecorded,
    PromiseRecorded,
    RequestNotRecorded,
    RequestRecorded,
)
from voicebot.dialogue.language.notation import OPENING, Notice
from voicebot.dialogue.understanding.meaning import NOT_THE_RIGHT_PARTY, Flag, Intent
from voicebot.disposition import REQUEST_OF, Disposition, PromiseToPay, Request, RequestKind
from voicebot.simulation.remarks import Happening, Line
from voicebot.simulation.terms import Terms

_CHANGES = {Line.OFFER, Line.ALL_OF_IT, Line.DAY, Line.OFFER_AND_DAY, Line.COUNT, Line.CORRECTION, Intent.NO}
"""What a caller says to have another promise noted, or none."""


class Law(StrEnum):
    """What holds in every call."""

    NOTICES = "the notices come first, in each language that is spoken, and cannot be talked over"
    PRIVACY = "nothing private is said before the right digits were given"
    SECRET = "the digits that verify are never said"
    READ_BACK = "a promise is recorded only after a read-back of its amount, day and instalments, and a yes"
    BOUNDS = "what is promised lies within the bounds of the flow"
    ON_RECORD = "no contact ends as a promise that is not on record"
    NOTED = "nothing is called noted that was not recorded"
    NO_CALLS = "whoever is not to be called again is put on record before the goodbye"
    RIGHT_PARTY = "no contact ends as one with the right party before the right digits were given"
    STOP = "whoever wants no more calls is obeyed at once"
    HONEST = "whoever asks whether this is a person is told that it is not"
    ONE_END = "a call has exactly one disposition"
    LAST_WORD = "nothing is said or done after hanging up"
    NO_DEAD_END = "the bot always says, asks or does something next"
    ENDS = "a call ends"
    WORKS = "the bot never breaks down"


@dataclass(frozen=True, slots=True)
class Breach:
    """A law that a call broke."""

    law: Law
    detail: str


class Oracle:
    """One call, watched: tell it what happens and what is done, in order."""

    def __init__(self, terms: Terms) -> None:
        self.breaches: list[Breach] = []
        self._terms, self._language = terms, terms.language
        self._notices = set[Notice]()
        self._verified = self._stopped = self._hung_up = self._on_record = False
        self._noted = False
        """What was to be put on record last is there."""
        self._recording: tuple[type[DialogueEvent], ...] = ()
        """What is waited for while something is on its way to the disk."""
        self._asked_for = set[RequestKind]()
        self._conclusions: list[Disposition] = []
        self._listening = False
        self._read_to_the_end = Say("", terms.language)
        """The last thing that could not be talked over."""
        self._said_since: list[Say] = []
        """Since the caller last told an amount or a day, or refused one."""
        self._yes = False
        """The last thing the caller said was a yes."""
        self._must_stop = self._must_admit = False

    def told(self, happening: Happening) -> None:
        """Something happens to the call."""
        self._on_record |= isinstance(happening.event, PromiseRecorded)
        if isinstance(happening.event, self._recording):
            self._noted, self._recording = isinstance(happening.event, PromiseRecorded | RequestRecorded), ()
        if self._listening:
            self._caller(happening)

    def did(self, actions: Sequence[Action]) -> None:
        """The bot does this about it."""
        if self._must_stop:
            self._obeys(actions)
        if self._must_admit:
            self._admits(actions)
        for action in actions:
            self._look(action)
        if actions:
            self._listening = isinstance(actions[-1], Listen)

    def ended(self) -> None:
        """The line is gone."""
        if len(self._conclusions) != 1:
            told = ", ".join(self._conclusions) or "none"
            self._breach(Law.ONE_END, f"{len(self._conclusions)} dispositions: {told}")

    # What the caller said

    def _caller(self, happening: Happening) -> None:
        self._yes = happening.means is Intent.YES
        if happening.clear and happening.means in _CHANGES:
            self._said_since = []
        if happening.clear and happening.means in NOT_THE_RIGHT_PARTY & self._terms.flow.anywhere.keys():
            self._verified = False
        self._verified |= self._gave_digits(happening)
        self._must_stop = happening.clear and happening.means is Intent.STOP_CALLING
        asked = happening.clear and happening.means is Flag.ASKS_IF_AI
        self._must_admit = asked and Flag.ASKS_IF_AI in self._terms.flow.anywhere

    def _gave_digits(self, happening: Happening) -> bool:
        event, digits = happening.event, self._terms.digits
        if isinstance(event, KeysPressed):
            return bool(digits) and event.keys.rstrip("#") == digits
        return happening.means is Line.DIGITS and not isinstance(event, CallerSilent)

    def _obeys(self, actions: Sequence[Action]) -> None:
        self._must_stop, self._stopped = False, True
        if (
            RecordRequest(Request(RequestKind.OPT_OUT)) not in actions
            and Conclude(Disposition.DNC) not in actions
        ):
            self._breach(Law.STOP, "'stop calling' was said, and not put on record at once")

    def _admits(self, actions: Sequence[Action]) -> None:
        self._must_admit = False
        told = any(_gives(Notice.AUTOMATED, action) for action in actions if isinstance(action, Say))
        if not told and any(isinstance(action, Listen) for action in actions):
            self._breach(Law.HONEST, "the bot was asked whether it is a machine, and asked something else")

    # What the bot does

    def _look(self, action: Action) -> None:
        if self._hung_up:
            self._breach(Law.LAST_WORD, f"{type(action).__name__} after HangUp")
        if self._stopped and isinstance(action, Listen | HandOff | RecordPromise):
            self._breach(Law.STOP, f"{type(action).__name__} after 'stop calling'")
        if not isinstance(action, Say | Conclude) and self._notices != OPENING:
            self._breach(Law.NOTICES, f"{type(action).__name__} before the notices")
        match action:
            case Say():
                self._said(action)
            case RecordPromise(promise=promise):
                self._noted, self._recording = False, (PromiseRecorded, PromiseNotRecorded)
                self._promised(promise)
            case RecordRequest(request=request):
                self._noted, self._recording = False, (RequestRecorded, RequestNotRecorded)
                self._asked_for.add(request.kind)
            case Conclude(disposition=disposition):
                self._concluded(disposition)
            case HangUp():
                self._hung_up = True
            case Listen() | HandOff():
                pass

    def _said(self, say: Say) -> None:
        if self._offers_language(say):
            return
        if say.language != self._language:
            self._language, self._notices = say.language, set()  # they were not understood
        self._notice(say)
        terms = self._terms.in_language(say.language)
        if not self._verified and (told := terms.private_in(say.text)):
            self._breach(Law.PRIVACY, f"{', '.join(told)}: {say.text!r}")
        if terms.secret_in(say.text):
            self._breach(Law.SECRET, repr(say.text))
        if not self._noted and (claims := noted_words(say.text.replace("{", " "), say.language)):
            self._breach(Law.NOTED, f"{', '.join(claims)}: {say.text!r}")
        self._said_since.append(say)
        if not say.interruptible:
            self._read_to_the_end = say

    def _offers_language(self, say: Say) -> bool:
        """Whether nothing but another language is offered, in that language."""
        offer = self._terms.flow.messages.other_language or {}
        return say.language != self._language and say.text == offer.get(say.language)

    def _notice(self, say: Say) -> None:
        if self._notices == OPENING:
            return
        given = {notice for notice in OPENING if _gives(notice, say)}
        if not given:
            self._breach(Law.NOTICES, f"said before them: {say.text!r}")
        if say.interruptible:
            self._breach(Law.NOTICES, f"can be talked over: {say.text!r}")
        self._notices |= given

    def _promised(self, promise: PromiseToPay) -> None:
        what = str(promise)
        if not self._yes:
            self._breach(Law.READ_BACK, f"{what} is recorded, and the last answer was no yes")
        if not self._reads_back(self._read_to_the_end, promise):
            self._breach(Law.READ_BACK, f"{what} is recorded, and was not what was read back last")
        elif not any(self._reads_back(say, promise) for say in self._said_since):
            self._breach(Law.READ_BACK, f"{what} is recorded, and the caller had said something else since")
        if beyond := self._terms.out_of_bounds(promise):
            self._breach(Law.BOUNDS, beyond)

    def _reads_back(self, say: Say, promise: PromiseToPay) -> bool:
        return self._terms.in_language(say.language).is_read_back(say.text, promise)

    def _concluded(self, disposition: Disposition) -> None:
        self._conclusions.append(disposition)
        if disposition in (Disposition.RPC_PROMISE, Disposition.RPC_PARTIAL_PROMISE) and not self._on_record:
            self._breach(Law.ON_RECORD, disposition.value)
        owed = REQUEST_OF.get(disposition)
        if owed and owed not in self._asked_for:
            self._breach(Law.NO_CALLS, disposition.value)
        if self._stopped and disposition is not Disposition.DNC:
            self._breach(Law.STOP, f"'stop calling' was said, and the contact ended as {disposition}")
        if disposition.startswith("RPC_") and not self._verified:
            self._breach(Law.RIGHT_PARTY, disposition.value)

    def _breach(self, law: Law, detail: str) -> None:
        self.breaches.append(Breach(law, detail))


def _gives(notice: Notice, say: Say) -> bool:
    return gives(notice, say.text.replace("{", " "), say.language)
