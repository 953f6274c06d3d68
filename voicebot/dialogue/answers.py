"""What an answer is worth to the question: digits compared, a read-back confirmed, slots filled. Pure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from voicebot.dialogue.expecting import ListeningState
from voicebot.dialogue.knowledge import Knowledge
from voicebot.dialogue.language.notation import Kind, Name
from voicebot.dialogue.language.places import slots_heard
from voicebot.dialogue.language.states import Ask, ReadBack, Verify
from voicebot.dialogue.language.values import Value, Values
from voicebot.dialogue.outcomes import Answered, Mismatch, NotUnderstood, Outcome, Unwelcome
from voicebot.dialogue.slots import bounds, out_of_bounds
from voicebot.dialogue.understanding.meaning import NOT_THE_RIGHT_PARTY, Intent, Meaning
from voicebot.tts.spoken import UnspeakableError, say_money


def answer(meaning: Meaning, state: ListeningState, known: Knowledge) -> Outcome:
    """What ``meaning`` amounts to as an answer to what ``state`` asks."""
    match state:
        case Verify():
            return _compare(meaning, state, known)
        case ReadBack():
            return _confirm(meaning, state, known)
        case Ask():
            return _collect(meaning, state, known)
        case _:
            assert_never(state)


def _own(meaning: Meaning, state: ListeningState, told: Values | None = None) -> Answered | None:
    heard = meaning.heard
    ways = (followed(target, meaning, told) for key, target in state.on.items() if key in heard)
    return next(ways, None)


def _compare(meaning: Meaning, state: Verify, known: Knowledge) -> Outcome:
    if meaning.digits == known.facts[state.verify]:
        return Answered(state.right, verified=True)
    if own := _own(meaning, state):
        return own
    return Mismatch() if meaning.digits else NotUnderstood()


def _confirm(meaning: Meaning, state: ReadBack, known: Knowledge) -> Outcome:
    """A correction is read back again; only a yes without one is a yes."""
    stated = {name for name in state.confirm if known.flow.slots[name].kind is Kind.YES_NO}
    told = values(meaning, tuple(name for name in state.confirm if name not in stated), known)
    corrected = {name: value for name, value in told.items() if value != known.slots.get(name)}
    if refusal := _refused(corrected, state, known):
        return refusal
    if corrected:
        return Answered(state.corrected, corrected)
    heard = meaning.heard
    if Intent.NO in heard:
        return plain_no(state)
    if Intent.YES in heard:
        return Answered(state.yes)
    return _own(meaning, state) or NotUnderstood()


def _collect(meaning: Meaning, state: Ask, known: Knowledge) -> Outcome:
    if meaning.full_amount and Intent.NO in meaning.heard:
        meaning = replace(meaning, amount=None, full_amount=False)  # "no, not all of it" offers nothing
    told = values(meaning, slots_heard(state), known)
    if refusal := _refused(told, state, known):
        return refusal
    if state.collect in told:
        return Answered(state.collected, told)
    return _own(meaning, state, told) or (Answered(None, told) if told else NotUnderstood())


def values(meaning: Meaning, names: tuple[Name, ...], known: Knowledge) -> Values:
    """What ``meaning`` says about each slot."""
    found = {name: _value(meaning, known.flow.slots[name].kind, name, known) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _value(meaning: Meaning, kind: Kind, name: Name, known: Knowledge) -> Value | None:
    match kind:
        case Kind.MONEY if meaning.amount is None and meaning.full_amount:
            return bounds(known.flow.slots[name], known.facts, today=known.today)[1]
        case Kind.MONEY:
            return _payable(meaning.amount, known)
        case Kind.DATE:
            return meaning.date
        case Kind.DIGITS:
            return meaning.digits or None
        case Kind.NUMBER:
            return meaning.number
        case Kind.TIME:
            return meaning.time
        case Kind.YES_NO:
            return next((said.value for said in (Intent.NO, Intent.YES) if said in meaning.heard), None)
        case Kind.CHOICE:
            return dict(meaning.chosen).get(name)
        case Kind.PHONE:
            return meaning.phone or None
        case Kind.NAME:
            return meaning.name or None
        case Kind.TEXT:
            return None
        case _:
            assert_never(kind)


def _payable(amount: Decimal | None, known: Knowledge) -> Decimal | None:
    """An amount that the currency's coins can pay, and that can thus be read back."""
    try:
        return amount if amount is not None and say_money(amount, known.currency, known.language) else None
    except UnspeakableError:
        return None


def _refused(told: Values, state: Ask | ReadBack, known: Knowledge) -> Answered | Unwelcome | None:
    slots = known.flow.slots
    checks = (
        out_of_bounds(slots[name], value, known.facts, today=known.today) for name, value in told.items()
    )
    reason = next((reason for reason in checks if reason is not None), None)
    if reason is None:
        return None
    return Answered(state.refused) if state.refused else Unwelcome(reason)


def plain_no(state: ReadBack) -> Answered:
    """A no to all that was read back."""
    return Answered(state.no, forget=state.confirm)


def followed(target: Name, meaning: Meaning, along: Values | None = None) -> Answered:
    """On to where something that was said leads: who is not the right party leaves nobody verified."""
    return Answered(target, along or {}, verified=False if denies(meaning) else None)


def denies(meaning: Meaning) -> bool:
    """Whether it is not the right party who speaks, whatever else was said."""
    return bool(meaning.heard & NOT_THE_RIGHT_PARTY)
