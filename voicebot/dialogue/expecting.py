"""What a state waits for. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from voicebot.dialogue.knowledge import Knowledge
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import YES_NO_KEYS, Keys, Kind, Name
from voicebot.dialogue.language.places import first_question, slots_heard
from voicebot.dialogue.language.prompts import names_in
from voicebot.dialogue.language.states import Ask, ReadBack, Verify
from voicebot.dialogue.slots import bounds
from voicebot.dialogue.understanding.meaning import Expect, Heard, Intent, Options, Question, Setting

_EXPECTED = {
    Kind.MONEY: Expect.AMOUNT,
    Kind.DATE: Expect.DATE,
    Kind.DIGITS: Expect.DIGITS,
    Kind.NUMBER: Expect.NUMBER,
    Kind.TIME: Expect.TIME,
    Kind.YES_NO: Expect.YES_NO,
    Kind.CHOICE: Expect.CHOICE,
    Kind.PHONE: Expect.PHONE,
    Kind.NAME: Expect.NAME,
}
"""The kind of answer that fills a slot."""

ListeningState = Ask | Verify | ReadBack


def setting(state: ListeningState, known: Knowledge) -> Setting:
    """What the words are understood against in ``state``."""
    return Setting(
        language=known.language,
        today=known.today,
        expects=expects(state, known.flow),
        balance=_whole_debt(known),
        currency=known.currency,
        digits_length=len(str(known.facts[state.verify])) if isinstance(state, Verify) else 0,
        name=_asked_for(state, known),
        person=_called_for(known),
        question=Question.PAYMENT if known.verified else Question.IDENTITY,
        own=known.flow.own_phrases(known.language),
        options=options(slots_heard(state), known),
        country=known.country,
    )


def asked_for(state: ListeningState, known: Knowledge) -> Setting:
    """What a recogniser should listen for: the answer to the question itself.

    What ``also`` names is understood when it is said, but a grammar of everything at once is slow to decode
    and heard far worse.
    """
    against = setting(state, known)
    if not isinstance(state, Ask) or not state.collect:
        return against
    asked = frozenset(state.expect) | slot_kinds((state.collect,), known.flow)
    return replace(against, expects=asked, options=options((state.collect,), known))


def expects(state: ListeningState, flow: Flow) -> frozenset[Expect]:
    """The kinds of answer that ``state`` takes."""
    match state:
        case Verify():
            return frozenset({Expect.DIGITS})
        case ReadBack():
            return frozenset({Expect.YES_NO}) | slot_kinds(slots_heard(state), flow)
        case Ask():
            return frozenset(state.expect) | slot_kinds(slots_heard(state), flow)
        case _:
            assert_never(state)


def heard_besides(state: ListeningState, known: Knowledge) -> frozenset[Heard]:
    """All that is heard besides the answer itself."""
    yes_no = {Intent.YES, Intent.NO} if Expect.YES_NO in expects(state, known.flow) else set()
    jumps = known.flow.jumps(verified=known.verified)
    return frozenset({*jumps, *state.on, *yes_no, *always_heard(known.flow)})


def always_heard(flow: Flow) -> frozenset[Intent]:
    """What is answered in every state without a line of its own."""
    another = {Intent.OTHER_LANGUAGE} if len(flow.languages) > 1 else set()
    return frozenset({Intent.REPEAT, Intent.HOLD_ON, *another})


def choice_keys(state: ListeningState, flow: Flow) -> Keys:
    """The keys that answer ``state`` by themselves; none where digits are entered."""
    return state.keys or (YES_NO_KEYS if Expect.YES_NO in expects(state, flow) else {})


def option_keys(state: ListeningState, flow: Flow) -> dict[str, Name]:
    """The keys that choose an option of what ``state`` asks for."""
    options = flow.slots[state.collect].options if isinstance(state, Ask) and state.collect else {}
    return {option.key: name for name, option in options.items() if option.key}


def slot_kinds(names: tuple[Name, ...], flow: Flow) -> frozenset[Expect]:
    """The kinds of answer that fill ``names``."""
    return frozenset(_EXPECTED[kind] for name in names if (kind := flow.slots[name].kind) in _EXPECTED)


def options(names: tuple[Name, ...], known: Knowledge) -> tuple[Options, ...]:
    """What there is to choose for each of ``names``, in the language of the call."""
    choices = ((name, known.flow.slots[name].options) for name in names)
    return tuple(
        Options(name, tuple((key, option.words[known.language]) for key, option in of.items()))
        for name, of in choices
        if of
    )


def _asked_for(state: ListeningState, known: Knowledge) -> str:
    """Whom the question names: the text fact in it, if there is one."""
    for name in sorted(names_in(state.say[known.language])):
        fact = known.flow.facts.get(name)
        if fact and fact.kind is Kind.TEXT:
            return str(known.facts[name])
    return ""


def _called_for(known: Knowledge) -> str:
    """Whom the first question of the call asks for."""
    state = first_question(known.flow)
    return _asked_for(state, known) if isinstance(state, Ask | Verify | ReadBack) else ""


def _whole_debt(known: Knowledge) -> Decimal | None:
    """What "all of it" is: the upper bound of the first money slot."""
    for slot in known.flow.slots.values():
        high = bounds(slot, known.facts, today=known.today)[1]
        if slot.kind is Kind.MONEY and isinstance(high, Decimal):
            return high
    return None
