"""Calls, promises, requests, suppressions and accounts for as long as the process lives."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from voicebot.calls.accounts import Account
from voicebot.calls.record import CallRecord, Direction
from voicebot.calls.requests import Decision, KeptRequest
from voicebot.calls.suppression import Suppression, Telephone, suppressed_by
from voicebot.disposition import PromiseToPay, Request
from voicebot.errors import StoreError


class MemoryStore:
    """A call log that forgets: for trials, load measurements and tests."""

    def __init__(self) -> None:
        self._started = dict[str, tuple[str | None, str]]()
        """The account and the language of each call."""
        self._ended = dict[str, CallRecord]()
        self._promises = dict[str, PromiseToPay]()
        self._requests = list[KeptRequest]()
        self._suppressions = list[Suppression]()
        self._accounts = dict[str, Account]()

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
        """Note that a call is in progress.

        Raises:
            StoreError: there has been a call of that name.
        """
        if call_id in self._started or call_id in self._ended:
            raise StoreError(
                "the start of the call could not be written: its id was used before: give every call its own"
            )
        self._started[call_id] = (account_id, language)

    async def record_promise(self, call_id: str, promise: PromiseToPay) -> None:
        """Note a confirmed promise.

        Raises:
            StoreError: that call never started.
        """
        if call_id not in self._started and call_id not in self._ended:
            raise StoreError("the promise could not be written: its call was never written as started")
        self._promises[call_id] = promise

    async def record_request(
        self, call_id: str, request: Request, telephone: Telephone | None = None
    ) -> None:
        """Note what a caller asked for, and with it that the number is never called again where that is what
        they want.

        Raises:
            StoreError: that call never started.
        """
        if call_id not in self._started:
            raise StoreError("the request could not be written: its call was never written as started")
        kept_as = len(self._requests) + 1
        of_call = (call_id, *self._started[call_id])
        now = datetime.now(UTC)
        self._requests.append(KeptRequest(kept_as, *of_call, now, request, done=False))
        if suppression := suppressed_by(request, telephone, call_id, now):
            await self.suppress(suppression)

    async def suppress(self, suppression: Suppression) -> None:
        """Note that a number is never called again."""
        self._suppressions.append(suppression)

    async def suppressions_of(
        self, number_hash: str | None, *, account_id: str | None = None, campaign: str | None = None
    ) -> list[Suppression]:
        """Why a number is never called again, in any campaign or in this one; the oldest first, and empty
        when it may be. Whose account it is nobody knows here."""
        return [
            known
            for known in self._suppressions
            if number_hash and known.number_hash == number_hash and known.campaign in (None, campaign)
        ]

    async def remove_suppressions(self, number_hash: str) -> bool:
        """Let a number be called again. False when it might be already."""
        kept = [known for known in self._suppressions if known.number_hash != number_hash]
        removed, self._suppressions = len(kept) < len(self._suppressions), kept
        return removed

    async def call_ended(self, record: CallRecord) -> None:
        """Note what remains of the call, whatever was noted of it before."""
        self._ended[record.call_id] = record
        if record.promise:
            self._promises[record.call_id] = record.promise

    async def close_interrupted(self) -> int:
        """None: a call noted here never outlives the process that holds it."""
        return 0

    async def end_call(self, call_id: str) -> CallRecord | None:
        """The record of an ended call: of others nothing is on disk that could tell their end."""
        return await self.find_call(call_id)

    async def find_call(self, call_id: str) -> CallRecord | None:
        """The record of an ended call; ``None`` when there is none of that name or it is in progress."""
        record = self._ended.get(call_id)
        return record and self._whole(record)

    async def ended_calls(
        self, flow: str, *, since: datetime | None = None, last: int | None = None
    ) -> list[CallRecord]:
        """Answered calls of a flow, the oldest first: those begun since then, the last so many of them."""
        calls = map(self._whole, self._ended.values())
        wanted = [
            call
            for call in calls
            if call.flow == flow and call.seconds > 0 and (since is None or call.started_at >= since)
        ]
        return sorted(wanted, key=lambda call: (call.started_at, call.call_id))[-(last or len(wanted)) :]

    async def promises(self) -> dict[str, PromiseToPay]:
        """Every promise by the call it was made in, the one due first first."""
        return dict(sorted(self._promises.items(), key=lambda item: (item[1].date, item[0])))

    async def requests(self, *, open_only: bool = False) -> list[KeptRequest]:
        """Every request on record, the oldest first; those that nobody has worked off yet alone."""
        return [kept for kept in self._requests if not (open_only and kept.done)]

    async def close_request(self, request_id: int, decision: Decision) -> bool:
        """Note that a request is worked off. False when there is none of that number."""
        if not 1 <= request_id <= len(self._requests):
            return False
        kept = self._requests[request_id - 1]
        now = datetime.now(UTC)
        self._requests[request_id - 1] = replace(kept, done=True, closed_at=now, closed=decision)
        return True

    async def accounts_of(self, number: str) -> tuple[Account, ...]:
        """Every account that has the E.164 ``number``, by account id."""
        return tuple(account for _, account in sorted(self._accounts.items()) if number in account.phones)

    async def find_account(self, account_id: str) -> Account | None:
        """What is known of an account; ``None`` when there is none of that name."""
        return self._accounts.get(account_id)

    async def keep_account(self, account: Account) -> None:
        """Note an account, all of it, in place of what was known under its id."""
        self._accounts[account.account_id] = account

    async def remove_account(self, account_id: str) -> bool:
        """Forget an account; its calls stay. False when there was none of that name."""
        return self._accounts.pop(account_id, None) is not None

    def _whole(self, record: CallRecord) -> CallRecord:
        asked = tuple(kept.request for kept in self._requests if kept.call_id == record.call_id)
        return replace(record, promise=self._promises.get(record.call_id), requests=asked)
