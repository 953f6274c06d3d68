"""What a caller asks for besides a promise: which details go along with it, and what became of it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, time

from voicebot.dialogue.actions import RecordRequest
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Kind, Name
from voicebot.dialogue.language.problems import Fault
from voicebot.dialogue.language.states import Note
from voicebot.dialogue.language.values import Value
from voicebot.disposition import REQUEST_OF, Disposition, Request, RequestKind

DETAILS: Mapping[RequestKind, Mapping[str, tuple[Kind, ...]]] = {
    RequestKind.CALL_BACK: {"date": (Kind.DATE,), "time": (Kind.TIME,), "phone": (Kind.PHONE,)},
    RequestKind.DISPUTE: {"amount": (Kind.MONEY,)},
    RequestKind.PAYMENT_CHECK: {"amount": (Kind.MONEY,), "date": (Kind.DATE,)},
    RequestKind.DATA_CHANGE: {"phone": (Kind.PHONE,)},
}
"""The details that a kind of request takes, each with the kinds of fact and slot that hold it."""

IN_THEIR_WORDS = frozenset({RequestKind.DISPUTE, RequestKind.COMPLAINT})
"""What a person can only answer who knows what was said: the caller's last words go along, without what tells
who they are."""


def details(wanted: Mapping[str, Name], known: Mapping[str, Value]) -> dict[str, str]:
    """What goes along with a request, as text; what the caller has not told is left out."""
    return {detail: _text(known[name]) for detail, name in wanted.items() if name in known}


def _text(value: Value) -> str:
    match value:
        case date():
            return value.isoformat()
        case time():
            return value.isoformat("minutes")
        case _:
            return str(value)


def stray_details(flow: Flow) -> Iterator[Fault]:
    """Details that do not go with the request that they are written at."""
    notes = {name: state for name, state in flow.states.items() if isinstance(state, Note)}
    for name, state in notes.items():
        taken = DETAILS.get(state.request, {})
        for detail in state.details.keys() - taken.keys():
            takes = f"takes {', '.join(taken)}" if taken else "takes nothing along"
            message = f"{detail!r} does not go with {state.request.value!r}, which {takes}"
            yield Fault(("states", name, "with", detail), message, key=True)


class Requests:
    """The requests of one call: wanted, on their way to the disk, on record."""

    def __init__(self) -> None:
        self.recorded: list[Request] = []
        self._wanted: list[RequestKind] = []
        self._under_way: Request | None = None

    def record(self, request: Request) -> RecordRequest:
        """Ask for it to be put on disk."""
        self._wanted.append(request.kind)
        self._under_way = request
        return RecordRequest(request)

    def told(self, *, recorded: bool) -> bool:
        """What became of the one under way; False when there is none."""
        request, self._under_way = self._under_way, None
        if request and recorded:
            self.recorded.append(request)
        return request is not None

    def owed(self, disposition: Disposition) -> Request | None:
        """What must be on record before a contact ends so, and is not yet."""
        kind = REQUEST_OF.get(disposition)
        on_record = {request.kind for request in self.recorded}
        return Request(kind) if kind and kind not in on_record else None

    @property
    def disposition(self) -> Disposition | None:
        """How the contact ends by what was asked for, on record or not, if it decides that."""
        return next((end for end, kind in REQUEST_OF.items() if kind in self._wanted), None)
