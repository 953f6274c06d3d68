import asyncio
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from voicebot.calls.accounts import Account
from voicebot.calls.desk import Desk
from voicebot.calls.inbound import InboundSettings, Route
from voicebot.calls.matter import Matter
from voicebot.dialogue.actions import Say
from voicebot.errors import FlowError, StoreError
from voicebot.store.memory import MemoryStore

FLOWS = Path(__file__).parents[2] / "flows"
TODAY = date(2026, 11, 23)
ANA = Account(
    "1001",
    None,
    {"first_name": "Ana", "last4": "4729", "balance": "500.00", "currency": "USD", "due_date": "2026-11-12"},
    ("+15550123456",),
)
SETTINGS = InboundSettings(
    flow="payment_reminder",
    stranger="reception",
    facts={"agency": "Example Services", "creditor": "Example Bank"},
    routes={"15550100": Route(flow="reception", language="es", facts={"agency": "Ejemplo SA"})},
)


def matter(
    *accounts: Account, dialled: str = "100", caller: str = "", settings: InboundSettings = SETTINGS
) -> Matter:
    async def ask() -> Matter:
        book = MemoryStore()
        for account in accounts:
            await book.keep_account(account)
        return await Desk(settings, FLOWS, book, today=lambda: TODAY).inbound(dialled, caller)

    return asyncio.run(ask())


def first_words(found: Matter) -> str:
    return " ".join(action.text for action in found.conversation.start() if isinstance(action, Say))


@pytest.mark.parametrize("caller", ["+15550123456", "(555) 012-3456", "0015550123456"])
def test_a_caller_is_known_by_the_number_however_it_is_written(caller: str) -> None:
    found = matter(ANA, caller=caller)
    assert found.account_id == "1001"
    assert first_words(found).endswith("Am I speaking with Ana?")


@pytest.mark.parametrize("caller", ["", "anonymous", "2001", "+15559876543"])
def test_a_stranger_gets_the_strangers_flow(caller: str) -> None:
    found = matter(ANA, caller=caller)
    assert found.account_id is None
    assert found.conversation.flow.id == "reception"
    assert "Ana" not in first_words(found)


def test_a_shared_telephone_tells_nobodys_name() -> None:
    brother = Account("1002", None, {**ANA.facts, "first_name": "Luis"}, ANA.phones)
    assert matter(ANA, brother, caller="+15550123456").conversation.flow.id == "reception"


@pytest.mark.parametrize("dialled", ["15550100", "+15550100"])
def test_the_dialled_number_chooses_the_flow_and_the_language(dialled: str) -> None:
    assert first_words(matter(dialled=dialled)).startswith("Hola. Soy un asistente automático de Ejemplo SA.")


def test_an_account_speaks_its_own_language() -> None:
    hispanic = Account("1003", "es", ANA.facts, ANA.phones)
    assert first_words(matter(hispanic, caller="+15550123456")).startswith("Hola.")


def test_facts_that_a_flow_does_not_know_are_left_out() -> None:
    wordy = Account("1001", None, {**ANA.facts, "favourite_colour": "blue"}, ANA.phones)
    assert matter(wordy, caller="+15550123456").account_id == "1001"


def test_an_account_that_lacks_facts_is_a_strangers_call_and_the_log_tells_nothing_personal() -> None:
    broken = Account("1001", None, {**ANA.facts, "balance": "plenty"}, ANA.phones)
    with capture_logs() as logs:
        found = matter(broken, caller="+15550123456")
    assert found.conversation.flow.id == "reception"
    assert [entry["event"] for entry in logs] == ["account_not_usable"]
    assert "plenty" not in str(logs)


def test_a_database_that_cannot_be_read_makes_strangers_of_all() -> None:
    class Gone(MemoryStore):
        async def accounts_of(self, number: str) -> tuple[Account, ...]:
            raise StoreError("gone")

    desk = Desk(SETTINGS, FLOWS, Gone())
    with capture_logs():
        assert asyncio.run(desk.inbound("100", "+15550123456")).conversation.flow.id == "reception"


def test_facts_that_strangers_need_are_missed_before_the_first_call() -> None:
    with pytest.raises(FlowError, match="first_name"):
        Desk(InboundSettings(flow="payment_reminder"), FLOWS, MemoryStore())


def test_a_route_to_a_flow_that_is_not_there_is_missed_before_the_first_call() -> None:
    with pytest.raises(FlowError, match="nowhere"):
        Desk(InboundSettings(flow="nowhere"), FLOWS, MemoryStore())


def test_a_region_is_a_country() -> None:
    with pytest.raises(ValueError, match="two capital letters"):
        InboundSettings(region="Mexico")


SALES = InboundSettings(
    flow="sales_qualification",
    language="es",
    facts={
        "agency": "Ejemplo SA",
        "first_name": "Ana",
        "product": "paneles",
        "currency": "USD",
        "least_budget": "1000",
        "tone": "friendly",
    },
)


def test_the_facts_of_a_route_say_in_which_tone_it_speaks() -> None:
    assert "Nos preguntaste por paneles." in first_words(matter(settings=SALES))


def test_a_tone_that_a_flow_has_not_is_logged_and_the_usual_one_spoken() -> None:
    facts = {**SALES.facts, "tone": "frendly"}
    with capture_logs() as logged:
        found = matter(settings=SALES.model_copy(update={"facts": facts}))
    assert "Usted nos preguntó por paneles." in first_words(found)
    [line] = [line for line in logged if line["event"] == "tone_not_known"]
    assert line["instead"] == "formal"
    assert "frendly" not in str(line)


def test_what_is_made_ready_is_ready_in_every_tone() -> None:
    ready = Desk(SALES, FLOWS, MemoryStore(), today=lambda: TODAY).examples()
    spanish = [one for one in ready if one.language == "es"]
    said = [" ".join(action.text for action in one.start() if isinstance(action, Say)) for one in spanish]
    assert ["Usted nos" in text for text in said] == [True, False]


def test_what_is_made_ready_is_ready_in_every_language_that_is_heard() -> None:
    def ready(refused: set[str]) -> list[str]:
        examples = Desk(SETTINGS, FLOWS, MemoryStore(), refused=refused, today=lambda: TODAY).examples()
        return [one.language for one in examples]

    assert ready(set()) == ["en", "es"]
    assert ready({"es"}) == ["en"]


def test_an_account_is_not_talked_with_in_a_language_that_is_not_heard() -> None:
    async def ask(refused: set[str]) -> str:
        book = MemoryStore()
        await book.keep_account(replace(ANA, language="es"))
        desk = Desk(SETTINGS, FLOWS, book, refused=refused, today=lambda: TODAY)
        return (await desk.inbound("100", "+15550123456")).conversation.language

    assert asyncio.run(ask(set())) == "es"
    with capture_logs() as logs:
        assert asyncio.run(ask({"es"})) == "en"
    assert [line["event"] for line in logs] == ["account_language_not_heard"]
