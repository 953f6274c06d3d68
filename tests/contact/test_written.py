"""Mistakes in the section ``contact`` are told where they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contact.stage import RULES
from voicebot.dialogue.language.problems import UnusableFlow
from voicebot.dialogue.reading.loader import read_rulebook


def problems(folder: Path, written: str, instead: str) -> list[str]:
    """What is told of Chile's rules when something else is written in them."""
    text = (RULES / "cl.yaml").read_text(encoding="utf-8")
    assert written in text
    (folder / "words.yaml").write_bytes((RULES / "words.yaml").read_bytes())
    (folder / "cl.yaml").write_text(text.replace(written, instead, 1), encoding="utf-8")
    try:
        read_rulebook(folder)
    except UnusableFlow as unusable:
        line = text[: text.index(written)].count("\n") + 1
        return [str(one).removeprefix(f"{folder}/cl.yaml:{line}:") for one in unusable.problems]
    return []


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ("mon-sat: 08:00", "mon-sa: 08:00", "7: 'mon-sa' is no day: write mon, tue, wed"),
        ("mon-sat: 08:00", "sat-mon: 08:00", "7: 'sat-mon' runs backwards: the week begins with mon"),
        ("08:00-20:00", "8-20", "16: '8-20' are no hours: write them as 08:00-21:00"),
        ("08:00-20:00", "20:00-08:00", "16: '20:00-08:00' ends before it begins"),
        ("    windows:", "    window:", "5: unknown key 'window': did you mean 'windows'?"),
        ("  pauses:", "  pause:", "3: unknown key 'pause': did you mean 'pauses'?"),
        ("allowed: false", "allowed: never", "14: write true or false, not 'never'"),
        ("within: week", "within: month", "15: "),
        ("Pacific/Easter: [VS]", "Pacific/Rapanui: [VS]", "7: 'Pacific/Rapanui' is no time zone of IANA"),
        ("per: person\n", "per: persons\n", "12: 'persons' is not known: did you mean 'person'?"),
    ],
)
def test_mistake_is_told_with_its_line_and_what_to_write(
    tmp_path: Path, written: str, instead: str, told: str
) -> None:
    found = problems(tmp_path, written, instead)
    assert any(one.startswith(told) for one in found), found


def test_day_that_is_written_twice_is_told(tmp_path: Path) -> None:
    found = problems(tmp_path, "    windows:\n", "    windows:\n      sat: 10:00-13:00\n")
    assert found[0].endswith(":7: sat is written twice: keep one")


def test_holidays_of_a_country_without_a_calendar_are_told(tmp_path: Path) -> None:
    found = problems(tmp_path, "country: CL", "country: XX")
    assert "no calendar of the public holidays of XX is known" in found[0]


def test_country_that_says_nothing_of_contacts_is_in_no_rulebook(tmp_path: Path) -> None:
    head, _, _ = (RULES / "cl.yaml").read_text(encoding="utf-8").partition("\ncontact:")
    (tmp_path / "words.yaml").write_bytes((RULES / "words.yaml").read_bytes())
    (tmp_path / "cl.yaml").write_text(head, encoding="utf-8")
    assert read_rulebook(tmp_path).countries == {}
