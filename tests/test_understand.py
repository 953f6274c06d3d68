from __future__ import annotations

import json
from datetime import date

import pytest

from voicebot.dialogue.understanding.meaning import Intent
from voicebot.errors import VoicebotError
from voicebot.understand import LABELS, understand_lines

ROW = {
    "id": "1",
    "lang": "en",
    "text": "put me down for ninety on Friday",
    "today": "2026-11-23",
    "context": {"state": "ask_payment", "name": "Ana Brooks", "balance": 500.0, "currency": "USD"},
}


def told(*rows: object, today: date | None = None) -> list[dict[str, object]]:
    return [json.loads(line) for line in understand_lines(map(json.dumps, rows), today)]


def test_each_row_is_answered_with_one_line() -> None:
    (answer,) = told(ROW)
    assert answer["id"] == "1"
    assert (answer["intent"], answer["amount"], answer["date"]) == ("promise_to_pay", 90.0, "2026-11-27")
    assert answer["flags"] == []


def test_a_row_needs_nothing_but_its_text() -> None:
    (answer,) = told({"text": "quit calling me"}, today=date(2026, 11, 23))
    assert (answer["intent"], answer["willingness"]) == ("hostile_optout", 0.0)
    assert answer["flags"] == ["opt_out"]


def test_the_day_given_stands_in_where_a_row_has_none() -> None:
    row = {key: value for key, value in ROW.items() if key != "today"}
    assert told(row, today=date(2026, 11, 25))[0]["date"] == "2026-11-27"


def test_every_intent_has_a_label() -> None:
    assert set(LABELS) == set(Intent)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 1: no JSON"),
        ("{}", 'line 1: no "text"'),
        ('{"text": "hi", "lang": "fr"}', "line 1: no vocabulary for 'fr': use en or es"),
        ('{"text": "hi", "today": "soon"}', "line 1: 'soon' is no day: write 2026-11-23"),
    ],
)
def test_what_is_no_row_is_named_with_its_line(line: str, message: str) -> None:
    with pytest.raises(VoicebotError, match=message):
        list(understand_lines([line], None))
