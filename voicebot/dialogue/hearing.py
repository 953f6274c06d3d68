"""What an answer amounts to in the state that awaits it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import assert_never

from voicebot.dialogue.expecting import ListeningState, expects, setting, slot_kinds
from voicebot.dialogue.keypad import meaning_of_early_keys, meaning_of_keys
from voicebot.dialogue.knowledge import Knowledge
from voicebot.dialogue.language.notation import Kind, Name
from voicebot.dialogue.language.places import leads_back, slots_heard, slots_said_along
from voicebot.dialogue.language.states import Ask, ReadBack, Verify
from voicebot.dialogue.language.values import Value, Values
from voicebot.dialogue.outcomes import (
    Answered,
    AskedForLanguage,
    AskedToWait,
    Digressed,
    Mismatch,
    NotUnderstood,
    Outcome,
    SaidAgain,
    Unwelcome,
)
from voicebot.dialogue.slots import bounds, out_of_bounds
from voicebot.dialogue.understanding import parse
from voicebot.dialogue.understanding.hedges import hedged
from voicebot.dialogue.understanding.lexicon import LANGUAGES
from voicebot.dialogue.understanding.meaning import NOT_THE_RIGHT_PARTY, Expect, Flag, Heard, Intent, Meaning
from voicebot.dialogue.understanding.opt_out import wants_no_calls
from voicebot.tts.spoken import UnspeakableError, say_money

_NO = re.compile(r"\W*no\b\W*", re.IGNORECASE)


def complete(meaning: Meaning, state: ListeningState, known: Knowledge) -> bool:
    """Whether nothing more is to be expected of an utterance that means ``meaning``.

    A "no" at the read-back may be followed by a correction, and an amount by its day.
    """
    if isinstance(state, ReadBack):
        return hear(meaning, state, known) == Answered(state.yes)
    missing = expects(state, known.flow)
    if isinstance(state, Ask) and state.collect:
        open_slots = tuple(slot for slot in slots_heard(state) if slot not in known.slots)
        missing = slot_kinds(open_slots, known.flow)
    return parse.answers(meaning, replace(setting(state, known), expects=missing))


def hear_words(text: str, state: ListeningState, known: Knowledge) -> Outcome:
    """What the words of the caller amount to in ``state``."""
    meaning = _no_calls(text, known) or parse.understand(text, setting(state, known))
    if elsewhere := _urgent(meaning, state, known):
        return _followed(elsewhere, meaning, _said_along(text, elsewhere, known))
    outcome = hear(meaning, state, known)
    if isinstance(state, ReadBack) and outcome == _plain_no(state) and (behind := _NO.match(text)):
        # "No, es el lunes" reads as "it is not Monday" too; nobody denies what was not read back.
        told = hear(parse.understand(text[behind.end() :], setting(state, known)), state, known)
        return told if _corrects(told, state) else outcome
    is_yes = isinstance(state, ReadBack) and outcome == Answered(state.yes)
    if is_yes and (hedged(text, known.language) or _counts(text, state, known)):
        return NotUnderstood()
    return outcome


def _no_calls(text: str, known: Knowledge) -> Meaning | None:
    """A wish for no more calls in another language than that of the call: it is obeyed all the same."""
    others = (language for language in LANGUAGES if language != known.language)
    wishes = (wants_no_calls(text, language) for language in others)
    return next((Meaning(Intent.STOP_CALLING, flags=flags) for flags in wishes if flags is not None), None)


def _counts(text: str, state: ListeningState, known: Knowledge) -> bool:
    """Whether payments are counted that were not read back: "yes, in three payments" is a yes to another
    promise."""
    against = setting(state, known)
    told = parse.understand(text, replace(against, expects=against.expects | {Expect.NUMBER})).number
    return told is not None and told not in {known.slots.get(name) for name in slots_heard(state)}


def _said_along(text: str, target: Name, known: Knowledge) -> Values:
    """What the same words answer of the question that they lead to: "call me tomorrow after six"."""
    state = known.flow.states[target]
    if not isinstance(state, Ask):
        return {}
    told = _values(parse.understand(text, setting(state, known)), slots_said_along(known.flow, target), known)
    return {name: value for name, value in told.items() if _welcome(name, value, known)}


def _welcome(name: Name, value: Value, known: Knowledge) -> bool:
    return out_of_bounds(known.flow.slots[name], value, known.facts, today=known.today) is None


def _corrects(outcome: Outcome, state: ReadBack) -> bool:
    """Whether another value was told, be it one that the bounds refuse."""
    if isinstance(outcome, Answered):
        return bool(outcome.slots) or (outcome.target is not None and outcome.target == state.refused)
    return isinstance(outcome, Unwelcome)


def _plain_no(state: ReadBack) -> Answered:
    return Answered(state.no, forget=state.confirm)


def hear_keys(keys: str, state: ListeningState, known: Knowledge, *, early: bool = False) -> Outcome | None:
    """What ``keys`` amount to in ``state``; ``early`` ones answer a read-back or are nothing."""
    if not (early and isinstance(state, ReadBack)):
        return hear(meaning_of_keys(keys, state, known), state, known)
    outcome = hear(meaning_of_early_keys(keys, known), state, known)
    return outcome if isinstance(outcome, Answered) else None


def hear(meaning: Meaning, state: ListeningState, known: Knowledge) -> Outcome:
    """What ``meaning`` amounts to in ``state``: what is heard anywhere comes before the answer."""
    heard = meaning.heard
    if elsewhere := _urgent(meaning, state, known):
        return _followed(elsewhere, meaning)
    if digressions := _jumps(meaning, state, known):
        denied = _denied(meaning)
        besides = None if denied else _besides(meaning, state, known)
        return Digressed(next(iter(digressions.values())), besides, denied)
    if Intent.OTHER_LANGUAGE in heard:
        return AskedForLanguage()
    if Intent.HOLD_ON in heard:
        return AskedToWait()
    if Intent.REPEAT in heard:
        return SaidAgain()
    return _answer(meaning, state, known)


def _urgent(meaning: Meaning, state: ListeningState, known: Knowledge) -> Name | None:
    """Where what was said leads, whatever was asked; digressions wait until nothing else was said."""
    targets = _jumps(meaning, state, known).values()
    return next((target for target in targets if not leads_back(known.flow, target)), None)


def _denied(meaning: Meaning) -> bool:
    """Whether it is not the right party who speaks, whatever else was said."""
    return bool(meaning.heard & NOT_THE_RIGHT_PARTY)


def _followed(target: Name, meaning: Meaning, along: Values | None = None) -> Answered:
    """On to where something that was said leads: who is not the right party leaves nobody verified."""
    return Answered(target, along or {}, verified=False if _denied(meaning) else None)


def _besides(meaning: Meaning, state: ListeningState, known: Knowledge) -> Answered | None:
    """The answer in the same breath as a digression; a read-back wants a yes to nothing else."""
    if isinstance(state, ReadBack):
        return None
    answer = _answer(meaning, state, known)
    if not isinstance(answer, Answered) or (answer.target and leads_back(known.flow, answer.target)):
        return None
    return answer


def _answer(meaning: Meaning, state: ListeningState, known: Knowledge) -> Outcome:
    match state:
        case Verify():
            return _compare(meaning, state, known)
        case ReadBack():
            return _confirm(meaning, state, known)
        case Ask():
            return _collect(meaning, state, known)
        case _:
            assert_never(state)


def _jumps(meaning: Meaning, state: ListeningState, known: Knowledge) -> dict[Heard, Name]:
    """What is heard anywhere, and where each leads.

    "I lost my job, only two hundred" is an offer all the same, and a topic with a line of its own is more
    than a question. Where they are asked for, so is "in three payments"; and "call me at five" is an answer.
    """
    heard = _asked(meaning)
    jumps = known.flow.jumps(verified=known.verified, denied=_denied(meaning))
    if meaning.amount is not None and not meaning.full_amount:
        heard -= {Intent.CANNOT_PAY, Flag.HARDSHIP}
    if meaning.number is not None:
        heard -= {Intent.CANNOT_PAY, Intent.NEGOTIATE}
    if meaning.time is not None:
        heard -= {Intent.CALL_LATER}
    if meaning.topics & (jumps.keys() | state.on.keys()):
        heard -= {Intent.QUESTION}
    strange = known.verified and _denied(meaning)
    own = {key: to for key, to in state.on.items() if not strange or key in NOT_THE_RIGHT_PARTY}
    return {key: own.get(key, jumps[key]) for key in jumps if key in heard}


def _asked(meaning: Meaning) -> frozenset[Heard]:
    """What is heard; an insult is let pass where there is anything else to go by."""
    alone = meaning.heard == {Intent.HOSTILE} and not meaning.digits
    return meaning.heard if alone else meaning.heard - {Intent.HOSTILE}


def _own(meaning: Meaning, state: ListeningState, told: Values | None = None) -> Answered | None:
    heard = meaning.heard
    ways = (_followed(target, meaning, told) for key, target in state.on.items() if key in heard)
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
    told = _values(meaning, tuple(name for name in state.confirm if name not in stated), known)
    corrected = {name: value for name, value in told.items() if value != known.slots.get(name)}
    if refusal := _refused(corrected, state, known):
        return refusal
    if corrected:
        return Answered(state.corrected, corrected)
    heard = meaning.heard
    if Intent.NO in heard:
        return _plain_no(state)
    if Intent.YES in heard:
        return Answered(state.yes)
    return _own(meaning, state) or NotUnderstood()


def _collect(meaning: Meaning, state: Ask, known: Knowledge) -> Outcome:
    if meaning.full_amount and Intent.NO in meaning.heard:
        meaning = replace(meaning, amount=None, full_amount=False)  # "no, not all of it" offers nothing
    told = _values(meaning, slots_heard(state), known)
    if refusal := _refused(told, state, known):
        return refusal
    if state.collect in told:
        return Answered(state.collected, told)
    return _own(meaning, state, told) or (Answered(None, told) if told else NotUnderstood())


def _values(meaning: Meaning, names: tuple[Name, ...], known: Knowledge) -> Values:
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


def _refused(values: Values, state: Ask | ReadBack, known: Knowledge) -> Answered | Unwelcome | None:
    slots = known.flow.slots
    checks = (
        out_of_bounds(slots[name], value, known.facts, today=known.today) for name, value in values.items()
    )
    reason = next((reason for reason in checks if reason is not None), None)
    if reason is None:
        return None
    return Answered(state.refused) if state.refused else Unwelcome(reason)
