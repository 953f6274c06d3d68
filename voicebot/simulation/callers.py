"""Callers as small policies: each answers the question that is asked, in words of its own. Pure.

A caller hears what the bot says, can tell which kind of question is open, and knows what it wants. Of the
flow it knows only what the question itself tells: which keys answer it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from random import Random

from voicebot.dialogue.actions import Listen, Say
from voicebot.dialogue.events import (
    CallerHungUp,
    CallerSaid,
    CallerSilent,
    KeysPressed,
    RecognitionFailed,
)
from voicebot.dialogue.expecting import ListeningState, choice_keys, expects, slot_kinds
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.notation import Keys
from voicebot.dialogue.language.states import Ask, ReadBack, Verify
from voicebot.dialogue.understanding.meaning import Expect, Flag, Intent, OwnIntent, Topic
from voicebot.simulation.particulars import Particulars
from voicebot.simulation.remarks import (
    PARTICULARS,
    PLAIN_ANSWERS,
    Asked,
    Happening,
    Knows,
    Line,
    Persona,
    Remark,
)
from voicebot.simulation.words import (
    EVERYTHING,
    GREETINGS,
    NONSENSE,
    OPENINGS,
    misheard,
    spell_out,
    ways_to_say,
)
from voicebot.tts.spoken import say_date, say_digits, say_money

_AMOUNTS = {Line.OFFER, Line.OFFER_AND_DAY, Line.ALL_OF_IT, Line.CORRECTION}
_DAYS = {Line.DAY, Line.OFFER_AND_DAY, Line.CORRECTION}
"""With these a caller means the very amount, or the very day, that it has in mind."""


class Caller:
    """One caller in one call, at random."""

    def __init__(self, persona: Persona, knows: Knows, flow: Flow, rng: Random) -> None:
        self._persona, self._knows, self._flow, self._rng = persona, knows, flow, rng
        self._amount = Decimal(rng.randrange(5, max(6, int(knows.debt)), 5))
        self._day = knows.today + timedelta(days=rng.randrange(30))
        self._particulars = Particulars(flow, knows.language, rng)
        self._told = set[Remark]()
        self._identified = self._agrees = self._greeted = False

    def answer(self, listen: Listen, heard: Sequence[Say]) -> Happening:
        """What the caller does when the bot has said ``heard`` and waits."""
        persona, rng = self._persona, self._rng
        self._knows = replace(self._knows, language=listen.context.language)
        self._judge(heard)
        if rng.random() < persona.leaves:
            return Happening(CallerHungUp())
        if rng.random() < persona.silent:
            return Happening(CallerSilent())
        state = self._flow.states[listen.state]
        assert isinstance(state, Ask | Verify | ReadBack)
        remark = self._remark(asked(self._flow, state, identified=self._identified))
        if listen.keypad_only:  # whoever speaks now is not listened to
            return self._typed(remark, state) or Happening(CallerSilent())
        typed = self._typed(remark, state) if rng.random() < persona.types else None
        return typed or self._spoken(remark, state)

    def _judge(self, heard: Sequence[Say]) -> None:
        """Whether what was read back, if anything was, is what the caller means."""
        for say in heard:
            if not say.interruptible:
                said = say.text.casefold()
                money = [self._money()] if self._told & _AMOUNTS else []
                days = [self._date()] if self._told & _DAYS else []
                self._agrees = all(words.casefold() in said for words in (*money, *days))

    def _remark(self, question: Asked) -> Remark:
        persona, rng = self._persona, self._rng
        if persona.digressions and rng.random() < persona.digresses:
            return rng.choice((*persona.digressions, *map(OwnIntent, self._flow.intents)))
        weights = (
            persona.answers.get(question) or PLAIN_ANSWERS.get(question) or persona.answers[Asked.YES_NO]
        )
        remark = rng.choices(list(weights), list(weights.values()))[0]
        if remark is Line.JUDGE:
            remark = Intent.YES if self._agrees else rng.choice((Line.CORRECTION, Intent.NO))
        if remark is Line.GREETING and self._greeted:
            remark = Line.SILENCE
        self._greeted |= remark is Line.GREETING
        self._identified |= remark is Line.DIGITS
        self._told.add(remark)
        if remark is Line.ALL_OF_IT:
            self._amount = self._knows.debt
        return remark

    # Aloud

    def _spoken(self, remark: Remark, state: ListeningState) -> Happening:
        persona, rng, language = self._persona, self._rng, self._knows.language
        if remark is Line.SILENCE:
            return Happening(CallerSilent())
        if rng.random() < persona.unrecognised:
            return Happening(RecognitionFailed())
        words = self._words(remark, state)
        if rng.random() < persona.misheard:
            # A lost "not" would be a yes that nobody can tell from a real one.
            lost = misheard(words, language, rng, wholly=remark is Intent.NO)
            return Happening(CallerSaid(lost), remark, clear=False)
        if rng.random() < 0.2:
            words = f"{rng.choice(OPENINGS[language])} {words}"
        return Happening(CallerSaid(words), remark)

    def _words(self, remark: Remark, state: ListeningState) -> str:
        me, rng = self._knows, self._rng
        match remark:
            case Intent() | Flag() | Topic():
                return rng.choice(ways_to_say(remark, me.language))
            case OwnIntent():
                return spell_out(rng.choice(self._flow.intents[remark][me.language]), me.language, rng)
            case Line.DIGITS:
                return say_digits(me.digits, me.language)
            case Line.WRONG_DIGITS:
                return say_digits(self._other_digits(), me.language)
            case Line.GREETING:
                return GREETINGS[me.language]
            case Line() if remark in PARTICULARS:
                return self._particulars.words(remark, state)
            case Line.MUMBLE | Line.SILENCE | Line.JUDGE:
                return rng.choice(NONSENSE[me.language])
            case _:
                return self._offer(remark)

    def _offer(self, remark: Line) -> str:
        me, rng = self._knows, self._rng
        match remark:
            case Line.ALL_OF_IT:
                return rng.choice(EVERYTHING[me.language])
            case Line.TOO_MUCH:
                return say_money(me.debt * 3, me.currency, me.language)
            case Line.DAY:
                return self._date()
            case Line.TOO_LATE:
                return say_date(me.today + timedelta(days=200), me.language, me.today)
            case Line.YESTERDAY:
                return say_date(me.today - timedelta(days=1), me.language, me.today)
            case Line.OFFER_AND_DAY:
                return f"{self._money()} {'on' if me.language == 'en' else 'el'} {self._date()}"
            case Line.CORRECTION:
                return f"no, {rng.choice((self._money(), self._date()))}"
            case _:
                return self._money()

    def _money(self) -> str:
        return say_money(self._amount, self._knows.currency, self._knows.language)

    def _date(self) -> str:
        return say_date(self._day, self._knows.language, self._knows.today)

    # On the keypad

    def _typed(self, remark: Remark, state: ListeningState) -> Happening | None:
        """The remark in keys; ``None`` when there are no keys for it."""
        if not isinstance(remark, Line):
            keys = next((key for key, means in self._keys(state).items() if means == remark), None)
        else:
            keys = self._particulars.keys(remark, state) or self._entry(remark)
        return Happening(KeysPressed(keys), remark) if keys else None

    def _keys(self, state: ListeningState) -> Keys:
        own = choice_keys(state, self._flow)
        typing_an_entry = isinstance(state, Ask) and state.collect and not own  # a 9 may be nine dollars
        return {} if typing_an_entry else {**self._flow.keys, **own}

    def _entry(self, remark: Remark) -> str | None:
        me = self._knows
        day_keys = "%m%d" if me.language == "en" else "%d%m"
        match remark:
            case Line.DIGITS:
                return me.digits
            case Line.WRONG_DIGITS:
                return self._other_digits()
            case Line.OFFER | Line.OFFER_AND_DAY:
                return f"{self._amount}#"
            case Line.ALL_OF_IT:
                return f"{me.debt:.2f}".replace(".00", "").replace(".", "*") + "#"
            case Line.TOO_MUCH:
                return f"{int(me.debt) * 3}#"
            case Line.DAY:
                return self._day.strftime(day_keys)
            case Line.TOO_LATE:
                return (me.today + timedelta(days=200)).strftime(day_keys)
            case _:
                return None

    def _other_digits(self) -> str:
        right = self._knows.digits
        return right[:-1] + str((int(right[-1:] or 0) + self._rng.randrange(1, 10)) % 10)


_QUESTIONS = {
    Expect.AMOUNT: Asked.MONEY,
    Expect.DATE: Asked.DAY,
    Expect.NUMBER: Asked.COUNT,
    Expect.TIME: Asked.CLOCK,
    Expect.CHOICE: Asked.OPTION,
    Expect.PHONE: Asked.PHONE,
    Expect.NAME: Asked.NAME,
}
"""What is asked by what is awaited, the first one first."""


def asked(flow: Flow, state: ListeningState, *, identified: bool) -> Asked:
    """Which kind of question is open."""
    collects = isinstance(state, Ask) and state.collect
    awaited = slot_kinds((collects,), flow) if collects else expects(state, flow)
    if isinstance(state, ReadBack):
        return Asked.READ_BACK
    if Expect.DIGITS in awaited:
        return Asked.DIGITS
    for expect, question in _QUESTIONS.items():
        if expect in awaited:
            return question
    return Asked.YES_NO if identified else Asked.WHO
