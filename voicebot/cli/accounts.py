"""Commands that keep accounts."""

from __future__ import annotations

from typing import Annotated

import typer

from voicebot.cli.app import accounts
from voicebot.cli.options import ConfigFile, Language, Region, pair, run, settings_of

AccountId = Annotated[str, typer.Argument(help="Your own name for the account, such as a contract number.")]


@accounts.command("add")
def accounts_add(
    account_id: AccountId,
    phones: Annotated[
        list[str],
        typer.Option(
            "--phone", help="A telephone of the account, the one to try first in front; repeatable."
        ),
    ],
    lang: Annotated[
        Language | None, typer.Option(help="The language its person speaks, where known.")
    ] = None,
    region: Region = "US",
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FACT=VALUE", help="What the flow is told of it; repeatable."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Keep an account, all of it, in place of what was known under its id.

    For example: voicebot accounts add 4711 --phone +15551234567 --lang es --set first_name=Ana
    --set last4=4729 --set balance=500.00 --set currency=USD --set due_date=2026-11-12

    Which facts a flow wants is in its `facts`. Telephones may be written in any way: (555) 123-4567 and
    0015551234567 are kept as +15551234567. One telephone may belong to several accounts.
    """
    from voicebot.commands.accounts import add_account

    facts = dict(pair(value) for value in values or [])
    language = lang.value if lang else None
    print(run(add_account(settings_of(config), account_id, phones, language, region, facts)))


@accounts.command("show")
def accounts_show(account_id: AccountId, config: ConfigFile = None) -> None:
    """Print what is known of an account."""
    from voicebot.commands.accounts import show_account

    print(run(show_account(settings_of(config), account_id)))


@accounts.command("find")
def accounts_find(
    phone: Annotated[str, typer.Argument(help="A telephone, written in any way.")],
    region: Region = "US",
    config: ConfigFile = None,
) -> None:
    """Print every account that a telephone belongs to."""
    from voicebot.commands.accounts import find_accounts

    print(run(find_accounts(settings_of(config), phone, region)))


@accounts.command("remove")
def accounts_remove(account_id: AccountId, config: ConfigFile = None) -> None:
    """Forget an account, its telephones and its facts; its calls and promises stay on record."""
    from voicebot.commands.accounts import remove_account

    print(run(remove_account(settings_of(config), account_id)))
