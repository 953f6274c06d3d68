from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from jinja2 import TemplateError

from voicebot.dialogue.language.prompts import names_in, render, seconds_of_speech

VALUES = {"name": "Ana", "amount": Decimal("250.50"), "day": date(2026, 12, 4), "last4": "4321"}


def rendered(template: str, language: str = "en") -> str:
    return render(template, VALUES, language=language, currency="USD", today=date(2026, 11, 23))


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("Hello {{ name }}.", "Hello Ana."),
        ("{{ amount | money }}", "two hundred fifty dollars and fifty cents"),
        ("on {{ day | date }}", "on Friday, December fourth"),
        ("{{ last4 | digits }}", "four three two one"),
        ("one\n   line", "one line"),
    ],
)
def test_values_are_said_as_people_say_them(template: str, words: str) -> None:
    assert rendered(template) == words


def test_spanish_values_are_said_in_spanish() -> None:
    said = rendered("{{ amount | money }} el {{ day | date }}", "es")
    assert said == "doscientos cincuenta dólares con cincuenta centavos el viernes cuatro de diciembre"


@pytest.mark.parametrize(
    "template", ["{{ unknown }}", "{{ name.__class__.__mro__ }}", "{{ range(9) }}", "{{ name | shout }}"]
)
def test_what_is_not_known_is_never_said(template: str) -> None:
    with pytest.raises(TemplateError):
        rendered(template)


def test_names_of_a_template_are_found_wherever_they_stand() -> None:
    assert names_in("{% if vip %}{{ name }}{% endif %} {{ amount | money }}") == {"vip", "name", "amount"}


def test_length_of_speech_follows_the_words() -> None:
    assert seconds_of_speech("five words make two seconds") == 2.0
