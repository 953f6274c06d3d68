"""What there is to draw of a flow: a card for each state, and the ways between them. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import BACK, Name, Targets
from voicebot.dialogue.language.places import Words, exits
from voicebot.dialogue.language.states import Assign, Choose, End, Note, Record, Spoken, State, Tell, Transfer
from voicebot.disposition import Disposition

_VALUE = re.compile(r"\{\{\s*([\w']+)[^}]*\}\}")


class Kind(StrEnum):
    """What a state does, as the legend says it."""

    TELL = "says"
    ASK = "asks"
    VERIFY = "verifies"
    READ_BACK = "reads back"
    ASSIGN = "fills in"
    CALL = "goes into"
    CHOOSE = "chooses"
    RECORD = "records"
    TRANSFER = "hands off"
    END = "ends"


_KINDS = {
    "Tell": Kind.TELL,
    "Ask": Kind.ASK,
    "Verify": Kind.VERIFY,
    "ReadBack": Kind.READ_BACK,
    "Assign": Kind.ASSIGN,
    "Choose": Kind.CHOOSE,
    "Record": Kind.RECORD,
    "Note": Kind.RECORD,
    "Transfer": Kind.TRANSFER,
    "End": Kind.END,
}


@dataclass(frozen=True, slots=True)
class Way:
    """All that leads from one state to another."""

    labels: tuple[str, ...]
    """What is heard or happens; none where it simply goes on."""
    target: Name


@dataclass(frozen=True, slots=True)
class Card:
    """One state."""

    name: Name
    kind: Kind
    words: str
    """What it says, or does in silence; facts and slots in angle quotes."""
    notices: tuple[str, ...]
    """The legal notices that it gives."""
    private: bool
    """It says what reveals the debt."""
    ways: tuple[Way, ...]
    back: Way | None = None
    """To the question that was left, whichever it was."""
    disposition: Disposition | None = None
    queue: str = ""
    skills: tuple[str, ...] = ()

    @property
    def leaves(self) -> bool:
        """Here the bot's own part of the conversation is over."""
        return self.kind in (Kind.TRANSFER, Kind.END)


@dataclass(frozen=True, slots=True)
class Picture:
    """A flow, ready to be drawn."""

    title: str
    language: str
    start: Name
    cards: dict[Name, Card]
    anywhere: dict[str, Name]
    """What is heard in every state that listens, and where it leads."""
    once_verified: dict[str, Name]
    keys: dict[str, str]


def picture(flow: Flow, language: str) -> Picture:
    """What there is to draw of ``flow``, with its words in ``language``."""
    return Picture(
        title=flow.id,
        language=language,
        start=flow.start,
        cards={name: _card(flow, name, state, language) for name, state in flow.states.items()},
        anywhere=_heard(flow.anywhere),
        once_verified=_heard(flow.once_verified),
        keys={key: str(intent) for key, intent in flow.keys.items()},
    )


def _card(flow: Flow, name: Name, state: State, language: str) -> Card:
    ways = tuple(_ways(state))
    return Card(
        name=name,
        kind=Kind.CALL if _calls(state) else _KINDS[type(state).__name__],
        words=_words(state, language),
        notices=tuple(state.tells) if isinstance(state, Tell) else (),
        private=_private(flow, state),
        ways=tuple(way for way in ways if way.target != BACK),
        back=next((way for way in ways if way.target == BACK), None),
        disposition=state.conclude if isinstance(state, Transfer | End) else None,
        queue=state.hand_off if isinstance(state, Transfer) else "",
        skills=state.skills if isinstance(state, Transfer) else (),
    )


def _calls(state: State) -> bool:
    """A state that called a sub-flow says and fills in nothing any more."""
    return isinstance(state, Assign) and not state.set


def _words(state: State, language: str) -> str:
    match state:
        case Assign() if _calls(state):
            return "a sub-flow, and comes back by what it returns"
        case Assign():
            return ", ".join(f"{slot} = {source}" for slot, source in state.set.items())
        case Choose():
            return "by what is known, without a word"
        case Record():
            return f"{state.record_promise.amount} and {state.record_promise.date}, on disk"
        case Note():
            return " ".join(
                (state.request.replace("_", " "), *(f"‹{name}›" for name in state.details.values()))
            )
        case _:
            return _VALUE.sub(r"‹\1›", " ".join(state.say[language].split()))


def _private(flow: Flow, state: State) -> bool:
    if not isinstance(state, Spoken):
        return False
    said = Words((), state.say).names()
    return state.private or any(flow.facts[name].private for name in said & flow.facts.keys())


def _ways(state: State) -> Iterator[Way]:
    """One way for each target, in the order in which the state names them."""
    labels: dict[Name, list[str]] = {}
    for way in exits(state):
        labels.setdefault(way.target, [])
        if way.label != "then":
            labels[way.target].append(way.label.replace("_", " "))
    for target, said in labels.items():
        yield Way(tuple(said), target)


def _heard(targets: Targets) -> dict[str, Name]:
    return {str(heard).replace("_", " "): target for heard, target in targets.items()}
