from __future__ import annotations

import json
from datetime import date

import pytest

from voicebot.commands.understand import LABELS, interpret_lines, print_interpreted, understand_lines
from voicebot.dialogue.understanding.interpretation import Asked, Interpretation, OpenQuestion, Reply
from voicebot.dialogue.understanding.meaning import Intent
from voicebot.errors import SettingsError, VoicebotError
from voicebot.settings import Settings

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


class Knows:
    """An interpreter that makes the same of everything."""

    def __init__(self, reply: Reply) -> None:
        self.asked: list[str] = []
        self._reply = reply

    async def interpret(self, question: OpenQuestion) -> Reply:
        self.asked.append(question.words)
        return self._reply


async def test_an_interpreter_is_asked_only_where_nothing_is_sure() -> None:
    interpreter = Knows(Reply(Asked.ANSWERED, Interpretation("dispute")))
    rows = [json.dumps(row) for row in (ROW, {"text": "purple elephants sing"})]
    sure, odd = [json.loads(line) async for line in interpret_lines(rows, None, interpreter)]

    assert interpreter.asked == ["purple elephants sing"]
    assert (sure["intent"], sure["asked"]) == ("promise_to_pay", None)
    assert (odd["intent"], odd["asked"]) == ("dispute", "answered")


@pytest.mark.parametrize("reply", [Reply(Asked.LATE), Reply(Asked.ANSWERED, Interpretation())])
async def test_without_an_interpretation_the_likeliest_intent_is_told(reply: Reply) -> None:
    row = json.dumps({"text": "purple elephants sing"})
    (line,) = [json.loads(line) async for line in interpret_lines([row], None, Knows(reply))]
    assert line == {**json.loads(next(understand_lines([row], None))), "asked": reply.asked.value}


async def test_an_interpreter_must_be_configured_to_be_asked() -> None:
    with pytest.raises(SettingsError, match="no interpreter is configured"):
        await print_interpreted([], None, Settings())
