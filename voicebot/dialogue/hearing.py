"""What an answer amounts to in the state that awaits it. Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from voicebot.dialogue.answers import answer, denies, followed, plain_no, values
from voicebot.dialogue.expecting import ListeningState, expects, setting, slot_kinds
from voicebot.dialogue.keypad import meaning_of_early_keys, meaning_of_keys
from voicebot.dialogue.knowledge import Knowledge
from voicebot.dialogue.language.notation import Name
from voicebot.dialogue.language.places import leads_back, slots_heard, slots_said_along
from voicebot.dialogue.language.states import Ask, ReadBack
from voicebot.dialogue.language.values import Value, Values
from voicebot.dialogue.outcomes import (
    Answered,
    AskedForLanguage,
    AskedToWait,
    Digressed,
    NotUnderstood,
    Outcome,
    SaidAgain,
    Unwelcome,
)
from voicebot.dialogue.slots import out_of_bounds
from voicebot.dialogue.understanding import parse
from voicebot.dialogue.understanding.hedges import hedged
from voicebot.dialogue.understanding.lexicon import LANGUAGES
from voicebot.dialogue.understanding.meaning import NOT_THE_RIGHT_PARTY, Expect, Flag, Heard, Intent, Meaning
from voicebot.dialogue.understanding.opt_out import wants_no_calls

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
        return followed(elsewhere, meaning, _said_along(text, elsewhere, known))
    outcome = hear(meaning, state, known)
    if isinstance(state, ReadBack) and outcome == plain_no(state) and (behind := _NO.match(text)):
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
    told = values(parse.understand(text, setting(state, known)), slots_said_along(known.flow, target), known)
    return {name: value for name, value in told.items() if _welcome(name, value, known)}


def _welcome(name: Name, value: Value, known: Knowledge) -> bool:
    return out_of_bounds(known.flow.slots[name], value, known.facts, today=known.today) is None


def _corrects(outcome: Outcome, state: ReadBack) -> bool:
    """Whether another value was told, be it one that the bounds refuse."""
    if isinstance(outcome, Answered):
        return bool(outcome.slots) or (outcome.target is not None and outcome.target == state.refused)
    return isinstance(outcome, Unwelcome)


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
        return followed(elsewhere, meaning)
    if digressions := _jumps(meaning, state, known):
        denied = denies(meaning)
        besides = None if denied else _besides(meaning, state, known)
        return Digressed(next(iter(digressions.values())), besides, denied)
    if Intent.OTHER_LANGUAGE in heard:
        return AskedForLanguage()
    if Intent.HOLD_ON in heard:
        return AskedToWait()
    if Intent.REPEAT in heard:
        return SaidAgain()
    return answer(meaning, state, known)


def _urgent(meaning: Meaning, state: ListeningState, known: Knowledge) -> Name | None:
    """Where what was said leads, whatever was asked; digressions wait until nothing else was said."""
    targets = _jumps(meaning, state, known).values()
    return next((target for target in targets if not leads_back(known.flow, target)), None)


def _besides(meaning: Meaning, state: ListeningState, known: Knowledge) -> Answered | None:
    """The answer in the same breath as a digression; a read-back wants a yes to nothing else."""
    if isinstance(state, ReadBack):
        return None
    beside = answer(meaning, state, known)
    if not isinstance(beside, Answered) or (beside.target and leads_back(known.flow, beside.target)):
        return None
    return beside


def _jumps(meaning: Meaning, state: ListeningState, known: Knowledge) -> dict[Heard, Name]:
    """What is heard anywhere, and where each leads.

    "I lost my job, only two hundred" is an offer all the same, and a topic with a line of its own is more
    than a question. Where they are asked for, so is "in three payments"; and "call me at five" is an answer.
    """
    heard = _asked(meaning)
    jumps = known.flow.jumps(verified=known.verified, denied=denies(meaning))
    if meaning.amount is not None and not meaning.full_amount:
        heard -= {Intent.CANNOT_PAY, Flag.HARDSHIP}
    if meaning.number is not None:
        heard -= {Intent.CANNOT_PAY, Intent.NEGOTIATE}
    if meaning.time is not None:
        heard -= {Intent.CALL_LATER}
    if meaning.topics & (jumps.keys() | state.on.keys()):
        heard -= {Intent.QUESTION}
    strange = known.verified and denies(meaning)
    own = {key: to for key, to in state.on.items() if not strange or key in NOT_THE_RIGHT_PARTY}
    return {key: own.get(key, jumps[key]) for key in jumps if key in heard}


def _asked(meaning: Meaning) -> frozenset[Heard]:
    """What is heard; an insult is let pass where there is anything else to go by."""
    alone = meaning.heard == {Intent.HOSTILE} and not meaning.digits
    return meaning.heard if alone else meaning.heard - {Intent.HOSTILE}
