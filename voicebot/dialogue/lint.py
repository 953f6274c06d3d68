"""What is wrong with a flow before anybody follows it. Pure.

Types have been checked by the loader; here every name must lead somewhere, every prompt must be sayable
in every language, and every question answerable.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from jinja2 import TemplateError, TemplateSyntaxError

from voicebot.dialogue.expecting import choice_keys, expects
from voicebot.dialogue.flow import Ask, Assign, Flow, Listening, ReadBack, Record, Verify
from voicebot.dialogue.notation import Kind, Name
from voicebot.dialogue.places import Words, all_words, exits
from voicebot.dialogue.problems import Fault, Path, did_you_mean
from voicebot.dialogue.prompts import names_in, render, seconds_of_speech
from voicebot.dialogue.slots import read_date_bound
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
}


def lint(flow: Flow) -> list[Fault]:
    """Everything wrong with ``flow``; conversations and proofs need a flow without faults."""
    faults = [*_languages(flow), *_targets(flow), *_facts_and_slots(flow), *_prompts(flow)]
    # Where names lead nowhere, what else is wrong would be a consequence.
    return faults or [*_unreachable(flow), *_questions(flow), *_keys(flow)]


def _languages(flow: Flow) -> Iterator[Fault]:
    for index, language in enumerate(flow.languages):
        if language not in LANGUAGES:
            yield Fault(("languages", index), f"cannot speak {language!r}{did_you_mean(language, LANGUAGES)}")


# Names


def _targets(flow: Flow) -> Iterator[Fault]:
    """Every state that is gone to exists."""
    named: list[tuple[Path, Name]] = [(("start",), flow.start)]
    for section in ("anywhere", "once_verified"):
        named += [((section, heard), target) for heard, target in getattr(flow, section).items()]
    for name, state in flow.states.items():
        named += [(("states", name, *way.path), way.target) for way in exits(state)]
    for path, target in named:
        if target not in flow.states:
            yield Fault(path, f"there is no state {target!r}{did_you_mean(target, flow.states)}")


def _facts_and_slots(flow: Flow) -> Iterator[Fault]:
    money = [name for name, fact in flow.facts.items() if fact.kind is Kind.MONEY]
    if money and flow.facts.get("currency") is None:
        yield Fault(("facts", money[0]), "money needs a text fact 'currency' beside it, such as USD")
    for name in flow.facts.keys() & flow.slots.keys():
        yield Fault(("slots", name), f"{name!r} is a fact already: give the slot another name")
    for name, slot in flow.slots.items():
        yield from _bounds(flow, name, slot.kind)
    for name, state in flow.states.items():
        here: Path = ("states", name)
        match state:
            case Verify():
                yield from _known(flow, (*here, "verify"), state.verify, "facts", Kind.DIGITS)
            case ReadBack():
                yield from _slots(flow, (*here, "confirm"), state.confirm)
            case Ask():
                yield from _slots(flow, (*here, "also"), state.also)
                yield from _slots(flow, (*here, "collect"), (state.collect,) if state.collect else ())
            case Assign():
                yield from _assigned(flow, here, state)
            case Record():
                promise, at = state.record_promise, (*here, "record_promise")
                yield from _known(flow, (*at, "amount"), promise.amount, "slots", Kind.MONEY)
                yield from _known(flow, (*at, "date"), promise.date, "slots", Kind.DATE)
                yield from _known(flow, (*at, "of"), promise.of, "facts", Kind.MONEY)
            case _:
                pass


def _bounds(flow: Flow, name: Name, kind: Kind) -> Iterator[Fault]:
    slot, here = flow.slots[name], ("slots", name)
    for key, of in (("min", Kind.MONEY), ("max", Kind.MONEY), ("earliest", Kind.DATE), ("latest", Kind.DATE)):
        bound = getattr(slot, key)
        if bound is None:
            continue
        if kind is not of:
            yield Fault((*here, key), f"{key!r} is for {of}, and this slot holds {kind}")
            continue
        fact = read_date_bound(bound)[0] if of is Kind.DATE else bound
        if isinstance(fact, str) and fact != "today":
            yield from _known(flow, (*here, key), fact, "facts", of)


def _slots(flow: Flow, path: Path, names: tuple[Name, ...]) -> Iterator[Fault]:
    for name in names:
        yield from _known(flow, path, name, "slots")
        if name in flow.slots and flow.slots[name].kind is Kind.TEXT:
            yield Fault(path, f"{name!r} holds text, and only money, dates and digits are understood")


def _assigned(flow: Flow, here: Path, state: Assign) -> Iterator[Fault]:
    for slot, fact in state.set.items():
        wrong = list(_known(flow, (*here, "set", slot), slot, "slots"))
        kind = flow.slots[slot].kind if not wrong else None
        yield from wrong or _known(flow, (*here, "set", slot), fact, "facts", kind)


def _known(flow: Flow, path: Path, name: Name, section: str, kind: Kind | None = None) -> Iterator[Fault]:
    """``name`` is declared in ``section``, and holds ``kind``."""
    declared = getattr(flow, section)
    if name not in declared:
        yield Fault(path, f"there is no {section[:-1]} {name!r}{did_you_mean(name, declared)}")
    elif kind is not None and declared[name].kind is not kind:
        yield Fault(path, f"{name!r} holds {declared[name].kind}, and {kind} is needed here")


# The graph


def _unreachable(flow: Flow) -> Iterator[Fault]:
    reached, found = {flow.start}, [flow.start, *flow.anywhere.values(), *flow.once_verified.values()]
    reached.update(found)
    while found:
        targets = {way.target for way in exits(flow.states[found.pop()])}
        found += targets - reached
        reached |= targets
    for name in flow.states:
        if name not in reached:
            yield Fault(("states", name), f"no state leads to {name!r}: point one at it or remove it")


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
    samples: dict[str, object] = {
        name: _SAMPLES[what.kind] for name, what in (flow.facts | flow.slots).items()
    }
    samples |= dict.fromkeys(words.extra, "")
    if "limit" in words.extra:
        samples["limit"] = _SAMPLES[flow.slots[str(path[1])].kind]
    try:
        said = render(template, samples, language=language, currency="USD", today=date(2026, 11, 23))
    except (TemplateError, ValueError, TypeError, AttributeError) as fault:
        yield Fault(path, f"this template cannot be said: {fault}")
        return
    seconds = seconds_of_speech(said)
    if seconds > LONGEST_PROMPT and words.heard:
        yield Fault(path, f"takes {seconds:.0f} s to say, {LONGEST_PROMPT:.0f} at most: split or shorten it")


# Questions


def _questions(flow: Flow) -> Iterator[Fault]:
    for name, state in flow.states.items():
        if isinstance(state, Ask):
            yield from _answerable(flow, name, state)
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


def _can_be_typed(flow: Flow, state: Listening) -> bool:
    assert isinstance(state, Ask | Verify | ReadBack)
    digits = isinstance(state, Verify) or (isinstance(state, Ask) and state.collect is not None)
    return digits or bool(choice_keys(state, flow))


def _keys(flow: Flow) -> Iterator[Fault]:
    """Every key means something that is heard."""
    for key, intent in flow.keys.items():
        if intent not in flow.anywhere:
            yield Fault(("keys", key), f"{intent.value!r} has no target in 'anywhere'")
    for name, state in flow.states.items():
        if isinstance(state, Ask | Verify | ReadBack):
            yes_no = {Intent.YES, Intent.NO} if Expect.YES_NO in expects(state, flow) else set()
            heard = {*state.on, *flow.anywhere, *flow.once_verified, *yes_no, Intent.REPEAT, Intent.HOLD_ON}
            for key, intent in state.keys.items():
                if intent not in heard:
                    yield Fault(
                        ("states", name, "keys", key), f"{intent.value!r} leads nowhere in this state"
                    )
