"""What must never be missed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import yaml

from voicebot.dialogue.understanding.meaning import Flag, Setting
from voicebot.dialogue.understanding.parse import understand


def warnings() -> Iterator[tuple[str, Flag, str]]:
    source = (Path(__file__).parent / "heldout" / "flags.yaml").read_text("utf-8")
    for language, flags in yaml.safe_load(source).items():
        for flag, lines in flags.items():
            yield from ((language, Flag(flag), line) for line in lines.splitlines())


@pytest.mark.parametrize(("language", "flag", "words"), [*warnings()])
def test_warning_is_heard(language: str, flag: Flag, words: str) -> None:
    setting = Setting(language, date(2026, 11, 23), name="Ana")
    assert flag in understand(words, setting).flags


LOOK_ALIKE = Path(__file__).parent / "heldout" / "look_alike.yaml"
ALARMS = frozenset(Flag) - {Flag.VULNERABLE, Flag.HARDSHIP, Flag.REFUSAL, Flag.ASKS_IF_AI}


@pytest.mark.parametrize(
    ("language", "words"),
    [(of, line) for of, lines in yaml.safe_load(LOOK_ALIKE.read_text("utf-8")).items() for line in lines],
)
def test_what_only_sounds_like_a_warning_raises_none(language: str, words: str) -> None:
    setting = Setting(language, date(2026, 11, 23), name="Ana")
    assert not understand(words, setting).flags & ALARMS


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "i can pay two hundred on friday"),
        ("en", "my phone's about to die call me later"),
        ("en", "who is this and what do you want"),
        ("en", "i already paid that last week"),
        ("en", "can you take something off if i pay it all"),
        ("en", "i didn't get the bill you sent by mail"),
        ("en", "that interest is killing me"),
        ("es", "le pago doscientos el viernes"),
        ("es", "se me muere la batería llámeme luego"),
        ("es", "quién habla y qué necesita"),
        ("es", "eso ya lo pagué la semana pasada"),
        ("es", "me hace un descuento si pago todo"),
        ("es", "no me llegó la boleta por correo"),
        ("es", "voy a pagar a fin de mes"),
    ],
)
def test_everyday_words_raise_no_flag(language: str, words: str) -> None:
    assert understand(words, Setting(language, date(2026, 11, 23), name="Ana")).flags == frozenset()
