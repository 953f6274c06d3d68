"""From words to meaning. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from datetime import date
from functools import lru_cache

from voicebot.dialogue.understanding.amounts import SpokenAmount, spoken_amount
from voicebot.dialogue.understanding.choice import Mention, meant
from voicebot.dialogue.understanding.classifier import classifier
from voicebot.dialogue.understanding.clock import SpokenTime, spoken_time
from voicebot.dialogue.understanding.counts import SpokenCount, counted_payments, spoken_count
from voicebot.dialogue.understanding.dates import SpokenDate, spoken_dates
from voicebot.dialogue.understanding.digits import spoken_digits
from voicebot.dialogue.understanding.flags import raised_flags
from voicebot.dialogue.understanding.intents import PRECEDENCE, spoken_intents, spoken_topics
from voicebot.dialogue.understanding.introductions import spoken_name
from voicebot.dialogue.understanding.judgement import likeliest_intent, seen_by_model
from voicebot.dialogue.understanding.lexicon import Lexicon, lexicon
from voicebot.dialogue.understanding.meaning import Expect, Flag, Intent, Meaning, Setting
from voicebot.dialogue.understanding.options import chosen_option
from voicebot.dialogue.understanding.own import spoken_own
from voicebot.dialogue.understanding.phones import spoken_phone
from voicebot.dialogue.understanding.repair import repaired
from voicebot.dialogue.understanding.text import fold, impersonal, nameless
from voicebot.dialogue.understanding.willingness import willingness

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

_OFFERS = frozenset({Intent.PROMISE, Intent.NEGOTIATE})

_BACK = re.compile(" (?:back|de vuelta)(?= )")
_LIKELY = 0.4
"""How probable a wish for no more calls must be to be noted for a person to see."""
_SURE = 0.85
"""How probable what only the model says must be to be acted on."""


@lru_cache(maxsize=4096)  # asked twice of most words: are they a whole answer, and what do they mean
def understand(text: str, setting: Setting) -> Meaning:
    """What the caller means by ``text``, recognised or typed, against what the dialogue waits for."""
    words = lexicon(setting.language)
    normal = repaired(words.normal(text), setting.language, setting.name or setting.person)
    at, counted = _clock(normal, words, setting), _payments(normal, words, setting)
    taken = [one.span for one in (at, counted) if one and getattr(one, "exact", True)]
    if _calls_back(setting):  # "call me back on friday" is no friday that lies back
        taken += [match.span() for match in _BACK.finditer(normal)]
    of_days = _without(normal, taken)
    dates = list(
        spoken_dates(of_days, words, setting.today, bare_days=_one_of(Expect.DATE, Expect.AMOUNT, setting))
    )
    said = spoken_intents(normal, words)
    intents = [one.intent for one in said]
    of_anybody = nameless(normal, setting.name)
    seen = seen_by_model(of_anybody, words, setting.language)
    said_flags = raised_flags(of_anybody, classifier(setting.language).flags(seen), words)
    likeliest, confidence = likeliest_intent(of_anybody, seen, said_flags, words, setting)
    wants_no_calls = likeliest is Intent.STOP_CALLING and confidence >= _LIKELY
    flags = said_flags | (
        {Flag.OPT_OUT} if wants_no_calls and Flag.OPT_OUT_VOICE not in said_flags else set()
    )
    money = _without(of_days, [one.span for one in dates if one.kind != "share"])
    bare = Intent.PROMISE in (*intents, likeliest) or Expect.AMOUNT in setting.expects
    offered = spoken_amount(money, words, setting.balance, bare=bare)
    when = _one_date(of_days, dates, words)
    if _offers_nothing(intents, likeliest, confidence) and not _calls_back(setting):
        offered, when = SpokenAmount(), None
    if (offered != SpokenAmount() or when is not None) and not _calls_back(setting):
        intents.append(Intent.PROMISE)
    topics, own = spoken_topics(normal, words), spoken_own(normal, setting.own, setting.language)
    if likeliest and confidence >= _SURE and not own and _is_an_answer(flags, setting):
        intents.append(likeliest)
    if topics and not intents:
        intents.append(Intent.QUESTION)
    if Flag.OPT_OUT in said_flags:
        intents.append(Intent.STOP_CALLING)
    if _is_the_one_asked_for(normal, words, setting):
        intents.append(Intent.YES)
    if Flag.ASKS_IF_AI in flags:  # "am I speaking to a machine?" is not the "speaking" of somebody asked for
        intents = [intent for intent in intents if intent is not Intent.YES]
    if _is_somebody_else(normal, words, setting):
        intents = [intent for intent in intents if intent is not Intent.YES]
        intents.append(Intent.NO if setting.name else Intent.THIRD_PARTY)
    ranked = _ranked(intents, setting)
    return Meaning(
        intent=ranked[0] if ranked else None,
        secondary=ranked[1:],
        amount=offered.amount,
        date=when,
        digits=spoken_digits(normal, words) if Expect.DIGITS in setting.expects else "",
        full_amount=offered.full,
        number=_count(normal if Expect.DATE not in setting.expects else money, counted, words, setting),
        time=at.time if at else None,
        chosen=_choices(normal, setting),
        phone=spoken_phone(text, words, setting.country) if Expect.PHONE in setting.expects else "",
        name=spoken_name(text, words) if Expect.NAME in setting.expects else "",
        flags=flags,
        topics=topics,
        own=own,
        likeliest=likeliest,
        confidence=confidence,
        willingness=willingness(normal, words, likeliest, flags, when),
    )


def _is_an_answer(flags: Set[Flag], setting: Setting) -> bool:
    """Whether the model may be asked what is meant: digits and "are you a robot?" are themselves."""
    itself = {Expect.DIGITS, Expect.PHONE, Expect.NAME}
    return not itself & setting.expects and Flag.ASKS_IF_AI not in flags


def _calls_back(setting: Setting) -> bool:
    """Whether days and times are for a call, and offer no money."""
    return Expect.TIME in setting.expects and Expect.AMOUNT not in setting.expects


def _clock(normal: str, words: Lexicon, setting: Setting) -> SpokenTime | None:
    if Expect.TIME not in setting.expects:
        return None
    others = {Expect.DATE, Expect.AMOUNT, Expect.NUMBER} & setting.expects
    return spoken_time(normal, words, bare=not others)


def _payments(normal: str, words: Lexicon, setting: Setting) -> SpokenCount | None:
    return counted_payments(normal, words) if Expect.NUMBER in setting.expects else None


def _count(text: str, counted: SpokenCount | None, words: Lexicon, setting: Setting) -> int | None:
    """The number meant: of payments, or any where no money is waited for."""
    if counted is None and _one_of(Expect.NUMBER, Expect.AMOUNT, setting):
        counted = spoken_count(text, words)
    return counted.number if counted else None


def _choices(normal: str, setting: Setting) -> tuple[tuple[str, str], ...]:
    named = ((of.slot, chosen_option(normal, of, setting.language)) for of in setting.options)
    return tuple((slot, option) for slot, option in named if option)


def _offers_nothing(intents: Iterable[Intent], likeliest: Intent | None, confidence: float) -> bool:
    """Whether amounts and dates belong to something other than an offer; the phrases tell where the model is
    in doubt."""
    if confidence >= _SURE:
        return likeliest in _NO_OFFER
    return bool(_NO_OFFER.intersection(intents)) and likeliest not in _OFFERS


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
        case Expect.NUMBER:
            return meaning.number is not None
        case Expect.TIME:
            return meaning.time is not None
        case Expect.CHOICE:
            return len(meaning.chosen) == len(setting.options)
        case Expect.PHONE | Expect.NAME:
            return False  # people pause between groups of digits, and before their surname
        case Expect.INTENT:
            return meaning.intent is not None


def _is_the_one_asked_for(normal: str, words: Lexicon, setting: Setting) -> bool:
    """Whether the caller answers with nothing but the name that was asked for: "this is Ana"."""
    forms = words.grammar.name_answers if setting.name else ()
    return any(normal == fold(form.replace("<name>", setting.name)) for form in forms)


def _is_somebody_else(normal: str, words: Lexicon, setting: Setting) -> bool:
    """Whether the caller denies to be the person called for: a no to that question, and news after it."""
    person = setting.name or setting.person
    return bool(person) and words.denial.search(impersonal(normal, person)) is not None


def _one_of(this: Expect, other: Expect, setting: Setting) -> bool:
    """A lone number belongs to the one kind of answer that is waited for."""
    return this in setting.expects and other not in setting.expects


def _without(normal: str, spans: list[tuple[int, int]]) -> str:
    """The text with bars in the place of ``spans``, so that what they hold is not taken for money."""
    for start, end in spans:
        normal = normal[:start] + " |".ljust(end - start, "|") + normal[end:]
    return normal


def _one_date(normal: str, dates: list[SpokenDate], words: Lexicon) -> date | None:
    """The date meant, of all that were named."""
    mentions = [Mention(said.date, said.span) for said in dates if said.date]
    return meant(normal, mentions, words.denied_dates)


def _ranked(intents: Iterable[Intent], setting: Setting) -> tuple[Intent, ...]:
    """Each intent once, the main one first. An offer outranks a plain yes or no, unless the state asked
    one."""
    order = list(PRECEDENCE)
    if Expect.YES_NO in setting.expects:
        order.remove(Intent.PROMISE)
        order.append(Intent.PROMISE)
    return tuple(sorted(set(intents), key=order.index))
