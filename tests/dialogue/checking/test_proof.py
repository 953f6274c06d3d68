"""Proofs, where one flow in ``broken`` does not show them whole."""

from __future__ import annotations

from typing import Any

import pytest

from tests.dialogue.small import small
from voicebot.dialogue.checking.lint import lint
from voicebot.dialogue.checking.paths import explore
from voicebot.dialogue.checking.proof import prove
from voicebot.dialogue.language.problems import Fault


def broken(changes: dict[str, Any]) -> list[Fault]:
    """What the proofs say of the small flow with ``changes``, which is free of lint."""
    flow = small(changes)
    assert lint(flow) == []
    return prove(flow)


def state(name: str, **changes: Any) -> dict[str, Any]:
    return {"states": {name: changes}}


def messages(faults: list[Fault]) -> str:
    return "\n".join(fault.message for fault in faults)


def test_small_flow_is_proved() -> None:
    assert prove(small()) == []


def test_half_of_the_notice_is_missing() -> None:
    faults = broken(state("greet", tells=["recorded"]))
    assert "before the caller is told: automated; greet -> who" in messages(faults)


def test_debt_hides_in_the_limit_of_a_slot() -> None:
    unverified = state("amount", say={"en": "How much?"})
    unverified["states"]["who"] = {"on": {"no": "amount"}}
    assert ("slots", "amount", "too_high") in [fault.path for fault in broken(unverified)]


def test_debt_hides_in_a_slot_that_was_set_from_it() -> None:
    copied = state("who", on={"no": "copy"})
    copied["states"]["copy"] = {"set": {"amount": "balance"}, "then": "tell"}
    copied["states"]["tell"] = {"say": {"en": "It is {{ amount | money }}."}, "then": "nobody"}
    assert (
        "'balance' is said before the right party is verified; greet -> who -no-> copy -> tell"
        in messages(broken(copied))
    )


def test_debt_hides_in_an_amount_that_may_be_all_of_it() -> None:
    echo = {"say": {"en": "So {{ amount | money }}."}, "then": "nobody"}
    asked = {"say": {"en": "How much?"}, "keypad": {"en": "Type."}, "collect": "amount", "collected": "echo"}
    faults = broken(
        {
            "slots": {"amount": {"too_high": {"en": "Less, please."}}},
            "states": {"who": {"on": {"no": "sum"}}, "sum": {**asked, "give_up": "nobody"}, "echo": echo},
        }
    )
    assert messages(faults).startswith(
        "'balance' is said before the right party is verified; greet -> who -no-> sum"
    )


def test_promise_is_recorded_without_a_read_back() -> None:
    faults = broken({"states": {"day": {"collected": "record"}, "amount": {"on": {"promise": "read_back"}}}})
    told = messages(faults)
    assert "a promise is recorded, but 'amount' was not read back and confirmed with yes" in told
    assert "amount -collected-> day -collected-> record" in told


def test_one_of_two_slots_is_read_back() -> None:
    faults = broken(state("read_back", confirm="amount", say={"en": "{{ amount | money }}."}))
    assert "'pay_on' was not read back and confirmed with yes" in messages(faults)


def test_slot_changes_between_the_yes_and_the_record() -> None:
    changed = state("read_back", yes="round")
    changed["states"]["round"] = {"set": {"amount": "balance"}, "then": "record"}
    assert "'amount' was not read back" in messages(broken(changed))


@pytest.mark.parametrize(
    "words",
    [
        "{% if amount > 100 %}A lot{% else %}Little{% endif %} on {{ pay_on | date }}.",
        "{% if amount > 100 %}{{ amount | money }}{% endif %} on {{ pay_on | date }}.",
        "{{ (amount / 2) | money }} on {{ pay_on | date }}.",
        "{{ 'all' if amount > 100 else 'a part' }} on {{ pay_on | date }}.",
    ],
)
def test_what_is_only_asked_about_or_reckoned_with_is_not_read_back(words: str) -> None:
    assert "the read-back does not say 'amount'" in messages(
        prove(small(state("read_back", say={"en": words})))
    )


