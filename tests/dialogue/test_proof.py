"""Each proof has a flow that is written to break it."""

from __future__ import annotations

from typing import Any

from tests.dialogue.small import small
from voicebot.dialogue.lint import lint
from voicebot.dialogue.paths import explore
from voicebot.dialogue.problems import Fault
from voicebot.dialogue.proof import prove


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


def test_something_is_asked_before_the_notice() -> None:
    asked_first = {
        "start": "hello",
        **state("hello", say={"en": "Hello?"}, then="greet"),
    }
    assert broken(asked_first) == [
        Fault(
            ("states", "hello"),
            "something is said or done before the caller is told: automated and recorded; hello",
        )
    ]


def test_half_of_the_notice_is_missing() -> None:
    faults = broken(state("greet", tells=["recorded"]))
    assert "before the caller is told: automated; greet -> who" in messages(faults)


def test_notice_could_be_talked_over() -> None:
    [fault] = broken(state("greet", interruptible=True))
    assert fault.path == ("states", "greet", "tells")


def test_debt_is_told_to_whoever_answers() -> None:
    [fault] = broken(state("who", say={"en": "Is this {{ name }}, with {{ balance | money }}?"}))
    assert fault == Fault(
        ("states", "who", "say"),
        "'balance' is said before the right party is verified; greet -> who",
    )


def test_debt_is_told_by_a_way_around_the_verification() -> None:
    faults = broken(state("who", on={"yes": "verify", "no": "amount"}))
    assert "'balance' is said before the right party is verified; greet -> who -no-> amount" in messages(
        faults
    )


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


def test_private_words_are_said_too_early() -> None:
    assert "a private text is said before" in messages(broken(state("who", private=True)))


def test_answer_of_the_verification_is_read_out() -> None:
    [fault] = broken(state("amount", say={"en": "Your ID ends in {{ last4 | digits }}. How much?"}))
    assert fault.message.startswith("'last4' verifies the right party and is never said")


def test_promise_is_recorded_without_a_read_back() -> None:
    faults = broken({"states": {"day": {"collected": "record"}, "amount": {"on": {"promise": "read_back"}}}})
    told = messages(faults)
    assert "a promise is recorded, but 'amount' was not read back and confirmed with yes" in told
    assert "amount -collected-> day -collected-> record" in told


def test_promise_is_recorded_when_the_caller_gives_up() -> None:
    assert "'pay_on' was not read back" in messages(broken(state("read_back", give_up="record")))


def test_one_of_two_slots_is_read_back() -> None:
    faults = broken(state("read_back", confirm="amount", say={"en": "{{ amount | money }}."}))
    assert "'pay_on' was not read back and confirmed with yes" in messages(faults)


def test_read_back_does_not_say_what_it_confirms() -> None:
    [fault] = broken(state("read_back", say={"en": "{{ amount | money }}."}))
    assert fault.path == ("states", "read_back", "say", "en")


def test_slot_changes_between_the_yes_and_the_record() -> None:
    changed = state("read_back", yes="round")
    changed["states"]["round"] = {"set": {"amount": "balance"}, "then": "record"}
    assert "'amount' was not read back" in messages(broken(changed))


def test_opt_out_is_nowhere_heard() -> None:
    deaf = {"anywhere": None, "keys": None, **state("who", on={"stop_calling": "opt_out"})}
    told = messages(broken(deaf))
    assert "'stop_calling' is not heard here" in told


def test_opt_out_cannot_be_typed() -> None:
    assert broken({"keys": {"9": "wrong_person"}}) == [
        Fault(("keys",), "no key means 'stop_calling': whoever must type could not opt out")
    ]


def test_opt_out_is_argued_with() -> None:
    sure = {
        "say": {"en": "Really?"},
        "keypad": {"en": "Press 1 or 2."},
        "expect": "yes_no",
        "on": {"yes": "opt_out", "no": "who"},
        "give_up": "opt_out",
    }
    faults = broken({"anywhere": {"stop_calling": "sure"}, "states": {"sure": sure}})
    assert ("states", "sure") in [fault.path for fault in faults]
    assert "not straight to 'conclude: DNC'" in messages(faults)


def test_one_state_makes_something_else_of_the_opt_out() -> None:
    [fault] = broken(state("amount", on={"stop_calling": "human"}))
    assert fault.path == ("states", "human")


def test_prompt_names_a_slot_that_may_not_be_known() -> None:
    [fault] = broken(state("amount", keypad={"en": "Type how much on {{ pay_on | date }}."}))
    assert fault.message.startswith("'pay_on' may not be known yet when this is said; greet -> who")


def test_unverified_contact_is_claimed_as_right_party() -> None:
    [fault] = broken(state("nobody", conclude="RPC_INFORMED"))
    assert fault.path == ("states", "nobody", "conclude")


def test_states_that_give_up_in_a_circle() -> None:
    [fault] = broken({"states": {"who": {"give_up": "verify"}, "verify": {"give_up": "who"}}})
    assert fault.message in (
        "goes round for ever: who -> verify -> who",
        "goes round for ever: verify -> who -> verify",
    )


def test_shortest_way_is_shown() -> None:
    detour = state("who", on={"no": "first"}, give_up="amount")
    detour["states"]["first"] = {"say": {"en": "Well."}, "then": "amount"}
    told = messages(broken(detour))
    assert "greet -> who -give_up-> amount" in told
    assert "first" not in told


def test_every_situation_is_visited_once() -> None:
    assert len(explore(small())) < 60


def test_words_of_a_debt_break_the_proof_whatever_is_declared() -> None:
    [fault] = broken(state("who", say={"en": "Am I speaking with {{ name }}? You have a debt with us."}))
    assert fault == Fault(
        ("states", "who", "say", "en"),
        "'debt' tells of a debt before the right party is verified; greet -> who",
    )


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
