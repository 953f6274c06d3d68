"""Rules that see to it that whoever wants no more calls is obeyed. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from voicebot.dialogue.checking.paths import Situation
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Name
from voicebot.dialogue.language.places import exits, leads_back
from voicebot.dialogue.language.problems import Fault
from voicebot.dialogue.language.states import Ask, Assign, End, Note, ReadBack, Tell, Verify
from voicebot.dialogue.understanding.meaning import Flag, Intent
from voicebot.disposition import NO_MORE_CALLS, Disposition

_DANGERS = frozenset({Flag.SELF_HARM_RISK, Flag.VULNERABLE})
"""What may matter more than an end to all calls."""


def opt_out_is_honoured(flow: Flow, here: Situation) -> Iterator[Fault]:
    """Whoever says it is heard in this situation, and the contact ends in no more calls."""
    state = flow.states[here.state]
    if not isinstance(state, Ask | Verify | ReadBack):
        return
    jumps = flow.jumps(verified=here.verified)
    target = {**jumps, **state.on}.get(Intent.STOP_CALLING) if Intent.STOP_CALLING in jumps else None
    if target is None:
        yield Fault(("states", here.state), "'stop_calling' is not heard here: add it to 'anywhere'")
    elif _silent_end(flow, target) is not Disposition.DNC:
        yield Fault(("states", target), "'stop_calling' leads here, and not straight to 'conclude: DNC'")


def opt_out_can_be_typed(flow: Flow) -> Iterator[Fault]:
    """Whoever cannot be understood has a key for it."""
    if Intent.STOP_CALLING not in flow.keys.values():
        yield Fault(("keys",), "no key means 'stop_calling': whoever must type could not opt out")


def opt_out_comes_first(flow: Flow) -> Iterator[Fault]:
    """Of two things said in one breath the line written first wins, so none may stand above this one but
    what ends in no more calls as well, what leads back, and what somebody's life may hang on."""
    jumps = flow.jumps(verified=True)
    above = list(jumps)[: list(jumps).index(Intent.STOP_CALLING)] if Intent.STOP_CALLING in jumps else []
    for heard in above:
        section = "anywhere" if heard in flow.anywhere else "once_verified"
        targets = {flow.jumps(verified=verified).get(heard) for verified in (False, True)} - {None}
        if heard not in _DANGERS and not all(_spares(flow, target) for target in targets if target):
            why = "wins over 'stop_calling' when both are said: write it below that line"
            yield Fault((section, heard), f"{str(heard)!r} {why}", key=True)


def _spares(flow: Flow, target: Name) -> bool:
    """Whether going to ``target`` forgets nobody who wants no more calls."""
    return leads_back(flow, target) or _silent_end(flow, target) in NO_MORE_CALLS


def _silent_end(flow: Flow, name: Name) -> Disposition | None:
    """How the contact ends from ``name`` on if nobody is asked anything more."""
    ways, ends = [name], set[Disposition | None]()
    for name in ways:
        state = flow.states.get(name)  # `back` is none
        onward = [way.target for way in exits(state)] if isinstance(state, Tell | Assign | Note) else []
        ways += (target for target in onward if target not in ways)
        if not onward:
            ends.add(state.conclude if isinstance(state, End) else None)
    return ends.pop() if len(ends) == 1 else None
