"""The payment reminder, from the first yes to the read-back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from voicebot.dialogue.actions import Conclude, Listen
from voicebot.dialogue.conversation import Conversation
from voicebot.dialogue.events import CallerHungUp, CallerSaid
from voicebot.dialogue.reading.loader import load_flow
from voicebot.disposition import Disposition

FLOW = Path(__file__).parents[2] / "flows" / "payment_reminder.yaml"
FACTS = {
    "agency": "Demo Agency",
    "first_name": "Ana",
    "currency": "USD",
    "last4": "4321",
    "creditor": "Demo Store",
    "balance": "500.00",
    "due_date": "2026-11-13",
}
TO_READ_BACK = {
    "en": ["yes", "four three two one", "no", "two hundred dollars", "on friday"],
    "es": ["sí", "cuatro tres dos uno", "no", "doscientos dólares", "el viernes"],
}


def call(language: str) -> Conversation:
    return Conversation(load_flow(FLOW), FACTS, language=language, today=date(2026, 11, 23))


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("answers", range(6))
def test_hang_up_at_any_point_concludes_once(language: str, answers: int) -> None:
    conversation = call(language)
    conversation.start()
    for words in TO_READ_BACK[language][:answers]:
        conversation.handle(CallerSaid(words))
    expected = [Disposition.SILENCE, Disposition.HUMAN_NO_RPC, *[Disposition.RPC_HANGUP] * 4][answers]
    assert conversation.handle(CallerHungUp()) == [Conclude(expected)]
    assert conversation.promise is None


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_question_can_be_heard_and_typed(language: str) -> None:
    conversation = call(language)
    actions = conversation.start()
    for words in TO_READ_BACK[language]:
        listen = actions[-1]
        assert isinstance(listen, Listen)
        assert listen.context.grammar
        assert listen.keys in (0, 1, 4)
        actions = conversation.handle(CallerSaid(words))
    assert conversation.state == "read_back"
