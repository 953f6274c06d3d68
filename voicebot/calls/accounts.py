"""Who is behind a telephone number. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of a debt and of who owes it, before anybody speaks."""

    account_id: str
    language: str | None = None
    """The language its person speaks; ``None`` where nobody has said."""
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)  # personal: a log may hold an Account
    """By the names in a flow's ``facts``."""
    phones: tuple[str, ...] = field(default=(), repr=False)
    """E.164, each once, the one to try first in front."""

    def __post_init__(self) -> None:
        assert len(set(self.phones)) == len(self.phones), "an account has each telephone once"


class AccountBook(Protocol):
    """Where accounts are kept."""

    async def accounts_of(self, number: str) -> tuple[Account, ...]:
        """Every account that has the E.164 ``number``, by account id: several where a telephone is shared.

        Raises:
            StoreError: they could not be read.
        """

    async def keep_account(self, account: Account) -> None:
        """Write an account, all of it, in place of what was known under its id.

        Raises:
            StoreError: it could not be written; what was known before still is.
        """
