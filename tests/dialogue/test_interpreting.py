"""Words that mean nothing to us, and what somebody else makes of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.dialogue.small import call, listening, said
from voicebot.dialogue.actions import RecordPromise
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import CallerHungUp, CallerSaid
from voicebot.dialogue.understanding.interpretation import Interpretation
from voicebot.dialogue.understanding.meaning import Flag, Intent

VERIFIED = ("yes", "#4321")
READ_BACK = (*VERIFIED, "two hundred dollars on friday")
ODD = "purple elephants sing"
VAGUE = "it costs me two hundred for rent"


def told(intent: Intent | None = None, *flags: Flag, words: str = ODD, **quotes: str) -> CallerSaid:
    return CallerSaid(words, Interpretation(intent, flags, **quotes))


def state(conversation: Conversation) -> str:
    return conversation.state


def test_only_what_means_nothing_to_us_is_asked() -> None:
    conversation, _ = call(*VERIFIED)
    assert conversation.unclear("two hundred dollars") is None
    assert conversation.unclear("  ") is None
    question = conversation.unclear(ODD)
    assert question is not None
    assert Intent.STOP_CALLING in question.intents


def test_digits_are_nobody_elses_business() -> None:
    conversation, _ = call("yes")
    assert conversation.unclear(ODD) is None


def test_nothing_is_asked_of_a_call_that_is_over() -> None:
    conversation, _ = call(*VERIFIED, CallerHungUp())
    assert conversation.unclear(ODD) is None


def test_an_interpretation_answers_where_we_would_have_asked_again() -> None:
    asked_again, _ = call(ODD)
    answered, _ = call(told(Intent.YES))
    assert state(asked_again) == "who"
    assert state(answered) == "verify"


def test_our_own_understanding_goes_before_any_other() -> None:
    ours, _ = call("no")
    both, _ = call(told(Intent.YES, words="no"))
    assert state(both) == state(ours)


def test_an_interpretation_without_a_meaning_asks_again() -> None:
    plain, actions = call(*VERIFIED, ODD)
    empty, same = call(*VERIFIED, told())
    assert (state(empty), said(same)) == (state(plain), said(actions))


def test_a_yes_of_somebody_else_confirms_no_promise() -> None:
    conversation, actions = call(*READ_BACK, told(Intent.YES))
    question = conversation.unclear(ODD)
    assert question is not None
    assert Intent.YES not in question.intents
    assert listening(actions).state == "read_back"
    assert conversation.promise is None


def test_what_is_quoted_goes_the_way_of_every_amount_to_a_read_back() -> None:
    conversation, actions = call(*VERIFIED, told(words=VAGUE, quote_amount="two hundred"), "on friday")
    assert listening(actions).state == state(conversation) == "read_back"
    assert said(actions).startswith("Two hundred dollars on Friday")


def test_an_interpretation_verifies_nobody() -> None:
    conversation, actions = call("yes", told(Intent.YES, words="the very same"))
    assert listening(actions).state == "verify"
    assert not conversation.verified


_INTERPRETED = st.builds(
    Interpretation,
    st.none() | st.sampled_from(Intent),
    st.lists(st.sampled_from(Flag), max_size=2).map(tuple),
    st.none() | st.just("two hundred"),
    st.none() | st.just("rent"),
)


@given(st.lists(_INTERPRETED, max_size=6))
def test_whatever_is_interpreted_nobody_is_verified_and_nothing_is_promised(
    found: list[Interpretation],
) -> None:
    for before in ((), ("yes",), VERIFIED, READ_BACK):
        conversation, _ = call(*before)
        was = conversation.verified
        for one in found:
            actions = conversation.handle(CallerSaid(VAGUE, one))
            assert not any(isinstance(action, RecordPromise) for action in actions)
        assert was or not conversation.verified