def test_what_is_said_in_each_case_is_read_back() -> None:
    cases = "{% if amount > 100 %}Oh, {{ amount | money }}{% else %}{{ amount | money }}{% endif %}"
    assert broken(state("read_back", say={"en": f"{cases} on {{{{ pay_on | date }}}}."})) == []


def test_no_promise_is_recorded_for_ever() -> None:
    again = state("record", whole="once_more", part="once_more")
    again["states"] |= {"once_more": {"say": {"en": "Noted."}, "then": "record"}}
    again["states"] |= {"all_noted": None, "part_noted": None}
    assert "goes round for ever: " in messages(broken(again))


def test_slots_are_told_two_of_three_at_once() -> None:
    sizes = {"size": {"kind": "number"}, "count": {"kind": "number"}, "hour": {"kind": "time"}}
    asked = state("who", also=["size", "count", "hour"])
    reached = explore(small({"slots": sizes, **asked}))
    assert frozenset({"size", "hour"}) in {at.known for at in reached}


@pytest.mark.parametrize("section", ["anywhere", "once_verified"])
def test_nothing_said_with_it_wins_over_the_opt_out(section: str) -> None:
    lines = {"anywhere": {"stop_calling": "opt_out", "wrong_person": "stranger"}, "once_verified": {}}
    lines[section] = {"human": "human", **lines[section]}
    flow = small().model_copy(update=lines)
    wins = [fault for fault in prove(flow) if "wins over 'stop_calling'" in fault.message]
    assert bool(wins) == (section == "anywhere")


def test_one_state_makes_something_else_of_the_opt_out() -> None:
    [fault] = broken(state("amount", on={"stop_calling": "human"}))
    assert fault.path == ("states", "human")


def test_shortest_way_is_shown() -> None:
    detour = state("who", on={"no": "first"}, give_up="amount")
    detour["states"]["first"] = {"say": {"en": "Well."}, "then": "amount"}
    told = messages(broken(detour))
    assert "greet -> who -give_up-> amount" in told
    assert "first" not in told


def test_every_situation_is_visited_once() -> None:
    assert len(explore(small())) < 60


def test_words_of_a_debt_are_known_in_spanish() -> None:
    said = {
        "en": "Is this {{ name }}?",
        "es": "¿Hablo con {{ name }}? Su cuota está vencida y adeuda {{ name }}.",
    }
    [fault] = prove(small(state("who", say=said)))
    assert fault.path == ("states", "who", "say", "es")
    assert fault.message.startswith("'vencida', 'adeuda' tells of a debt")


def test_words_of_a_debt_are_found_inside_an_expression() -> None:
    [fault] = broken(state("who", say={"en": "Is this {{ name ~ ' who owes us' }}?"}))
    assert fault.message.startswith("'owes' tells of a debt")


def test_words_of_a_debt_are_free_to_the_right_party() -> None:
    assert (
        broken(state("amount", say={"en": "Your overdue balance is {{ balance | money }}. How much?"})) == []
    )


def test_proofs_are_held_with_a_prompt_that_cannot_be_read() -> None:
    faults = prove(small(state("who", say={"en": "{{ name }"}, give_up="amount")))
    assert "'balance' is said before the right party is verified" in messages(faults)


def test_a_message_left_in_a_mailbox_tells_of_no_debt() -> None:
    [private] = broken({"messages": {"voicemail": {"en": "Call us: {{ balance | money }}."}}})
    [worded] = broken({"messages": {"voicemail": {"en": "Please call us about your debt."}}})
    assert private.path == ("messages", "voicemail")
    assert worded.path == ("messages", "voicemail", "en")
    assert broken({"messages": {"voicemail": {"en": "This is {{ name }} of Example."}}}) == []


def test_a_message_left_in_a_mailbox_names_no_slot() -> None:
    told = messages(broken({"messages": {"voicemail": {"en": "On {{ pay_on | date }}."}}}))
    assert "'pay_on' may not be known yet when this is said" in told
