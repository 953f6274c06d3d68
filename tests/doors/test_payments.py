from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Sequence
from datetime import datetime

import httpx
import pytest
from pydantic import SecretStr

from voicebot.campaigns.ledger.payment_message import signature
from voicebot.campaigns.ledger.payment_settings import WebhookSettings
from voicebot.campaigns.ledger.promises import Payment
from voicebot.doors.payments import PaymentsDoor
from voicebot.errors import SettingsError, StoreError
from voicebot.store.booking import Booked

SECRET = "s3cret"
TOLD = {
    "reference": "r1",
    "account_ref": "a1",
    "amount": "125.50",
    "currency": "USD",
    "value_date": "2026-11-27",
}


class Books:
    """Knows one account, and what was booked."""

    def __init__(self, *, broken: bool = False) -> None:
        self.booked = dict[str, Payment]()
        self._broken = broken

    async def book(self, batch: Sequence[Payment], source: str, now: datetime) -> list[Booked]:
        if self._broken:
            raise StoreError("the disk is full")
        return [self._one(payment) for payment in batch]

    def _one(self, payment: Payment) -> Booked:
        if payment.account_id != "a1":
            return Booked.NO_ACCOUNT
        before = self.booked.setdefault(payment.reference, payment)
        if before is payment:
            return Booked.NEW
        return Booked.KNOWN if before == payment else Booked.CONFLICT


def a_door(books: Books, secret: str = SECRET) -> PaymentsDoor:
    # The system chooses a free port.
    return PaymentsDoor(WebhookSettings(secret=SecretStr(secret)), books.book)


async def tell(
    door: PaymentsDoor, body: bytes, secret: str = SECRET, path: str = "/payments", method: str = "POST"
) -> httpx.Response:
    stamp = str(int(time.time()))
    signed = {"X-Voicebot-Timestamp": stamp, "X-Voicebot-Signature": signature(secret, stamp, body)}
    async with httpx.AsyncClient(trust_env=False) as client:
        url = f"http://127.0.0.1:{door.port}{path}"
        return await client.request(method, url, content=body, headers=signed)


def message(**changed: str) -> bytes:
    return json.dumps(TOLD | changed).encode()


async def test_a_payment_is_booked_once_however_often_it_is_told() -> None:
    books = Books()
    door = a_door(books)
    async with door.open():
        told = [await tell(door, message()) for _ in range(3)]
    assert [answer.status_code for answer in told] == [201, 200, 200]
    assert list(books.booked) == ["r1"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (message(account_ref="a2"), 404),
        (message(amount="0"), 422),
        (b"no JSON", 422),
        (b"x" * 20_000, 413),
    ],
)
async def test_what_cannot_be_booked_is_told_why(body: bytes, status: int) -> None:
    door = a_door(Books())
    async with door.open():
        answer = await tell(door, body)
    assert answer.status_code == status
    assert answer.json()["detail"]


async def test_a_reference_that_is_used_twice_is_a_conflict() -> None:
    door = a_door(Books())
    async with door.open():
        await tell(door, message())
        assert (await tell(door, message(amount="5.00"))).status_code == 409


async def test_who_does_not_know_the_secret_books_nothing() -> None:
    books = Books()
    door = a_door(books)
    async with door.open():
        assert (await tell(door, message(), secret="guess")).status_code == 401
    assert not books.booked


async def test_other_paths_and_methods_are_told_where_to_go() -> None:
    door = a_door(Books())
    async with door.open():
        assert (await tell(door, message(), path="/")).status_code == 404
        assert (await tell(door, b"", method="GET")).status_code == 405


async def test_while_the_database_fails_the_sender_is_asked_to_come_again() -> None:
    door = a_door(Books(broken=True))
    async with door.open():
        assert (await tell(door, message())).status_code == 503


async def test_what_is_no_http_is_answered_and_left() -> None:
    door = a_door(Books())
    async with door.open():
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(b"\x16\x03\x01 hello\r\n\r\n")
        assert (await reader.read()).startswith(b"HTTP/1.1 400")
        writer.close()
        assert (await tell(door, message())).status_code == 201


async def test_nothing_listens_without_a_secret() -> None:
    with pytest.raises(SettingsError, match="VOICEBOT_PAYMENTS__WEBHOOK__SECRET"):
        async with a_door(Books(), secret="").open():
            pass
