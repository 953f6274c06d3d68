"""Whatever a flow holds can be seen in its picture."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.dialogue.small import SMALL, small
from voicebot.dialogue.language.flow import Flow
from voicebot.dialogue.language.problems import UnusableFlow
from voicebot.dialogue.reading.loader import load_flow
from voicebot.drawing.command import Format, draw, drawn
from voicebot.drawing.picture import Kind, Way, picture
from voicebot.drawing.text import fitted, width_of, wrapped
from voicebot.errors import FlowError

ROOT = Path(__file__).parents[2]
CHOOSING = {
    "day": {"collected": "pick"},
    "pick": {"choose": [{"when": "amount >= 20% of balance", "then": "read_back"}], "otherwise": "human"},
}


@cache
def reminder() -> Flow:
    return load_flow(ROOT / "flows" / "payment_reminder.yaml")


def texts(svg: str) -> list[str]:
    """Every text in a picture, which is well-formed XML."""
    return [
        piece.text or "" for piece in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")
    ]


def test_picture_in_the_documents_is_of_the_flow_that_ships() -> None:
    kept = (ROOT / "docs" / "payment_reminder.svg").read_text("utf-8")
    again = "voicebot graph flows/payment_reminder.yaml --out docs/payment_reminder.svg"
    assert kept == drawn(reminder(), Format.svg, "en"), f"draw it again: {again}"


def test_card_tells_what_a_state_does() -> None:
    cards = picture(small(), "en").cards
    assert cards["greet"].notices == ("automated", "recorded")
    assert cards["who"].words == "Is this ‹name›?"
    assert [name for name, card in cards.items() if card.private] == ["amount"]
    assert cards["who"].ways == (
        Way(("yes",), "verify"),
        Way(("no",), "stranger"),
        Way(("give up",), "nobody"),
    )
    assert cards["record"].kind is Kind.RECORD
    assert cards["verify"].ways[1] == Way(("wrong", "give up"), "nobody")


@pytest.mark.parametrize("form", list(Format))
def test_every_state_is_drawn(form: Format) -> None:
    for flow in (reminder(), small({"states": CHOOSING})):
        text = drawn(flow, form, "en")
        assert [name for name in flow.states if name not in text] == []


def test_svg_shows_notices_jumps_people_and_endings() -> None:
    shown = texts(drawn(small(), Format.svg, "en"))
    for words in ("legal notice: automated", "stop calling", "queue people: RPC_NEGOTIATE_XFER", "DNC"):
        assert words in shown
    assert "no → stranger" in shown
    assert "reveals the debt" in shown


def test_svg_says_where_a_state_that_no_way_leads_to_is_come_from() -> None:
    shown = texts(drawn(reminder(), Format.svg, "en"))
    assert "↳ wrong person, third party" in shown
    assert "↳ nobody takes to_negotiator" in shown


def test_what_leads_back_is_dashed() -> None:
    assert drawn(small(), Format.svg, "en").count("way back") == 1


def test_digression_says_that_it_leads_back() -> None:
    digression = {
        "choose": [{"when": "verified", "then": "back"}],
        "otherwise": "nobody",
    }
    flow = small({"anywhere": {"asks_if_ai": "robot"}, "states": {"robot": digression}})
    assert "verified → back to the question" in texts(drawn(flow, Format.svg, "en"))
    assert "→ back to the question" in drawn(flow, Format.mermaid, "en")


def test_words_of_the_flow_cannot_break_the_picture() -> None:
    hostile = small({"states": {"who": {"say": {"en": "<b>\"5\" & '6'</b>?"}}}})
    assert "<b>\"5\" & '6'</b>?" in texts(drawn(hostile, Format.svg, "en"))
    assert "<b>" not in drawn(hostile, Format.html, "en")
    assert "#lt;b>#quot;5#quot;" in drawn(hostile, Format.mermaid, "en")


def test_mermaid_draws_every_way_once() -> None:
    lines = [line.strip() for line in drawn(small(), Format.mermaid, "en").splitlines()]
    assert lines[0] == "flowchart TD"
    assert 's_who -->|"yes"| s_verify' in lines
    assert 's_verify -->|"wrong, give up"| s_nobody' in lines
    assert 'jumps0 -.->|"stop calling"| s_opt_out' in lines
    assert "class s_amount private" in lines
    assert lines.count("s_greet --> s_who") == 1


def test_page_holds_every_word_in_every_language() -> None:
    page = drawn(reminder(), Format.html, "es")
    assert "¿Es correcto?" in page
    assert "Is that right?" in page
    assert "<td><code>messages.hold_on</code></td>" in page


def test_flow_of_one_goodbye_can_be_drawn() -> None:
    only = {"states": {"bye": small().states["opt_out"]}, "start": "bye", "anywhere": {}, "once_verified": {}}
    assert "No more calls." in texts(drawn(small().model_copy(update=only), Format.svg, "en"))


def test_flow_that_cannot_be_drawn_is_told_so_as_by_check(tmp_path: Path) -> None:
    path = tmp_path / "small.yaml"
    path.write_text(SMALL.replace("start: greet", "start: gret"), encoding="utf-8")
    with pytest.raises(UnusableFlow, match="did you mean 'greet'"):
        draw(path, Format.svg, None)
    path.write_text(SMALL, encoding="utf-8")
    with pytest.raises(FlowError, match="does not speak 'es'"):
        draw(path, Format.svg, "es")


def test_words_are_cut_and_wrapped_to_their_room() -> None:
    assert fitted("short", 100) == "short"
    assert fitted("far too long for so little room", 60).endswith("…")
    lines = wrapped("one two three four five six seven eight nine", 80, 2)
    assert len(lines) == 2
    assert all(width_of(line) <= 80 for line in lines)
    assert lines[-1].endswith("…")
