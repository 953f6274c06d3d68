"""Accounts as rows, with their telephones."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from voicebot.calls.accounts import Account
from voicebot.store.rows import accounts_of_rows, row_of_account, rows_of_phones
from voicebot.store.tables import account_phones, accounts


async def accounts_of_number(sql: AsyncConnection, number: str) -> tuple[Account, ...]:
    """Every account that has the E.164 ``number``, by account id."""
    having = select(account_phones.c.account_id).where(account_phones.c.e164 == number)
    return await _accounts(sql, accounts.c.account_id.in_(having))


async def account_on_record(sql: AsyncConnection, account_id: str) -> Account | None:
    """What is known of an account; ``None`` when there is none of that name."""
    return next(iter(await _accounts(sql, accounts.c.account_id == account_id)), None)


async def put_account(sql: AsyncConnection, account: Account, now: datetime) -> None:
    """Write an account, all of it, in place of what was known under its id."""
    row = row_of_account(account, updated_at=now)
    known = accounts.c.account_id == account.account_id
    replaced = await sql.execute(update(accounts).where(known).values(row))
    if not replaced.rowcount:
        await sql.execute(insert(accounts).values(row))
    await sql.execute(delete(account_phones).where(account_phones.c.account_id == account.account_id))
    if account.phones:
        await sql.execute(insert(account_phones), rows_of_phones(account))


async def delete_account(sql: AsyncConnection, account_id: str) -> bool:
    """Forget an account and its telephones. False when there was none of that name."""
    removed = await sql.execute(delete(accounts).where(accounts.c.account_id == account_id))
    return bool(removed.rowcount)


async def _accounts(sql: AsyncConnection, which: ColumnElement[bool]) -> tuple[Account, ...]:
    found = (
        select(accounts, account_phones.c.e164)
        .outerjoin(account_phones)
        .where(which)
        .order_by(accounts.c.account_id, account_phones.c.place)
    )
    return accounts_of_rows((await sql.execute(found)).mappings())
