"""From words to meaning. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from voicebot.dialogue.understanding.amounts import SpokenAmount, spoken_amount
from voicebot.dialogue.understanding.dates import SpokenDate, spoken_dates
from voicebot.dialogue.understanding.digits import spoken_digits
from voicebot.dialogue.understanding.intents import PRECEDENCE, spoken_intents
from voicebot.dialogue.understanding.lexicon import Lexicon, lexicon
from voicebot.dialogue.understanding.meaning import Expect, Flag, Intent, Meaning, Setting
from voicebot.dialogue.understanding.text import fold

_NO_OFFER = frozenset(
    {
        Intent.ALREADY_PAID,
        Intent.CALL_LATER,
        Intent.DISPUTE,
        Intent.STOP_CALLING,
        Intent.WRONG_PERSON,
        Intent.THIRD_PARTY,
    }
)
"""With these the amounts and dates spoken are no offer to pay."""

_DENIALS = frozenset({Intent.CANNOT_PAY, Intent.NEGOTIATE})
"""The money in these phrases is what the caller will not pay."""


@lru_cache(maxsize=4096)  # asked twice of most words: are they a whole answer, and what do they mean
def understand(text: str, setting: Setting) -> Meaning:
    """What the caller means by ``text``, recognised or typed, against what the dialogue waits for."""
    words = lexicon(setting.language)
    normal = words.normal(text)
    dates = list(
        spoken_dates(normal, words, setting.today, bare_days=_one_of(Expect.DATE, Expect.AMOUNT, setting))
    )
    said = spoken_intents(normal, words)
    intents = [one.intent for one in said]
    denied = [one.span for one in said if one.intent in _DENIALS]
    money = _without(normal, [*(one.span for one in dates), *denied])
    promises = Intent.PROMISE in intents
    offered = spoken_amount(money, words, setting.balance, bare=promises or Expect.AMOUNT in setting.expects)
    when = _one_date(normal, dates, words)
    if _NO_OFFER.intersection(intents):
        offered, when = SpokenAmount(), None
    if offered != SpokenAmount() or when is not None:
        intents.append(Intent.PROMISE)
    flags = frozenset(flag for flag, pattern in words.flag_patterns if pattern.search(normal))
    if _is_the_one_asked_for(normal, words, setting):
        intents.append(Intent.YES)
    if Flag.ASKS_IF_AI in flags:  # "am I speaking to a machine?" is not the "speaking" of somebody asked for
        intents = [intent for intent in intents if intent is not Intent.YES]
    ranked = _ranked(intents, setting)
    return Meaning(
        intent=ranked[0] if ranked else None,
        secondary=ranked[1:],
        amount=offered.amount,
        date=when,
        digits=spoken_digits(normal, words) if Expect.DIGITS in setting.expects else "",
        full_amount=offered.full,
        flags=flags,
    )


def answers(meaning: Meaning, setting: Setting) -> bool:
    """Whether everything the state waits for has been said, so that a shorter pause ends the utterance."""
    return bool(setting.expects) and all(_answered(expect, meaning, setting) for expect in setting.expects)


def _answered(expect: Expect, meaning: Meaning, setting: Setting) -> bool:
    match expect:
        case Expect.YES_NO:
            return meaning.intent in (Intent.YES, Intent.NO)
        case Expect.AMOUNT:
            return meaning.full_amount or meaning.amount is not None
        case Expect.DATE:
            return meaning.date is not None
        case Expect.DIGITS:
            return 0 < setting.digits_length == len(meaning.digits)
        case Expect.INTENT:
            return meaning.intent is not None


def _is_the_one_asked_for(normal: str, words: Lexicon, setting: Setting) -> bool:
    """Whether the caller answers with nothing but the name that was asked for: "this is Ana"."""
    forms = words.grammar.name_answers if setting.name else ()
    return any(normal == fold(form.replace("<name>", setting.name)) for form in forms)


def _one_of(this: Expect, other: Expect, setting: Setting) -> bool:
    """A lone number belongs to the one kind of answer that is waited for."""
    return this in setting.expects and other not in setting.expects


def _without(normal: str, spans: list[tuple[int, int]]) -> str:
    """The text with bars in the place of ``spans``, so that what they hold is not taken for money."""
    for start, end in spans:
        normal = normal[:start] + " |".ljust(end - start, "|") + normal[end:]
    return normal


def _one_date(normal: str, dates: list[SpokenDate], words: Lexicon) -> date | None:
    """The date meant: the first that is not denied ("not friday, monday")."""
    meant = (said.date for said in dates if said.date and not words.denying.search(normal[: said.span[0]]))
    return next(meant, None)


def _ranked(intents: Iterable[Intent], setting: Setting) -> tuple[Intent, ...]:
    """Each intent once, the main one first. An offer outranks a plain yes or no, unless the state asked
    one."""
    order = list(PRECEDENCE)
    if Expect.YES_NO in setting.expects:
        order.remove(Intent.PROMISE)
        order.append(Intent.PROMISE)
    return tuple(sorted(set(intents), key=order.index))
