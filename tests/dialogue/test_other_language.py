"""Callers who would rather speak another language."""

from __future__ import annotations

from typing import Any

from tests.dialogue.small import FACTS, MONDAY, call, event, listening, said, small
from voicebot.dialogue.actions import Say
from voicebot.dialogue.attempt import DETOURS
from voicebot.dialogue.checking.lint import lint
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.language.flow import Flow

IN_SPANISH, IN_ENGLISH = "in spanish please", "en inglés por favor"
NOTICE = "Es: I am a machine and I record."


def bilingual(changes: dict[str, Any] | None = None) -> Flow:
    """The small flow, which speaks a Spanish of its own as well."""
    data = small(changes).model_dump(exclude_unset=True)
    return Flow.model_validate(in_both(data) | {"languages": ["en", "es"]})


def in_both(written: Any) -> Any:
    if isinstance(written, dict) and written.keys() == {"en"}:
        return written | {"es": f"Es: {written['en']}"}
    return {key: in_both(value) for key, value in written.items()} if isinstance(written, dict) else written


def test_notices_and_question_are_said_again_in_the_other_language() -> None:
    conversation, actions = call(IN_SPANISH, flow=bilingual())
    assert actions[:2] == [
        Say(NOTICE, "es", interruptible=False),
        Say("Es: Is this Ana?", "es", personal=True),
    ]
    assert listening(actions).context.language == conversation.language == "es"
    assert said(conversation.handle(event("sí"))) == "Es: Your last four digits?"


def test_question_is_put_in_full_and_everything_is_as_it_was() -> None:
    conversation, actions = call("yes", "#4321", "two hundred dollars", IN_SPANISH, flow=bilingual())
    assert said(actions) == f"{NOTICE} Es: When?"
    assert conversation.slots == {"amount": 200}
    assert said(conversation.handle(event("el viernes"))).startswith("Es: doscientos dólares on viernes")


def test_way_back_is_as_short() -> None:
    conversation, actions = call(IN_SPANISH, IN_ENGLISH, flow=bilingual())
    assert conversation.language == "en"
    assert said(actions) == "I am a machine and I record. Is this Ana?"


def test_key_may_mean_it() -> None:
    flow = bilingual({"keys": {"8": "other_language"}})
    assert "keys" not in {fault.path[0] for fault in lint(flow)}
    assert call("#8", flow=flow)[0].language == "es"


def test_state_that_is_named_for_it_is_followed() -> None:
    flow = bilingual({"anywhere": {"other_language": "stranger"}})
    conversation, actions = call(IN_SPANISH, flow=flow)
    assert (conversation.state, said(actions)) == ("stranger", "Sorry.")


def test_flow_of_one_language_does_not_understand_it() -> None:
    _, actions = call(IN_SPANISH)
    assert said(actions) == "Not understood. Is this Ana?"


def test_language_without_a_voice_is_not_spoken() -> None:
    conversation = Conversation(bilingual(), FACTS, language="en", today=MONDAY)
    conversation.speak_only({"en"})
    conversation.start()
    assert said(conversation.handle(event(IN_SPANISH))) == "Not understood. Is this Ana?"


def test_going_to_and_fro_is_no_answer() -> None:
    asked = [IN_SPANISH, IN_ENGLISH, IN_SPANISH][:DETOURS]
    _, actions = call(*asked, IN_ENGLISH, flow=bilingual())
    assert said(actions) == "Es: Not understood. Es: Is this Ana?"


def test_read_back_is_read_in_full_in_the_language_of_the_yes() -> None:
    promised = ("yes", "#4321", "two hundred dollars on friday")
    _, actions = call(*promised, IN_SPANISH, flow=bilingual())
    assert said(actions).startswith(f"{NOTICE} Es: doscientos dólares on viernes")
    assert said(actions).endswith("Es: Right?")


def test_question_that_was_put_for_the_keypad_stays_one() -> None:
    _, actions = call("mumble", "mumble", IN_SPANISH, flow=bilingual())
    assert said(actions) == f"{NOTICE} Es: Press 1 or 2."


def offering(changes: dict[str, Any] | None = None) -> Flow:
    """A flow that offers its other language, in that language."""
    flow = bilingual({"keys": {"8": "other_language"}, **(changes or {})})
    offers = {"en": "For English, press 8.", "es": "Para español, marque 8."}
    return flow.model_copy(update={"messages": flow.messages.model_copy(update={"other_language": offers})})


def test_other_language_is_offered_in_it_to_whoever_is_not_understood() -> None:
    conversation, actions = call("bueno diga", flow=offering())
    assert actions[1] == Say("Para español, marque 8.", "es")
    assert conversation.language == "en"
    assert said(conversation.handle(event("#8"))) == f"{NOTICE} Es: Is this Ana?"


def test_it_is_offered_once_and_at_the_first_question_alone() -> None:
    assert "marque 8" not in said(call("mumble", "mumble", flow=offering())[1])
    assert "marque 8" not in said(call("yes", "mumble", flow=offering())[1])
    assert "marque 8" not in said(call("", flow=offering())[1])


def test_language_without_a_voice_is_not_offered() -> None:
    conversation, _ = call(flow=offering())
    conversation.speak_only({"en"})
    assert "marque 8" not in said(conversation.handle(event("mumble")))
