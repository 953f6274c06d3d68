"""Calls, what comes of them, and accounts in SQLite, or in PostgreSQL where several machines share them."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import insert, select

from voicebot.calls.accounts import Account
from voicebot.calls.record import CallRecord, Direction
from voicebot.calls.requests import Decision, KeptRequest
from voicebot.calls.suppression import Suppression, Telephone
from voicebot.campaigns.ledger.promises import Terms
from voicebot.disposition import PromiseToPay, Request
from voicebot.store.account_book import account_on_record, accounts_of_number, delete_account, put_account
from voicebot.store.call_log import call_on_record, calls_on_record, end_call, end_interrupted, put_record
from voicebot.store.database import Database
from voicebot.store.ledger_sql import SqlLedger
from voicebot.store.processes import this_process
from voicebot.store.promising import put_promise
from voicebot.store.requesting import Answered, close_request, put_request
from voicebot.store.rows import promise_of_row, request_of_row
from voicebot.store.suppressing import (
    delete_suppressions,
    delete_suppressions_of_person,
    put_suppression,
    suppressions_of_person,
    suppressions_on_record,
)
from voicebot.store.tables import calls, promises, requests


class SqlStore:
    """A call log and account book that outlive the process, the power and, by migrations, their version."""

    def __init__(self, url: str, terms: Terms | None = None) -> None:
        """Take an SQLAlchemy URL, and what is taken for a promise; nothing is opened yet.

        Raises:
            StoreError: the URL is no database that voicebot can use.
        """
        self.database = Database(url)
        self.ledger = SqlLedger(self.database)
        self._writing, self._reading = self.database.writing, self.database.reading
        self._terms = terms or Terms()

    async def open(self) -> None:
        """Connect and bring the tables to the present version.

        Raises:
            StoreError: the database cannot be opened, or a newer voicebot wrote it.
        """
        await self.database.open()

    async def close(self) -> None:
        """Let go of all connections."""
        await self.database.close()

    async def call_started(
        self,
        call_id: str,
        *,
        flow: str,
        flow_version: str,
        language: str,
        started_at: datetime,
        direction: Direction = "inbound",
        account_id: str | None = None,
    ) -> None:
        """Write that this process holds a call in progress.

        Raises:
            StoreError: it could not be written, or there has been a call of that name.
        """
        row = {
            "call_id": call_id,
            "flow": flow,
            "flow_version": flow_version,
            "language": language,
            "started_at": started_at,
            "seconds": 0.0,
            "turns": [],
            "events": [],
            "direction": direction,
            "account_id": account_id,
            "held_by": str(this_process()),
        }
        async with self._writing(
            "the start of the call", "its id was used before: give every call its own"
        ) as sql:
            await sql.execute(insert(calls).values(row))

    async def record_promise(self, call_id: str, promise: PromiseToPay) -> None:
        """Put a confirmed promise on disk: on return it is there for good.

        Raises:
            StoreError: it could not be written, or that call never started.
        """
        async with self._writing("the promise", "its call was never written as started") as sql:
            await put_promise(sql, call_id, promise, self._terms)

    async def record_request(
        self, call_id: str, request: Request, telephone: Telephone | None = None
    ) -> None:
        """Put what a caller asked for on disk, and with it that they, and the telephone they speak from, are
        never called again where that is what they want: on return it is there for good.

        Raises:
            StoreError: it could not be written, or that call never started.
        """
        async with self._writing("the request") as sql:
            await put_request(sql, call_id, request, telephone, datetime.now(UTC))

    async def suppress(self, suppression: Suppression) -> None:
        """See that a number or a person is never called again.

        Raises:
            StoreError: it could not be written.
        """
        async with self._writing("the suppression") as sql:
            await put_suppression(sql, suppression)

    async def suppressions_of(
        self, number_hash: str | None, *, account_id: str | None = None, campaign: str | None = None
    ) -> list[Suppression]:
        """Why a number, or the person of an account, is never called again, in any campaign or in this one;
        the oldest first, and empty when they may be.

        Raises:
            StoreError: the database failed, or has numbers by another key.
        """
        async with self._reading("the suppressions") as sql:
            return await suppressions_on_record(sql, number_hash, account_id, campaign)

    async def suppressions_of_person(self, person_id: str) -> list[Suppression]:
        """Why a person is never called again, the oldest first; empty when they may be.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the suppressions") as sql:
            return await suppressions_of_person(sql, person_id)

    async def remove_suppressions(self, number_hash: str) -> bool:
        """Let a number be called again. False when it might be already.

        Raises:
            StoreError: it could not be written.
        """
        async with self._writing("the removal of the suppression") as sql:
            return await delete_suppressions(sql, number_hash)

    async def remove_suppressions_of_person(self, person_id: str) -> bool:
        """Let a person be called again. False when they might be already.

        Raises:
            StoreError: it could not be written.
        """
        async with self._writing("the removal of the suppression") as sql:
            return await delete_suppressions_of_person(sql, person_id)

    async def call_ended(self, record: CallRecord) -> None:
        """Write what remains of the call, whatever was written of it before.

        Raises:
            StoreError: it could not be written.
        """
        async with self._writing("the record of the call") as sql:
            await put_record(sql, record)
            if record.promise:
                await put_promise(sql, record.call_id, record.promise, self._terms)

    async def close_interrupted(self) -> int:
        """End the calls that a crash left in progress, as their opt-out or their promise says where one is on
        disk, else in ``TECHNICAL_FAILURE``; how many there were.

        A call is left in progress when its process can be seen from here to be no more, when people gave that
        process up, or when it has said nothing of itself for longer than any of its calls lasts (see
        ``presence``). Ended too early it would seem free to be dialled again while its person is on the line.

        Raises:
            StoreError: it could not be written.
        """
        async with self._writing("the end of interrupted calls") as sql:
            return await end_interrupted(sql, datetime.now(UTC))

    async def end_call(self, call_id: str) -> CallRecord | None:
        """The record of a call that nobody holds any more, ended as ``close_interrupted`` does if nothing
        ended it before; ``None`` when there is none of that name.

        Raises:
            StoreError: it could not be written.
        """
        async with self._writing("the end of the call") as sql:
            await end_call(sql, call_id)
        return await self.find_call(call_id)

    async def find_call(self, call_id: str) -> CallRecord | None:
        """The record of an ended call; ``None`` when there is none of that name or it is in progress.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the call") as sql:
            return await call_on_record(sql, call_id)

    async def ended_calls(
        self, flow: str, *, since: datetime | None = None, last: int | None = None
    ) -> list[CallRecord]:
        """Answered calls of a flow, the oldest first: those begun since then, and the last so many of them.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the calls") as sql:
            return await calls_on_record(sql, flow, since, last)

    async def promises(self) -> dict[str, PromiseToPay]:
        """Every promise on record by the call it was made in, the one due first first.

        Raises:
            StoreError: the database failed.
        """
        due_first = select(promises).order_by(promises.c.date, promises.c.call_id)
        async with self._reading("the promises") as sql:
            return {row["call_id"]: promise_of_row(row) for row in (await sql.execute(due_first)).mappings()}

    async def requests(self, *, open_only: bool = False) -> list[KeptRequest]:
        """Every request on record, the oldest first; those that nobody has worked off yet alone.

        Raises:
            StoreError: the database failed.
        """
        wanted = select(requests).order_by(requests.c.request_id)
        if open_only:
            wanted = wanted.where(requests.c.status == "open")
        async with self._reading("the requests") as sql:
            return [request_of_row(row) for row in (await sql.execute(wanted)).mappings()]

    async def find_request(self, request_id: int) -> KeptRequest | None:
        """A request on record; ``None`` when there is none of that number.

        Raises:
            StoreError: the database failed.
        """
        wanted = select(requests).where(requests.c.request_id == request_id)
        async with self._reading("the request") as sql:
            row = (await sql.execute(wanted)).mappings().first()
        return request_of_row(row) if row else None

    async def close_request(
        self, request_id: int, decision: Decision, *, never_call: bool = False
    ) -> Answered | None:
        """Write that a request is worked off, by whom and why: whoever it alone held may be called again, or
        is suppressed. ``None`` when there is none of that number.

        Raises:
            StoreError: it could not be written; nothing was.
        """
        async with self._writing("the request") as sql:
            now = datetime.now(UTC)
            return await close_request(sql, request_id, decision, now, never_call=never_call)

    async def accounts_of(self, number: str) -> tuple[Account, ...]:
        """Every account that has the E.164 ``number``, by account id.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the accounts") as sql:
            return await accounts_of_number(sql, number)

    async def find_account(self, account_id: str) -> Account | None:
        """What is known of an account; ``None`` when there is none of that name.

        Raises:
            StoreError: the database failed.
        """
        async with self._reading("the accounts") as sql:
            return await account_on_record(sql, account_id)

    async def keep_account(self, account: Account) -> None:
        """Write an account, all of it, in place of what was known under its id.

        Raises:
            StoreError: it could not be written; what was known before still is.
        """
        async with self._writing("the account", "another process wrote it at this moment: try again") as sql:
            await put_account(sql, account, datetime.now(UTC))

    async def remove_account(self, account_id: str) -> bool:
        """Forget an account and its telephones; its calls stay. False when there was none of that name.

        Raises:
            StoreError: it could not be written.
        """
        async with self._writing("the removal of the account") as sql:
            return await delete_account(sql, account_id)
