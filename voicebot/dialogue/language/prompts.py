"""Prompts: from a template in YAML to the words that are said. Pure.

Templates run in jinja2's sandbox: a flow is data and cannot reach into the program.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from types import CodeType

from jinja2 import StrictUndefined, Template, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from voicebot.dialogue.language.flow import Choosable
from voicebot.tts.spoken import say_date, say_digits, say_money, say_number, say_phone, say_time, say_yes_no


class Chosen(str):
    """An option of a choice, as templates know it: equal to its name, and said in its own words."""

    __slots__ = ("say",)
    say: Mapping[str, str]

    @classmethod
    def of(cls, name: str, options: Mapping[str, Choosable]) -> Chosen:
        """The option ``name`` of ``options``."""
        chosen = cls(name)
        chosen.say = options[name].say
        return chosen


WORDS_PER_SECOND = 2.5
"""150 words a minute, the rate of a telephone voice."""


@lru_cache(maxsize=4096)
def names_in(template: str) -> frozenset[str]:
    """The facts and slots that a template says.

    Raises:
        jinja2.TemplateSyntaxError: it cannot be read.
    """
    return frozenset(meta.find_undeclared_variables(parsed(template)))


@lru_cache(maxsize=4096)
def looked_for_in(template: str) -> frozenset[str]:
    """The names that a template asks about before it says them: ``{% if budget is defined %}``.

    Raises:
        jinja2.TemplateSyntaxError: it cannot be read.
    """
    tests = (test for test in parsed(template).find_all(nodes.Test) if test.name == "defined")
    return frozenset(test.node.name for test in tests if isinstance(test.node, nodes.Name))


@lru_cache(maxsize=4096)
def told_by(template: str) -> frozenset[str]:
    """The names whose values a template says as they are, whatever its conditions come to.

    What is only asked about, reckoned with or said on a condition is not among them.

    Raises:
        jinja2.TemplateSyntaxError: it cannot be read.
    """
    return _told(parsed(template).body)


def _told(body: list[nodes.Node]) -> frozenset[str]:
    told = frozenset[str]()
    for node in body:
        if isinstance(node, nodes.Output):
            told |= {name for part in node.nodes if (name := _said_as_it_is(part))}
        elif isinstance(node, nodes.If):
            ways = [node.body, *(other.body for other in node.elif_), node.else_]
            told |= frozenset.intersection(*map(_told, ways))
    return told


def _said_as_it_is(part: nodes.Node) -> str:
    if isinstance(part, nodes.Filter) and not part.args and part.node:
        part = part.node
    return part.name if isinstance(part, nodes.Name) else ""


@lru_cache(maxsize=4096)
def parsed(template: str) -> nodes.Template:
    """The syntax of a template.

    Raises:
        jinja2.TemplateSyntaxError: it cannot be read.
    """
    return _environment("en", "USD", date.min).parse(template)


def is_template(text: str) -> bool:
    """Whether ``text`` can be read at all."""
    try:
        return bool(parsed(text))
    except TemplateSyntaxError:
        return False


def render(
    template: str,
    values: Mapping[str, object],
    *,
    language: str,
    currency: str,
    today: date,
    country: str = "",
) -> str:
    """The words of ``template``, with amounts, dates and numbers as people say them.

    Telephone numbers of ``country`` are said without their country code.

    Raises:
        jinja2.TemplateError: a name is not known, or a filter does not exist.
    """
    words = _compiled(template, language, currency, today, country).render(values)
    return " ".join(words.split())


def seconds_of_speech(words: str) -> float:
    """About how long ``words`` take to say."""
    return math.ceil(len(words.split()) / WORDS_PER_SECOND * 10) / 10


@lru_cache(maxsize=4096)
def _compiled(template: str, language: str, currency: str, today: date, country: str) -> Template:
    environment = _environment(language, currency, today, country)
    return Template.from_code(environment, _code(template), {})


@lru_cache(maxsize=4096)
def _code(template: str) -> CodeType:
    """What a template does, whatever its filters say: made once for all languages, days and countries."""
    return _environment("en", "USD", date.min).compile(parsed(template))


@lru_cache(maxsize=64)
def _environment(
    language: str, currency: str, today: date, country: str = ""
) -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False, optimized=False)
    environment.globals.clear()

    def money(amount: Decimal) -> str:
        return say_money(amount, currency, language)

    def day(value: date) -> str:
        return say_date(value, language, today)

    def digits(value: str) -> str:
        return say_digits(value, language)

    def number(value: int | Decimal) -> str:
        return say_number(int(value), language)

    def clock(value: time) -> str:
        return say_time(value, language)

    def phone(value: str) -> str:
        return say_phone(value, language, country)

    def yes_no(value: str) -> str:
        return say_yes_no(value, language)

    def choice(value: Chosen) -> str:
        return value.say[language]

    environment.filters |= {"money": money, "date": day, "digits": digits, "number": number, "time": clock}
    environment.filters |= {"phone": phone, "yes_no": yes_no, "choice": choice}
    return environment
