"""The vocabulary of one language: the one source of the parser and of the recognisers' grammars. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import TypeVar

from voicebot.dialogue.understanding.meaning import Flag, Intent, Topic
from voicebot.dialogue.understanding.numbers import NumberWords
from voicebot.dialogue.understanding.pattern import any_of, any_phrase, expression, one_of
from voicebot.dialogue.understanding.phrasebook import Phrasebook
from voicebot.dialogue.understanding.tables import DeniedBy, Phrases, Vocabulary, read_table
from voicebot.dialogue.understanding.text import fold

LANGUAGES = ("en", "es")

K = TypeVar("K", bound=str)


@dataclass(frozen=True, slots=True)
class Denials:
    """What is looked for around an amount or a day."""

    before: re.Pattern[str]
    after: re.Pattern[str]
    doubted: re.Pattern[str]
    correcting: re.Pattern[str]
    """Between one and the next, which is then meant."""


class Lexicon(Vocabulary):
    """Everything known of how callers speak one language, and how it is found in what they say."""

    @cached_property
    def number_words(self) -> NumberWords:
        """How to read this language's numbers."""
        of = self.numbers
        values = of.digits | of.teens | of.tens | of.hundreds | of.variants
        return NumberWords(_folded(values), _folded(of.multipliers), frozenset(of.joints))

    @cached_property
    def month_of(self) -> Mapping[str, int]:
        """Months by their folded names."""
        return _folded(self.months)

    @cached_property
    def weekday_of(self) -> Mapping[str, int]:
        """Weekdays by their folded names."""
        return _folded(self.weekdays)

    @cached_property
    def ordinal_of(self) -> Mapping[str, int]:
        """Which weekday of a month, by folded words."""
        return _folded(self.ordinals)

    @cached_property
    def day_of(self) -> Mapping[str, int]:
        """Days of the month by their folded names, figures included."""
        figures = {f"{day}{end}": day for day in range(1, 32) for end in ("", "st", "nd", "rd", "th")}
        zeros = {f"0{day}": day for day in range(1, 10)}
        return {**_folded(self.days), **figures, **zeros}

    @cached_property
    def major_words(self) -> Mapping[str, str]:
        """Every currency's words, folded, each with a currency that is called so."""
        return {fold(word).strip(): code for code, of in self.currencies.items() for word in of.major}

    @cached_property
    def slots(self) -> Mapping[str, str]:
        """The regular expression of every slot of a phrase."""
        run = self.number_words.run
        minor = tuple(word for of in self.currencies.values() for word in of.minor)
        return {
            "number": run,
            "number2": run,
            "count": self.number_words.small,
            "weekday": any_of(self.weekdays),
            "month": any_of(self.months),
            "day": any_of(dict(self.day_of)),
            "ordinal": any_of(self.ordinals),
            "year": self._year,
            "major": any_of(dict(self.major_words)),
            "minor": any_of(minor),
            "hour": self._hour,
            "minute": rf"(?:(?: (?:{'|'.join(self.digit_words) or '(?!)'}))?{self.number_words.small})",
            "am": any_of(self.halves["am"]),
            "pm": any_of(self.halves["pm"]),
            "figures": r" \d{4}-\d{1,2}-\d{1,2}| \d{1,2}[/-]\d{1,2}(?:[/-]\d{2,4})?",
        }

    @property
    def _year(self) -> str:
        """The regular expression of a year from 2020 on: any other number behind a date is money."""
        within = {word: value for word, value in self.number_words.values.items() if 20 <= value < 100}
        digits = any_of(self.numbers.digits)
        joint = rf"(?: (?:{'|'.join(self.numbers.joints)}))?"
        return rf"(?: 20\d\d|{any_of(self.centuries)}{joint}{any_of(within)}(?:{joint}{digits})?)(?= |$)"

    @property
    def _hour(self) -> str:
        """The regular expression of an hour, from 0 to 24."""
        of = self.numbers
        words = {word: value for word, value in (of.digits | of.teens | of.variants).items() if value <= 24}
        twenty = [f"{ten} {digit}" for ten, value in of.tens.items() if value == 20 for digit in of.digits]
        figures = [f"{zero}{hour}" for hour in range(25) for zero in ("", "0")]
        return any_of((*words, *twenty, *(ten for ten in of.tens if of.tens[ten] == 20), *figures))

    @cached_property
    def ways_to_say_times(self) -> Phrasebook[str]:
        """Every way to say a time of day, with the name of how it is reckoned."""
        return self._phrasebook(self.times)

    @cached_property
    def payment_count(self) -> re.Pattern[str]:
        """Finds a number of payments."""
        return self.expression(self.payments)

    @cached_property
    def introducing(self) -> re.Pattern[str]:
        """Finds what comes before a name."""
        return re.compile(f"(?:{self._any(self.introductions).pattern})+")

    @cached_property
    def denied_amounts(self) -> Denials:
        """What says that another amount is meant."""
        return self._denials(self.amount_denials)

    @cached_property
    def denied_dates(self) -> Denials:
        """What says that another day is meant."""
        return self._denials(self.date_denials)

    def _denials(self, by: DeniedBy) -> Denials:
        return Denials(
            self._any(by.before, at_end=True),
            self._any(by.after),
            self._any(by.doubted, at_end=True),
            self._any(self.corrections, at_end=True),
        )

    @cached_property
    def listening(self) -> re.Pattern[str]:
        """Finds an utterance of nothing but backchannels."""
        return self._nothing_but(self.backchannels)

    @cached_property
    def dangling(self) -> re.Pattern[str]:
        """Finds, at the end of a text, what nobody ends with."""
        return self._any(self.unfinished, at_end=True)

    @cached_property
    def numbering(self) -> re.Pattern[str]:
        """Finds, at the end of a text, what makes the next number anything but money."""
        return self._any(self.numbered, at_end=True)

    @cached_property
    def clocking(self) -> re.Pattern[str]:
        """Finds, at the end of a text, what makes the next small number an hour."""
        return self._any(self.clocked, at_end=True)

    @cached_property
    def counting(self) -> re.Pattern[str]:
        """Finds, at the start of a text, what makes the number before it anything but money."""
        return re.compile(f"(?: (?:or|to|and|o|a|y){self.number_words.run})?(?:{one_of(self.counted)})")

    @cached_property
    def ways_to_say_dates(self) -> Phrasebook[str]:
        """Every way to say a date, with the name of how it is reckoned."""
        return self._phrasebook(self.dates)

    @cached_property
    def ways_to_say_amounts(self) -> Phrasebook[str]:
        """Every way to say an amount, with the name of how it is reckoned."""
        return self._phrasebook(self.amounts)

    @cached_property
    def ways_to_say_intents(self) -> Phrasebook[Intent]:
        """Every phrase that is enough among other words, with what it means."""
        return self._phrasebook(
            {of: dict.fromkeys((*told.said, *told.understood)) for of, told in self.intents.items()}
        )

    @cached_property
    def whole_answers(self) -> tuple[tuple[Intent, re.Pattern[str]], ...]:
        """Finds utterances of phrases that all mean the same intent, which some of them do only so."""
        return tuple((of, self._nothing_but(told.all)) for of, told in self.intents.items() if told.alone)

    @cached_property
    def aside(self) -> re.Pattern[str]:
        """Finds what only sounds like an answer."""
        return self._any(self.asides)

    @cached_property
    def hedge(self) -> re.Pattern[str]:
        """Finds what makes a yes none."""
        return self._any(self.hedges)

    @cached_property
    def denial(self) -> re.Pattern[str]:
        """Finds what only somebody else says than the person called for."""
        return self._any(self.denials)

    @cached_property
    def ways_to_ask(self) -> Phrasebook[Topic]:
        """What is asked about each topic."""
        return self._phrasebook({topic: of.all for topic, of in self.topics.items()})

    def phrases(self, heard: Intent | Topic) -> Phrases:
        """How ``heard`` is put into words."""
        return self.intents[heard] if isinstance(heard, Intent) else self.topics[heard]

    def _nothing_but(self, phrases: tuple[str, ...]) -> re.Pattern[str]:
        """Finds an utterance of phrases that all mean the same, such as "ya bueno sí"."""
        whole = sorted((phrase for phrase in phrases if "..." not in phrase), key=len, reverse=True)
        # Possessive: words that can be read as phrases in many ways are tried in one only.
        return re.compile(rf"^(?:{one_of(whole)})++$")

    @cached_property
    def warnings(self) -> Phrasebook[Flag]:
        """What raises each flag."""
        return self._phrasebook({flag: of.raised.splitlines() for flag, of in self.flags.items()})

    @cached_property
    def false_alarms(self) -> Mapping[Flag, re.Pattern[str]]:
        """Finds what does not raise each flag although it sounds like it."""
        return {flag: self._any(of.unless) for flag, of in self.flags.items()}

    def raising(self, flag: Flag) -> tuple[str, ...]:
        """The phrases that raise ``flag``."""
        return tuple(self.flags[flag].raised.splitlines()) if flag in self.flags else ()

    @cached_property
    def speaking_for(self) -> Phrasebook[Intent]:
        """What speaks for each intent."""
        return self._phrasebook({intent: phrases.splitlines() for intent, phrases in self.evidence.items()})

    @cached_property
    def readiness(self) -> tuple[re.Pattern[str], re.Pattern[str]]:
        """Finds what ready and what hesitant callers say."""
        return self._any(self.ready), self._any(self.hesitant)

    def expression(self, phrase: str) -> re.Pattern[str]:
        """Finds one phrase in folded text."""
        return expression(phrase, self.slots)

    def _any(self, phrases: str, *, at_end: bool = False) -> re.Pattern[str]:
        return any_phrase(phrases, self.slots, at_end=at_end)

    @cached_property
    def _rewriting(self) -> Mapping[str, str]:
        return {fold(said): fold(meant) for said, meant in (self.misheard | self.rewrites).items()}

    @cached_property
    def _rewritten(self) -> re.Pattern[str]:
        return re.compile(any_of(self._rewriting) + "(?= |$)")

    def normal(self, text: str) -> str:
        """``text`` folded and with its rewrites made."""
        return self._rewritten.sub(lambda said: self._rewriting[said[0]], fold(text))

    def _phrasebook(self, table: Mapping[K, Iterable[str]]) -> Phrasebook[K]:
        return Phrasebook(
            ((of, phrase) for of, phrases in table.items() for phrase in phrases if phrase.strip()),
            self.slots,
        )


def _folded(words: Mapping[str, int]) -> Mapping[str, int]:
    return MappingProxyType({fold(word).strip(): value for word, value in words.items()})


@cache
def lexicon(language: str) -> Lexicon:
    """The vocabulary of ``en`` or ``es``, read once.

    Raises:
        ValueError: there is no such vocabulary; the known ones are ``LANGUAGES``.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no vocabulary for {language!r}: take one of {', '.join(LANGUAGES)}")
    source = files("voicebot.dialogue.understanding").joinpath("vocabulary", f"{language}.yaml")
    return Lexicon.model_validate(read_table(source.read_text("utf-8")))
