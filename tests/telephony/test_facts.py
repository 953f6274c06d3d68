from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from voicebot.telephony.facts import MOST_CHARACTERS, as_variables


def test_facts_are_inherited_by_the_agents_leg() -> None:
    assert as_variables({"topic": "Payment plan", "promise-date": "2026-12-01"}) == {
        "__VOICEBOT_TOPIC": "Payment plan",
        "__VOICEBOT_PROMISE_DATE": "2026-12-01",
    }


def test_no_caller_writes_a_header_or_dialplan() -> None:
    assert as_variables({"summary": "ok\r\nX-Evil: 1; ${SHELL(rm)} \"é\" 'x', y"}) == {
        "__VOICEBOT_SUMMARY": "ok X-Evil: 1 SHELL(rm) e x y"
    }


@given(st.text(max_size=400))
def test_every_fact_is_one_short_line_of_ascii(value: str) -> None:
    (plain,) = as_variables({"a": value}).values()
    assert plain.isascii()
    assert plain.isprintable()
    assert len(plain) <= MOST_CHARACTERS
