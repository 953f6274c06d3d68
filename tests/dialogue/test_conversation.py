"""Calls over the small flow, told by what happens in them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.dialogue.small import FACTS, MONDAY, call, conclusions, event, listening, said, small
from tests.dialogue.test_other_language import bilingual
from voicebot.dialogue.actions import Conclude, HandOff, HangUp, Listen, RecordPromise, RecordRequest, Say
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import (
    CallerHungUp,
    CallerSaid,
    CallerSilent,
    DialogueEvent,
    HandedOff,
    HandOffFailed,
    KeysPressed,
    MachineAnswered,
    PromiseNotRecorded,
    PromiseRecorded,
    RecognitionFailed,
    RequestNotRecorded,
    RequestRecorded,
)
from voicebot.dialogue.understanding.meaning import Expect
from voicebot.disposition import Disposition, Party, PromiseToPay, Request, RequestKind
from voicebot.errors import FlowError

VERIFIED = ("yes", "#4321")
PROMISED = (*VERIFIED, "two hundred dollars on friday")
FRIDAY = date(2026, 11, 27)


def test_legal_notice_comes_first_and_cannot_be_interrupted() -> None:
    _, actions = call()
    notice, question, listen = actions
    assert notice == Say("I am a machine and I record.", "en", interruptible=False)
    assert question == Say("Is this Ana?", "en", personal=True)
    assert isinstance(listen, Listen)
    assert listen.expects == {Expect.YES_NO}
    assert listen.keys == 1


def test_whole_debt_is_promised() -> None:
    conversation, actions = call(*VERIFIED, "all of it", "on friday", "yes")
    promise = PromiseToPay(Decimal("500.00"), "USD", FRIDAY, whole=True)
    assert actions == [RecordPromise(promise)]
    actions = conversation.handle(PromiseRecorded())
    assert actions == [Say("All noted.", "en"), Conclude(Disposition.RPC_PROMISE), HangUp()]
    assert conversation.promise == promise
    assert conversation.party is Party.RIGHT_PARTY


def test_promise_is_none_until_it_is_on_disk() -> None:
    assert call(*PROMISED, "yes")[0].promise is None


def test_amount_and_day_in_one_breath_are_read_back_to_the_end() -> None:
    _, actions = call(*PROMISED)
    assert actions[0] == Say(
        "Two hundred dollars on Friday, November twenty seventh.", "en", interruptible=False, personal=True
    )
    assert actions[1] == Say("Right?", "en")


def test_part_of_the_debt_is_promised() -> None:
    _, actions = call(*PROMISED, "yes", PromiseRecorded())
    assert conclusions(actions) == [Conclude(Disposition.RPC_PARTIAL_PROMISE)]


def test_promise_that_could_not_be_saved_is_none() -> None:
    conversation, actions = call(*PROMISED, "yes", PromiseNotRecorded())
    assert said(actions) == "Not saved."
    assert conversation.promise is None


def test_correction_after_no_is_read_back() -> None:
    _, actions = call(*PROMISED, "no, three hundred dollars")
    assert said(actions).startswith("Three hundred dollars on Friday")


def test_correction_without_no_is_read_back() -> None:
    _, actions = call(*PROMISED, "monday")
    assert "Two hundred dollars on Monday" in said(actions)


def test_repeating_the_promise_is_no_yes() -> None:
    conversation, actions = call(*PROMISED, "two hundred dollars")
    assert conversation.state == "read_back"
    assert said(actions).startswith("Not understood.")


def test_no_forgets_both_slots() -> None:
    conversation, _ = call(*PROMISED, "no")
    assert conversation.state == "amount"
    assert conversation.slots == {}


def test_second_no_asks_for_the_keypad() -> None:
    _, actions = call(*PROMISED, "no", "two hundred dollars on friday", "no")
    assert said(actions) == "Type how much."


def test_typed_amount_and_day_are_read_back() -> None:
    _, actions = call(*VERIFIED, "#120*50#", "#1204")
    assert said(actions).startswith("One hundred twenty dollars and fifty cents on Friday, December fourth")


def test_amount_above_its_bound_is_refused_with_the_bound() -> None:
    conversation, actions = call(*VERIFIED, "nine hundred dollars")
    assert said(actions) == "At most five hundred dollars. How much?"
    assert conversation.slots == {}


def test_refused_amount_is_also_explained_on_the_keypad() -> None:
    _, actions = call(*VERIFIED, "purple", "#900#")
    assert said(actions) == "At most five hundred dollars. Type how much."


def test_day_alone_is_kept_and_the_amount_asked_for() -> None:
    conversation, actions = call(*VERIFIED, "on friday")
    assert said(actions).startswith("You owe")
    assert conversation.slots == {"pay_on": FRIDAY}
    conversation.handle(CallerSaid("ten dollars"))
    assert conversation.state == "read_back"


def test_wrong_digits_may_be_tried_once_more() -> None:
    conversation, actions = call("yes", "one one one one")
    assert said(actions) == "Those are not yours. Your last four digits?"
    assert conclusions(conversation.handle(KeysPressed("9999"))) == [Conclude(Disposition.HUMAN_NO_RPC)]
    assert conversation.party is Party.UNKNOWN


def test_right_digits_after_wrong_ones_verify() -> None:
    conversation, _ = call("yes", "one one one one", "four three two one")
    assert conversation.party is Party.RIGHT_PARTY


def test_stranger_is_a_wrong_party() -> None:
    conversation, actions = call("no")
    assert conclusions(actions) == [Conclude(Disposition.WRONG_PARTY)]
    assert conversation.party is Party.WRONG_PARTY


def test_silence_is_asked_again_then_by_keypad_then_given_up() -> None:
    assert said(call("")[1]) == "Nothing heard. Is this Ana?"
    assert said(call("", "")[1]) == "Nothing heard. Press 1 or 2."
    assert conclusions(call("", "", "")[1]) == [Conclude(Disposition.SILENCE)]


def test_silence_has_its_own_way_out() -> None:
    conversation, actions = call(*VERIFIED, "", "", "")
    assert conversation.state == "bored"
    assert conclusions(actions) == [Conclude(Disposition.RPC_INFORMED)]


def test_silence_at_the_keypad_is_forgiven_once() -> None:
    refused = (*PROMISED, "no", "two hundred dollars on friday", "no")
    assert said(call(*refused, "")[1]) == "Nothing heard. Type how much."
    assert call(*refused, "", "")[0].state == "bored"


def test_what_is_not_understood_is_asked_again_then_typed_then_given_to_a_human() -> None:
    assert said(call(*VERIFIED, "purple")[1]) == "Not understood. How much?"
    assert said(call(*VERIFIED, "purple", "purple")[1]) == "Not understood. Type how much."
    assert said(call(*VERIFIED, "purple", "purple", "purple")[1]) == "Not understood. Type how much."
    assert call(*VERIFIED, "purple", "purple", "purple", "purple")[0].state == "human"


def test_keypad_still_listens_while_the_recogniser_works() -> None:
    _, actions = call(*VERIFIED, "purple", "purple")
    assert not listening(actions).keypad_only


def test_failed_recogniser_leaves_the_keypad_at_once() -> None:
    _, actions = call("yes", RecognitionFailed())
    assert said(actions) == "Not understood. Type them."
    assert listening(actions).keypad_only
    assert listening(actions).keys == 4


def test_recogniser_that_failed_twice_is_not_asked_again() -> None:
    _, actions = call(RecognitionFailed(), "#1", RecognitionFailed(), "#4321")
    assert said(actions) == "Type how much."
    assert listening(actions).keypad_only


def test_promise_is_read_back_to_its_end_even_where_the_recogniser_is_not_asked_any_more() -> None:
    _, actions = call(RecognitionFailed(), "#1", RecognitionFailed(), "#4321", "#200#", "#1127")
    values, keypad = [action for action in actions if isinstance(action, Say)]
    assert values.text == "Two hundred dollars on Friday, November twenty seventh."
    assert not values.interruptible
    assert keypad.text == "Press 1 or 2."


def test_question_is_repeated_and_waited_for_a_few_times_only() -> None:
    assert said(call("can you repeat that")[1]) == "Is this Ana?"
    waiting = call("hold on")[1]
    assert said(waiting) == "Take your time."
    assert listening(waiting).no_input > 20
    assert said(call(*["hold on"] * 4)[1]) == "Not understood. Is this Ana?"


def test_going_round_and_round_ends_with_a_human() -> None:
    conversation, _ = call(*VERIFIED)
    for _ in range(10):
        conversation.handle(CallerSaid("two hundred dollars on friday"))
        conversation.handle(KeysPressed("200#"))
        conversation.handle(KeysPressed("1204"))
        conversation.handle(CallerSaid("no"))
    assert conversation.state == "human"


def test_cannot_pay_all_is_no_offer_but_a_part_is() -> None:
    assert call(*VERIFIED, "no, not all of it")[0].slots == {}
    assert call(*VERIFIED, "no, only one hundred dollars")[0].slots == {"amount": 100}


def test_verified_caller_who_denies_it_is_a_wrong_party() -> None:
    assert call(*VERIFIED, "you have the wrong number")[0].party is Party.WRONG_PARTY


def test_human_gets_the_last_words() -> None:
    _, actions = call(*VERIFIED, "let me talk to a person")
    assert actions[-1] == HandOff("people", "Ana said: let me talk to a person")


def test_human_with_the_skills_of_the_flow_and_the_language_of_the_call_is_asked_for() -> None:
    flow = small({"states": {"human": {"skills": ["plans", "language"]}}})
    actions = call(*VERIFIED, "let me talk to a person", flow=flow)[1]
    assert isinstance(actions[-1], HandOff)
    assert actions[-1].skills == ("plans", "en")


def test_human_takes_the_call() -> None:
    conversation, actions = call(*VERIFIED, "let me talk to a person", HandedOff())
    assert actions == [Conclude(Disposition.RPC_NEGOTIATE_XFER)]
    assert conversation.handle(CallerHungUp()) == []


def test_no_human_takes_the_call() -> None:
    assert conclusions(call(*VERIFIED, "let me talk to a person", HandOffFailed())[1]) == [
        Conclude(Disposition.RPC_CALLBACK)
    ]


def test_opt_out_is_heard_and_typed_anywhere() -> None:
    for line in ("stop calling me", "#9"):
        for before in ((), ("yes",), PROMISED):
            assert call(*before, line)[1] == [RecordRequest(Request(RequestKind.OPT_OUT))], (before, line)
            for told in (RequestRecorded(), RequestNotRecorded()):
                _, actions = call(*before, line, told)
                assert actions == [Say("No more calls.", "en"), Conclude(Disposition.DNC), HangUp()]


def test_who_wants_no_calls_behind_an_assistant_is_obeyed() -> None:
    screened, text = MachineAnswered(Disposition.SCREENED), {"en": "This is Ana of Example."}
    small = call()[0].flow
    announced = small.model_copy(update={"messages": small.messages.model_copy(update={"screening": text})})
    conversation, actions = call(screened, flow=announced)
    assert said(actions) == "This is Ana of Example."
    conversation.handle(event("stop calling me"))
    conversation.handle(RequestRecorded())
    assert conversation.disposition is Disposition.DNC


def test_whoever_gave_the_digits_or_wants_no_more_calls_is_no_machine() -> None:
    machine = MachineAnswered(Disposition.MACHINE)
    verified, _ = call(*VERIFIED, machine)
    assert not verified.finished
    opted_out, _ = call("stop calling me", machine)
    assert opted_out.disposition is Disposition.DNC


@pytest.mark.parametrize("before", [(), ("yes",), VERIFIED, (*VERIFIED, "200 on friday")])
def test_opt_out_is_heard_in_a_language_that_the_call_is_not_in(before: tuple[str, ...]) -> None:
    conversation, _ = call(*before, "ya no me llamen más", RequestRecorded())
    assert conversation.disposition is Disposition.DNC


def test_yes_to_several_payments_is_no_yes_to_the_one_that_was_read_back() -> None:
    conversation, actions = call(*VERIFIED, "200 dollars on friday", "yes, in three payments")
    assert conversation.state == "read_back"
    assert said(actions) == "Not understood. Right?"


@pytest.mark.parametrize(
    "line",
    [
        *("yes if i get paid", "yes maybe", "yes i guess so but i can't promise", "yes, when i get my check"),
        *("yeah i think so", "yes unless something comes up", "sure, i'll try"),
    ],
)
def test_yes_with_an_if_or_a_but_makes_no_promise(line: str) -> None:
    conversation, actions = call(*PROMISED, line)
    assert conversation.promise is None
    assert not any(isinstance(action, RecordPromise) for action in actions)


@pytest.mark.parametrize(
    "line", ["yes", "yes that's right", "yes please", "correct", "yes, friday, two hundred"]
)
def test_plain_yes_makes_a_promise(line: str) -> None:
    assert isinstance(call(*PROMISED, line)[1][-1], RecordPromise)


def test_opt_out_outweighs_the_answer_beside_it() -> None:
    assert call("yes, stop calling me")[1] == [RecordRequest(Request(RequestKind.OPT_OUT))]


@pytest.mark.parametrize(
    ("before", "disposition"),
    [
        ((), Disposition.SILENCE),
        (("",), Disposition.SILENCE),
        (("purple",), Disposition.HUMAN_NO_RPC),
        (("yes",), Disposition.HUMAN_NO_RPC),
        (VERIFIED, Disposition.RPC_HANGUP),
        (PROMISED, Disposition.RPC_HANGUP),
        ((*PROMISED, "yes"), Disposition.RPC_HANGUP),  # confirmed, but not on disk
        ((*VERIFIED, "let me talk to a person"), Disposition.RPC_HANGUP),
    ],
)
def test_hang_up_concludes_by_what_was_reached(before: tuple[str, ...], disposition: Disposition) -> None:
    assert call(*before, CallerHungUp())[1] == [Conclude(disposition)]


def test_whoever_says_wrong_number_is_verified_no_more_and_nothing_told_before_counts() -> None:
    asked_again = small({"once_verified": {"wrong_person": "who"}})
    conversation, _ = call(*PROMISED, "you have the wrong number", flow=asked_again)
    assert (conversation.state, conversation.verified, conversation.slots) == ("who", False, {})
    assert listening(conversation.handle(event("let me talk to a person"))).state == "who"
    assert conversation.handle(CallerHungUp()) == [Conclude(Disposition.HUMAN_NO_RPC)]


def test_whoever_denies_it_is_a_stranger_whatever_else_is_said() -> None:
    conversation, _ = call(*VERIFIED, "you have the wrong number, stop calling me", RequestRecorded())
    assert (conversation.verified, conversation.disposition) == (False, Disposition.DNC)
    conversation, _ = call(*VERIFIED, "she is not here, but let me talk to a person")
    assert conversation.disposition is Disposition.WRONG_PARTY


@pytest.mark.parametrize("words", ["this is not Ana", "I'm not Ana, I'm her neighbor", "Ana isn't here"])
def test_denial_by_name_is_heard_long_after_the_name_was_asked_for(words: str) -> None:
    assert call(*VERIFIED, words)[0].disposition is Disposition.WRONG_PARTY


def test_name_denied_where_it_is_asked_for_is_a_no() -> None:
    flow = small({"states": {"who": {"on": {"no": "nobody"}}}})
    assert call("this is not Ana", flow=flow)[0].state == "nobody"


@pytest.mark.parametrize(
    ("keys", "slots"), [("#9", {}), ("#9#", {"amount": Decimal(9)}), ("#90", {"amount": Decimal(90)})]
)
def test_lone_nine_wants_no_more_calls_where_an_amount_is_asked_for(keys: str, slots: dict[str, Any]) -> None:
    conversation, actions = call(*VERIFIED, keys)
    assert conversation.slots == slots
    assert (RecordRequest(Request(RequestKind.OPT_OUT)) in actions) == (not slots)


def test_a_promise_on_disk_stays_whoever_speaks_then() -> None:
    more = {"record": {"part": "more"}, "more": _yes_no("Anything else?")}
    chatty = small({"once_verified": {"wrong_person": "who"}, "states": more})
    conversation, _ = call(*PROMISED, "yes", PromiseRecorded(), "you have the wrong number", flow=chatty)
    assert not conversation.verified
    assert conversation.handle(CallerHungUp()) == [Conclude(Disposition.RPC_PARTIAL_PROMISE)]


def test_whoever_asks_about_the_wrong_number_and_is_told_comes_back_unverified() -> None:
    told = {"sorry": {"say": {"en": "I am sorry."}, "then": "back"}}
    conversation, actions = call(
        "yes",
        "you have the wrong number",
        flow=small({"anywhere": {"wrong_person": "sorry"}, "states": told}),
    )
    assert listening(actions).state == "verify"
    conversation.handle(event("#4321"))
    conversation.handle(event("you have the wrong number"))
    assert not conversation.verified


def test_hang_up_after_the_promise_is_on_disk_keeps_it() -> None:
    # A flow that goes on talking after the promise.
    chatty = small({"states": {"record": {"part": "more"}, "more": _yes_no("Anything else?")}})
    conversation, actions = call(*PROMISED, "yes", PromiseRecorded(), CallerHungUp(), flow=chatty)
    assert actions == [Conclude(Disposition.RPC_PARTIAL_PROMISE)]
    assert conversation.promise is not None


def _yes_no(text: str) -> dict[str, Any]:
    return {
        "say": {"en": text},
        "keypad": {"en": "Press 1 or 2."},
        "expect": "yes_no",
        "on": {"yes": "human", "no": "part_noted"},
        "give_up": "part_noted",
    }


def test_hang_up_before_anything_was_said_is_silence() -> None:
    conversation = Conversation(small(), FACTS, language="en", today=MONDAY)
    assert conversation.handle(CallerSaid("hello")) == []
    assert conversation.handle(CallerHungUp()) == [Conclude(Disposition.SILENCE)]


def test_complete_answers_allow_an_early_endpoint() -> None:
    assert call()[0].answers("yes")
    assert not call("yes")[0].answers("four three")
    assert call("yes")[0].answers("four three two one")
    at_amount = call(*VERIFIED)[0]
    assert not at_amount.answers("two hundred dollars")  # the day may follow
    assert at_amount.answers("two hundred dollars on friday")
    assert not at_amount.answers("on friday two hundred")  # and fifty may follow
    at_read_back = call(*PROMISED)[0]
    assert at_read_back.answers("yes")
    assert not at_read_back.answers("no")  # a correction may follow
    assert not call("no")[0].answers("yes")  # it is over


def test_asking_whether_it_answers_changes_nothing() -> None:
    conversation, _ = call(*VERIFIED)
    conversation.answers("two hundred dollars on friday")
    assert (conversation.state, conversation.slots) == ("amount", {})


def test_missing_and_unreadable_facts_are_named_together() -> None:
    facts = {"name": "Ana", "currency": "USD", "balance": "a lot", "shoe_size": 43}
    with pytest.raises(FlowError, match=r"shoe_size: no such fact.*last4: missing.*balance: 'a lot' is not"):
        Conversation(small(), facts, language="en", today=MONDAY)


def test_money_that_could_not_be_said_is_refused_before_the_call() -> None:
    with pytest.raises(FlowError, match="balance: no coins pay"):
        Conversation(small(), {**FACTS, "balance": "10.50", "currency": "CLP"}, language="en", today=MONDAY)
    with pytest.raises(FlowError, match="balance: no words for the currency 'XYZ'"):
        Conversation(small(), {**FACTS, "currency": "XYZ"}, language="en", today=MONDAY)


def test_amount_finer_than_the_coins_is_not_understood() -> None:
    chilean = Conversation(small(), {**FACTS, "currency": "CLP"}, language="en", today=MONDAY)
    chilean.start()
    for line in ("#1", "#4321"):
        chilean.handle(event(line))
    assert said(chilean.handle(event("#10*50#"))) == "Not understood. How much?"


def test_language_that_the_flow_does_not_speak_is_refused() -> None:
    with pytest.raises(FlowError, match="does not speak 'es': use en"):
        Conversation(small(), FACTS, language="es", today=MONDAY)


WORDS = st.sampled_from(
    [
        *("yes", "no", "purple", "four three two one", "all of it", "two hundred dollars on friday"),
        *("nine hundred dollars", "on friday", "yesterday", "hold on", "say that again", "stop calling me"),
        *("i want to speak to a person", "no, three hundred dollars", ""),
    ]
)
KEYS = st.sampled_from(["1", "2", "9", "4321", "300#", "300*505#", "1204", "9999", "#", ""]) | st.text(
    "0123456789*#", max_size=5
)
EVENTS: st.SearchStrategy[DialogueEvent] = st.one_of(
    WORDS.map(CallerSaid),
    KEYS.map(KeysPressed),
    st.sampled_from(
        [
            CallerSilent(),
            RecognitionFailed(),
            PromiseRecorded(),
            PromiseNotRecorded(),
            RequestRecorded(),
            RequestNotRecorded(),
            HandedOff(),
            HandOffFailed(),
        ]
    ),
)


@given(st.lists(EVENTS, max_size=30), st.lists(EVENTS, max_size=5))
def test_storm_of_events_ends_in_exactly_one_conclusion(
    events: list[DialogueEvent], afterwards: list[DialogueEvent]
) -> None:
    conversation = Conversation(small(), FACTS, language="en", today=MONDAY)
    actions = conversation.start()
    for happened in [*events, CallerHungUp(), *afterwards, CallerHungUp()]:
        actions += conversation.handle(happened)
    assert len(conclusions(actions)) == 1
    assert conversation.finished


@given(st.lists(EVENTS, max_size=30))
def test_every_list_of_actions_ends_in_waiting_or_in_the_end(events: list[DialogueEvent]) -> None:
    conversation = Conversation(small(), FACTS, language="en", today=MONDAY)
    conversation.start()
    for happened in events:
        actions = conversation.handle(happened)
        waiting = [type(action).__name__ for action in actions[-1:]]
        assert waiting in (
            [],
            ["Listen"],
            ["RecordPromise"],
            ["RecordRequest"],
            ["HandOff"],
            ["HangUp"],
            ["Conclude"],
        )


# Answers that are refused


def test_answer_beyond_the_bounds_may_lead_elsewhere() -> None:
    flow = small({"states": {"amount": {"refused": "human"}}})
    conversation, actions = call(*VERIFIED, "nine hundred dollars on friday", flow=flow)
    assert (conversation.state, said(actions)) == ("human", "One moment.")
    assert conversation.slots == {}


def test_refused_correction_leaves_what_was_read_back() -> None:
    much = {"say": {"en": "That is too much."}, "then": "back"}
    flow = small({"states": {"read_back": {"refused": "much"}, "much": much}})
    conversation, actions = call(*PROMISED, "no, nine hundred dollars", flow=flow)
    assert said(actions) == (
        "That is too much. Two hundred dollars on Friday, November twenty seventh. Right?"
    )
    assert conversation.slots["amount"] == 200


# Corrections at the read-back

PAY = {"en": ("two hundred dollars on friday", "yes"), "es": ("doscientos dólares el viernes", "sí")}
CORRECTIONS = [
    ("en", "no, Monday", {"pay_on": date(2026, 11, 30)}),
    ("en", "no, it's monday", {"pay_on": date(2026, 11, 30)}),
    ("en", "no, three hundred", {"amount": Decimal(300)}),
    ("en", "no, three hundred on monday", {"amount": Decimal(300), "pay_on": date(2026, 11, 30)}),
    ("es", "no, el lunes", {"pay_on": date(2026, 11, 30)}),
    ("es", "no, es el lunes", {"pay_on": date(2026, 11, 30)}),
    ("es", "no son trescientos", {"amount": Decimal(300)}),
    ("es", "no, trescientos", {"amount": Decimal(300)}),
]


def read_back_in(language: str) -> Conversation:
    conversation = Conversation(bilingual(), FACTS, language=language, today=MONDAY)
    conversation.start()
    offer, yes = PAY[language]
    for line in (yes, "#4321", offer):
        conversation.handle(event(line))
    assert conversation.state == "read_back"
    return conversation


@pytest.mark.parametrize(("language", "line", "corrected"), CORRECTIONS)
def test_no_with_another_value_is_a_correction_and_read_back_again(
    language: str, line: str, corrected: dict[str, object]
) -> None:
    conversation = read_back_in(language)
    before = dict(conversation.slots)
    actions = conversation.handle(event(line))
    assert (conversation.state, conversation.slots) == ("read_back", before | corrected)
    assert [one.interruptible for one in actions if isinstance(one, Say)] == [False, True]


@pytest.mark.parametrize(
    ("language", "line"),
    [
        *[("en", "no"), ("en", "no, not friday"), ("en", "no, that's wrong"), ("en", "no, not two hundred")],
        *[("es", "no"), ("es", "no es el viernes"), ("es", "no, está mal"), ("es", "no son doscientos")],
    ],
)
def test_no_with_what_was_read_back_is_a_no(language: str, line: str) -> None:
    conversation = read_back_in(language)
    conversation.handle(event(line))
    assert (conversation.state, conversation.slots) == ("amount", {})


def test_correction_beyond_the_bounds_is_told_so() -> None:
    conversation = read_back_in("es")
    assert said(conversation.handle(event("no, son novecientos"))).startswith("Es: At most")


def test_a_yes_before_the_question_is_heard_takes_no_turn_and_afterwards_answers_it() -> None:
    conversation, _ = call()
    assert conversation.only_listens("yes yes", asked=False)
    assert not conversation.only_listens("yes yes", asked=True)


def test_okay_answers_no_question_for_an_amount() -> None:
    conversation, _ = call(*VERIFIED)
    assert conversation.only_listens("okay", asked=True)


@pytest.mark.parametrize("asked", [False, True])
def test_a_cough_takes_no_turn(asked: bool) -> None:
    conversation, _ = call()
    assert conversation.only_listens("", asked=asked)


def test_who_says_more_than_aha_takes_the_turn() -> None:
    conversation, _ = call()
    assert not conversation.only_listens("okay but who are you", asked=False)


def test_an_answer_that_is_only_imagined_changes_nothing() -> None:
    (imagining, _), (other, _) = call("yes"), call("yes")
    reply = imagining.imagine(event("4321"))
    assert imagining.state == other.state
    assert reply == imagining.handle(event("4321")) == other.handle(event("4321"))
    assert imagining.trail == other.trail
