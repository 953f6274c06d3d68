"""The states, facts and slots that a flow mentions: does each exist, and hold what is needed there? Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Literal, NamedTuple, get_args

from voicebot.dialogue.language.condition import Compared, Condition, Known, Verified, atoms, condition
from voicebot.dialogue.language.flow import Fact, Flow, Slot
from voicebot.dialogue.language.notation import BACK, BUILT_IN, Keys, Kind, Name, Targets
from voicebot.dialogue.language.places import exits
from voicebot.dialogue.language.problems import Fault, Path, did_you_mean
from voicebot.dialogue.language.quantity import Quantity, quantity
from voicebot.dialogue.language.states import (
    Ask,
    Assign,
    Choose,
    Listening,
    Note,
    ReadBack,
    Record,
    State,
    Tell,
    Verify,
)
from voicebot.dialogue.requests import DETAILS
from voicebot.dialogue.understanding.meaning import OwnIntent

Section = Literal["states", "facts", "slots", "intents"]
Declared = Mapping[Section, Collection[Name]]
_NUMBERS, _MOMENTS = (Kind.MONEY, Kind.NUMBER), (Kind.DATE, Kind.TIME)
BOUNDS = (("min", _NUMBERS), ("max", _NUMBERS), ("earliest", _MOMENTS), ("latest", _MOMENTS))
"""The bounds that a slot may have, and the kinds of slot that each is for."""
_ANSWERS = tuple(kind for kind in Kind if kind is not Kind.TEXT)
"""What can be understood."""
_BESIDES = tuple(kind for kind in _ANSWERS if kind is not Kind.YES_NO)
"""What the same breath may tell besides: a yes answers the question itself."""


class Mention(NamedTuple):
    """A name, where it is mentioned, the section that declares it, and the kinds it may be of there."""

    path: Path
    section: Section
    name: Name
    kinds: tuple[Kind, ...] = tuple(Kind)
    key: bool = False
    """It is the key at ``path``, not what stands behind it."""


def unresolved(flow: Flow, declared: Declared | None = None) -> list[Fault]:
    """Names that lead nowhere, ``back`` among them; a flow without them can be walked.

    Args:
        flow: whose mentions are looked up.
        declared: what there is in each section; those of ``flow`` itself if not given, and a section that is
            left out is not looked up.
    """
    there = declared or {section: getattr(flow, section) for section in get_args(Section)}
    missing = [
        Fault(one.path, _astray(one, there[one.section]), one.key)
        for one in mentions(flow)
        if one.section in there and one.name not in there[one.section]
    ]
    return [*missing, *_misplaced_back(flow)]


def _astray(mention: Mention, declared: Collection[Name]) -> str:
    if mention.section == "intents":
        return f"{mention.name!r} is not known{did_you_mean(mention.name, [*declared, *BUILT_IN])}"
    return f"there is no {mention.section[:-1]} {mention.name!r}{did_you_mean(mention.name, declared)}"


def misfits(flow: Flow) -> Iterator[Fault]:
    """Facts and slots that exist, but hold something else than is needed where they are mentioned."""
    holds: dict[str, Mapping[Name, Fact | Slot]] = {"facts": flow.facts, "slots": flow.slots}
    for path, section, name, kinds, _ in mentions(flow):
        what = holds.get(section, {}).get(name)
        if what is not None and what.kind not in kinds:
            needed = " or ".join(kinds)
            yield Fault(path, f"{name!r} holds {what.kind}, and {needed} is needed here")


def mentions(flow: Flow) -> Iterator[Mention]:
    """Every name that must exist."""
    yield from (Mention(path, "states", name) for path, name in _targets(flow) if name != BACK)
    yield from own_mentions(flow)
    for name, slot in flow.slots.items():
        yield from _of_slot(slot, ("slots", name))
    for name, state in flow.states.items():
        yield from _of_state(flow, state, ("states", name))


def _targets(flow: Flow) -> Iterator[tuple[Path, Name]]:
    """Everything that leads to a state, and to which."""
    yield ("start",), flow.start
    for jumps in ("anywhere", "once_verified"):
        for heard, target in getattr(flow, jumps).items():
            yield (jumps, heard), target
    for name, state in flow.states.items():
        yield from ((("states", name, *way.path), way.target) for way in exits(state))


def _misplaced_back(flow: Flow) -> Iterator[Fault]:
    """``back`` where no question can have been left by what is said, or as the name of a state."""
    if BACK in flow.states:
        message = f"{BACK!r} is the way back to the question that was left: give the state another name"
        yield Fault(("states", BACK), message)
    for path, target in _targets(flow):
        if target == BACK and not _goes_on_by_itself(flow, path):
            yield Fault(
                path, f"{BACK!r} ends a digression: lead to a state that says something and then goes back"
            )


def _goes_on_by_itself(flow: Flow, path: Path) -> bool:
    return path[0] == "states" and isinstance(flow.states[str(path[1])], Tell | Assign | Choose)


def own_mentions(flow: Flow) -> Iterator[Mention]:
    """Every intent that the flow itself must name."""
    yield from _own_targets(flow.anywhere, ("anywhere",))
    yield from _own_targets(flow.once_verified, ("once_verified",))
    yield from _own_keys(flow.keys, ("keys",))
    for name, state in flow.states.items():
        if isinstance(state, Listening):
            yield from _own_targets(state.on, ("states", name, "on"))
            yield from _own_keys(state.keys, ("states", name, "keys"))


def _own_targets(targets: Targets, here: Path) -> Iterator[Mention]:
    own = (heard for heard in targets if isinstance(heard, OwnIntent))
    return (Mention((*here, heard), "intents", heard, key=True) for heard in own)


def _own_keys(keys: Keys, here: Path) -> Iterator[Mention]:
    own = ((key, heard) for key, heard in keys.items() if isinstance(heard, OwnIntent))
    return (Mention((*here, key), "intents", heard) for key, heard in own)


def _of_slot(slot: Slot, here: Path) -> Iterator[Mention]:
    for key, kinds in BOUNDS:
        bound = getattr(slot, key)
        if isinstance(bound, str) and slot.kind in kinds:
            of = quantity(bound)
            yield from (
                Mention((*here, key), "facts", fact, _kinds_in(of, fact, slot.kind)) for fact in of.names
            )


def _kinds_in(of: Quantity, name: Name, whole: Kind) -> tuple[Kind, ...]:
    """What a name must hold for a quantity of it to be of the kind ``whole``; only money has parts."""
    if name in of.divisors:
        return (Kind.NUMBER,)
    return (Kind.MONEY,) if of.is_part else (whole,)


def _of_state(flow: Flow, state: State, here: Path) -> Iterator[Mention]:
    match state:
        case Verify():
            yield Mention((*here, "verify"), "facts", state.verify, (Kind.DIGITS,))
        case ReadBack():
            yield from _answered(state.confirm, (*here, "confirm"))
        case Ask():
            yield from (Mention((*here, "also"), "slots", slot, _BESIDES) for slot in state.also)
            yield from _answered((state.collect,) if state.collect else (), (*here, "collect"))
        case Assign():
            for name, source in state.set.items():
                yield Mention((*here, "set", name), "slots", name)
                yield from _of_source(flow, name, quantity(source), (*here, "set", name))
        case Record():
            promise, at = state.record_promise, (*here, "record_promise")
            yield Mention((*at, "amount"), "slots", promise.amount, (Kind.MONEY,))
            yield Mention((*at, "date"), "slots", promise.date, (Kind.DATE,))
            yield Mention((*at, "of"), "facts", promise.of, (Kind.MONEY,))
            if promise.instalments:
                yield Mention((*at, "instalments"), "slots", promise.instalments, (Kind.NUMBER,))
        case Note():
            for detail, name in state.details.items():
                kinds = DETAILS.get(state.request, {}).get(detail, tuple(Kind))
                yield Mention(
                    (*here, "with", detail), "slots" if name in flow.slots else "facts", name, kinds
                )
        case Choose():
            for number, option in enumerate(state.choose):
                yield from _of_condition(flow, condition(option.when), (*here, "choose", number, "when"))
        case _:
            pass


def _of_condition(flow: Flow, asked: Condition, path: Path) -> Iterator[Mention]:
    """Facts and slots that are compared, each with what it is compared with."""
    for atom in atoms(asked):
        match atom:
            case Known(name):
                yield Mention(path, "slots", name)
            case Compared(left, _, right):
                for side in (left, right):
                    yield from _of_quantity(flow, side, path)
            case Verified():
                pass


def _of_source(flow: Flow, slot: Name, of: Quantity, path: Path) -> Iterator[Mention]:
    for mention in _of_quantity(flow, of, path):
        if slot in flow.slots and mention.name not in of.divisors and not of.is_part:
            mention = mention._replace(kinds=(flow.slots[slot].kind,))
        yield mention


def _of_quantity(flow: Flow, of: Quantity, path: Path) -> Iterator[Mention]:
    """The facts and slots in it; parts are of money, and money is divided by a number."""
    for name in sorted(of.names):
        section: Section = "slots" if name in flow.slots else "facts"
        kinds = (Kind.NUMBER,) if name in of.divisors else (Kind.MONEY,) if of.is_part else tuple(Kind)
        yield Mention(path, section, name, kinds)


def _answered(slots: tuple[Name, ...], path: Path) -> Iterator[Mention]:
    return (Mention(path, "slots", slot, _ANSWERS) for slot in slots)
