"""What is wrong with a flow before anybody follows it. Pure.

Types have been checked by the loader, and names by ``names``; here every prompt must be sayable in every
language, every state reachable and every question answerable.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from decimal import Decimal

from jinja2 import TemplateError, TemplateSyntaxError

from voicebot.dialogue.checking.names import BOUNDS, misfits, unresolved
from voicebot.dialogue.checking.own_intents import unusable_intents, unused_intents
from voicebot.dialogue.checking.slot_lint import (
    choice_faults,
    divisor_faults,
    phone_faults,
    plan_faults,
    word_faults,
)
from voicebot.dialogue.checking.wording import NOTICE_WORDS, gives
from voicebot.dialogue.expecting import always_heard, choice_keys, expects
from voicebot.dialogue.language.condition import Compared, atoms, condition
from voicebot.dialogue.language.flow import Fact, Flow, Slot
from voicebot.dialogue.language.notation import BACK, Kind, Name
from voicebot.dialogue.language.places import Words, all_words, exits, slots_heard, words_of
from voicebot.dialogue.language.problems import Fault, Path, did_you_mean
from voicebot.dialogue.language.prompts import Chosen, names_in, render, seconds_of_speech
from voicebot.dialogue.language.quantity import TODAY, Quantity, quantity
from voicebot.dialogue.language.states import Ask, Assign, Choose, Listening, ReadBack, Tell, Transfer, Verify
from voicebot.dialogue.requests import stray_details
from voicebot.dialogue.understanding.meaning import Expect, Intent

LONGEST_PROMPT = 12.0
"""Seconds; people stop listening to a telephone voice about there."""
LANGUAGES = ("en", "es")
"""What can be said and understood."""

_SAMPLES = {
    Kind.TEXT: "Ana",
    Kind.MONEY: Decimal("250.00"),
    Kind.DATE: date(2026, 11, 27),
    Kind.DIGITS: "1234",
    Kind.NUMBER: 3,
    Kind.TIME: time(17, 30),
    Kind.YES_NO: "yes",
    Kind.PHONE: "+12025550142",
    Kind.NAME: "Ana",
}


_TEXT = frozenset({Kind.TEXT, Kind.DIGITS, Kind.NAME, Kind.PHONE})
_WORDS = _TEXT | {Kind.YES_NO, Kind.CHOICE}
"""What a quoted word may be taken for."""


def lint(flow: Flow) -> list[Fault]:
    """Everything wrong with ``flow``; conversations need a flow without faults."""
    astray = unresolved(flow)
    faults = [*astray, *_sections(flow), *unused_intents(flow)]
    # Where names lead nowhere, what else is wrong would be a consequence.
    if astray:
        return faults
    return [
        *faults,
        *_unreachable(flow),
        *_questions(flow),
        *_keys(flow),
        *_comparisons(flow),
        *plan_faults(flow),
    ]


def lint_part(flow: Flow) -> list[Fault]:
    """Everything wrong with a part as a ``flow`` of its own.

    It declares the facts, slots and intents that it needs; the states that it names may be those of who
    includes it.
    """
    astray = unresolved(flow, {"facts": flow.facts, "slots": flow.slots, "intents": flow.intents})
    faults = [*astray, *_sections(flow)]
    return faults if astray else [*faults, *_questions(flow)]


def lint_subflow(flow: Flow) -> list[Fault]:
    """Everything wrong with a sub-flow, which names no states but its own."""
    astray = unresolved(flow, {"states": flow.states})
    return [*lint_part(flow), *astray, *(() if astray else _unreachable(flow))]


def _sections(flow: Flow) -> Iterator[Fault]:
    """What each section has wrong with it, whatever else there is."""
    yield from misfits(flow)
    yield from _languages(flow)
    yield from _slots(flow)
    yield from unusable_intents(flow)
    yield from _prompts(flow)
    yield from _notices(flow)
    yield from _skills(flow)
    yield from stray_details(flow)


def _languages(flow: Flow) -> Iterator[Fault]:
    for index, language in enumerate(flow.languages):
        if language not in LANGUAGES:
            yield Fault(("languages", index), f"cannot speak {language!r}{did_you_mean(language, LANGUAGES)}")


def _skills(flow: Flow) -> Iterator[Fault]:
    for name, state in flow.states.items():
        skills = state.skills if isinstance(state, Transfer) else ()
        for index, skill in enumerate(skills):
            if skill in skills[:index]:
                yield Fault(("states", name, "skills", index), f"{skill!r} is written twice: keep one")


# Slots


def _slots(flow: Flow) -> Iterator[Fault]:
    money = [name for name, fact in flow.facts.items() if fact.kind is Kind.MONEY]
    if money and flow.facts.get("currency") is None:
        yield Fault(("facts", money[0]), "money needs a text fact 'currency' beside it, such as USD")
    for name in flow.facts.keys() & flow.slots.keys():
        yield Fault(("slots", name), f"{name!r} is a fact already: give the slot another name")
    for name, slot in flow.slots.items():
        for key, kinds in BOUNDS:
            if getattr(slot, key) is not None and slot.kind not in kinds:
                of = " and ".join(kinds)
                yield Fault(("slots", name, key), f"{key!r} is for {of}, and this slot holds {slot.kind}")
            elif isinstance(bound := getattr(slot, key), str) and (unlike := _other_kind(flow, slot, bound)):
                yield Fault(("slots", name, key), unlike)
        yield from choice_faults(flow, name)
    yield from phone_faults(flow)


def _other_kind(flow: Flow, slot: Slot, source: str) -> str:
    """How a quantity does not fit ``slot``, where it names nothing that would be told anyway."""
    of = quantity(source)
    kinds = _kinds(flow, of) if of.is_part or not of.names else {slot.kind}
    return (
        ""
        if slot.kind in kinds
        else f"{source} is {' or '.join(sorted(kinds))}, and this slot holds {slot.kind}"
    )


# The graph


def _unreachable(flow: Flow) -> Iterator[Fault]:
    """The states at which each part that is cut off begins; those behind them are a consequence."""
    begun = {flow.start, *flow.anywhere.values(), *flow.once_verified.values()}
    seen = begun.union(*(_behind(flow, name) for name in begun))
    lost = [name for name in flow.states if name not in seen]
    inner = {way.target for name in lost for way in exits(flow.states[name]) if way.target != name}
    for name in sorted(lost, key=inner.__contains__):
        if name not in seen:
            yield Fault(("states", name), f"no state leads to {name!r}: point one at it or remove it")
            seen |= {name, *_behind(flow, name)}


def _behind(flow: Flow, name: Name) -> set[Name]:
    """Every state that ``name`` leads to."""
    behind: set[Name] = set()
    waiting = [name]
    while waiting:
        targets = {way.target for way in exits(flow.states[waiting.pop()])} - {BACK}
        waiting += targets - behind
        behind |= targets
    return behind


# Prompts


def _prompts(flow: Flow) -> Iterator[Fault]:
    for words in all_words(flow):
        for language in flow.languages:
            if language not in words.prompt:
                yield Fault(words.path, f"this prompt has no text in {language!r}")
        for language, template in words.prompt.items():
            path = (*words.path, language)
            if language not in flow.languages:
                yield Fault(path, f"the flow does not speak {language!r}: its languages are {flow.languages}")
            elif language in LANGUAGES:
                yield from _template(flow, words, path, template, language)


def _template(flow: Flow, words: Words, path: Path, template: str, language: str) -> Iterator[Fault]:
    declared = {**flow.facts, **flow.slots}
    try:
        unknown = names_in(template) - declared.keys() - words.extra
    except TemplateSyntaxError as fault:
        yield Fault(path, f"this template cannot be read: {fault.message}")
        return
    for name in sorted(unknown):
        yield Fault(path, f"{{{{ {name} }}}} is no fact and no slot{did_you_mean(name, declared)}")
    if not unknown:
        yield from _spoken(flow, words, path, template, language)


def _spoken(flow: Flow, words: Words, path: Path, template: str, language: str) -> Iterator[Fault]:
    samples = {name: _sample(what) for name, what in (flow.facts | flow.slots).items()}
    samples |= dict.fromkeys(words.extra, "")
    if "limit" in words.extra:
        samples["limit"] = _sample(flow.slots[str(path[1])])
    try:
        said = render(template, samples, language=language, currency="USD", today=date(2026, 11, 23))
    except (TemplateError, ValueError, TypeError, AttributeError) as fault:
        yield Fault(path, f"this template cannot be said: {fault}")
        return
    seconds = seconds_of_speech(said)
    if seconds > LONGEST_PROMPT and words.heard:
        yield Fault(path, f"takes {seconds:.0f} s to say, {LONGEST_PROMPT:.0f} at most: split or shorten it")


def _sample(what: Fact | Slot) -> object:
    """A value that ``what`` may hold."""
    options = what.options if isinstance(what, Slot) else {}
    if what.kind is not Kind.CHOICE or not options:
        return _SAMPLES.get(what.kind, "")
    return Chosen.of(next(iter(options)), options)


def _notices(flow: Flow) -> Iterator[Fault]:
    """A prompt that is declared to give a notice says so in words, in every language and at any time."""
    for name, state in flow.states.items():
        if isinstance(state, Tell) and state.tells:
            for slot in sorted(Words((), state.say).names() & flow.slots.keys()):
                why = "who changes the language hears the notice again"
                yield Fault(("states", name, "say"), f"{slot!r} may change, and {why}: name facts alone")
        for notice in state.tells if isinstance(state, Tell) else ():
            for words in words_of(name, state):
                for language, template in words.readable().items():
                    if not gives(notice, template, language):
                        known = ", ".join(NOTICE_WORDS[notice].get(language, ()))
                        yield Fault(
                            (*words.path, language),
                            f"does not say that this is {notice}: use a word of {known}",
                        )


def _comparisons(flow: Flow) -> Iterator[Fault]:
    """Only what is of one kind can be compared, or put into a slot."""
    for name, state in flow.states.items():
        for slot, source in state.set.items() if isinstance(state, Assign) else ():
            of, path = quantity(source), ("states", name, "set", slot)
            if unlike := _other_kind(flow, flow.slots[slot], source):
                yield Fault(path, unlike)
            yield from word_faults(flow, slot, of, path)
            yield from divisor_faults(flow, of, path)
    for name, state in flow.states.items():
        for number, option in enumerate(state.choose if isinstance(state, Choose) else ()):
            for atom in atoms(condition(option.when)):
                at: Path = ("states", name, "choose", number, "when")
                if isinstance(atom, Compared):
                    if kinds := _unlike(flow, atom):
                        yield Fault(at, f"compares {' with '.join(kinds)}")
                    yield from word_faults(flow, atom.left.name, atom.right, at)
                    yield from word_faults(flow, atom.right.name, atom.left, at)
                    yield from divisor_faults(flow, atom.left, at)
                    yield from divisor_faults(flow, atom.right, at)


def _unlike(flow: Flow, compared: Compared) -> tuple[Kind, ...]:
    """The kinds of both sides where they differ; what is written in letters and digits is text."""
    left, right = (_kinds(flow, side) for side in (compared.left, compared.right))
    both = left | _TEXT if left & _TEXT else left
    return () if both & right else (min(left), min(right))


def _kinds(flow: Flow, side: Quantity) -> frozenset[Kind]:
    """What a quantity may be taken for."""
    if side.is_part:
        return frozenset({Kind.MONEY})
    if side.name:
        return frozenset({Kind.DATE if side.name == TODAY else (flow.facts | flow.slots)[side.name].kind})
    if isinstance(side.literal, Decimal):
        return frozenset({Kind.MONEY, Kind.NUMBER})
    return frozenset({Kind.TIME}) if isinstance(side.literal, time) else _WORDS


# Questions


def _questions(flow: Flow) -> Iterator[Fault]:
    for name, state in flow.states.items():
        if isinstance(state, Ask):
            yield from _answerable(flow, name, state)
        if isinstance(state, Ask | ReadBack):
            yield from _refusable(flow, name, state)
        if isinstance(state, Listening) and state.keypad is None and _can_be_typed(flow, state):
            yield Fault(
                ("states", name), "has no 'keypad' prompt: whoever is not understood could not answer at all"
            )


def _answerable(flow: Flow, name: Name, state: Ask) -> Iterator[Fault]:
    here: Path = ("states", name)
    if state.collect and not state.collected:
        yield Fault((*here, "collect"), "needs 'collected' beside it: the state to go to with the answer")
    if state.collected and not state.collect:
        yield Fault((*here, "collected"), "needs 'collect' beside it: the slot to fill")
    if not state.collect and not state.on:
        yield Fault(here, "asks, but no answer leads anywhere: add 'on' or 'collect'")
    if Expect.YES_NO in state.expect:
        for intent in {Intent.YES, Intent.NO} - state.on.keys():
            yield Fault((*here, "on"), f"a yes_no question needs a target for {intent.value!r}")


def _refusable(flow: Flow, name: Name, state: Ask | ReadBack) -> Iterator[Fault]:
    slots = [flow.slots[slot] for slot in slots_heard(state)]
    if state.refused and not any(getattr(slot, key) is not None for slot in slots for key, _ in BOUNDS):
        yield Fault(
            ("states", name, "refused"), "no slot that is asked for here has bounds: nothing is refused"
        )


def _can_be_typed(flow: Flow, state: Listening) -> bool:
    assert isinstance(state, Ask | Verify | ReadBack)
    if isinstance(state, Ask) and state.collect and flow.slots[state.collect].kind is Kind.NAME:
        return bool(state.keys)  # nobody types a name
    if isinstance(state, Verify) or (isinstance(state, Ask) and state.collect is not None):
        return True
    return bool(choice_keys(state, flow))


def _keys(flow: Flow) -> Iterator[Fault]:
    """Every key means something that is heard."""
    for key, intent in flow.keys.items():
        if intent not in flow.anywhere and intent not in always_heard(flow):
            yield Fault(("keys", key), f"{str(intent)!r} has no target in 'anywhere'")
    for name, state in flow.states.items():
        if isinstance(state, Ask | Verify | ReadBack):
            yes_no = {Intent.YES, Intent.NO} if Expect.YES_NO in expects(state, flow) else set()
            heard = {*state.on, *flow.anywhere, *flow.once_verified, *yes_no, *always_heard(flow)}
            for key, intent in state.keys.items():
                if intent not in heard:
                    yield Fault(("states", name, "keys", key), f"{str(intent)!r} leads nowhere in this state")
