"""Accounts as operators add, look up and remove them; what is told back is for their eyes, not for logs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from voicebot.calls.accounts import Account
from voicebot.errors import AccountError
from voicebot.records import open_records
from voicebot.settings import Settings
from voicebot.telephony.number import written_number


async def add_account(
    settings: Settings,
    account_id: str,
    phones: Sequence[str],
    language: str | None,
    region: str,
    facts: Mapping[str, str],
) -> str:
    """Keep an account in place of what was known under its id.

    Raises:
        NumberError: a telephone is none, or its region.
        StoreError: the database failed.
    """
    numbers = tuple(dict.fromkeys(written_number(phone, region) for phone in phones))
    account = Account(account_id, language, facts, numbers)
    async with open_records(settings) as store:
        await store.keep_account(account)
    return _told(account)


async def show_account(settings: Settings, account_id: str) -> str:
    """What is known of an account.

    Raises:
        AccountError: there is none of that name.
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        account = await store.find_account(account_id)
    if account is None:
        raise AccountError(_unknown(account_id))
    return _told(account)


async def find_accounts(settings: Settings, phone: str, region: str) -> str:
    """What is known of every account that has this telephone.

    Raises:
        AccountError: the telephone is nobody's.
        NumberError: it is none.
        StoreError: the database failed.
    """
    number = written_number(phone, region)
    async with open_records(settings) as store:
        found = await store.accounts_of(number)
    if not found:
        raise AccountError(f"no account has the telephone {number}: add one with voicebot accounts add")
    return "\n\n".join(_told(account) for account in found)


async def remove_account(settings: Settings, account_id: str) -> str:
    """Forget an account.

    Raises:
        AccountError: there is none of that name.
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        if not await store.remove_account(account_id):
            raise AccountError(_unknown(account_id))
    return f"account {account_id} is removed; its calls and promises stay on record"


def _unknown(account_id: str) -> str:
    return f"there is no account {account_id}: voicebot accounts find PHONE looks it up by a telephone"


def _told(account: Account) -> str:
    rows = [("account", account.account_id), ("language", account.language or "not known")]
    rows += _under("phones", account.phones)
    rows += _under("facts", (f"{name}={value}" for name, value in account.facts.items()))
    return "\n".join(f"{name:<10}{value}" for name, value in rows)


def _under(heading: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """One row for each value, the heading beside the first."""
    return [(heading if row == 0 else "", value) for row, value in enumerate(values)]
