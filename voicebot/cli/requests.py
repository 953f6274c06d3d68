"""Commands for the people who work off what callers asked for."""

from __future__ import annotations

from typing import Annotated

import typer

from voicebot.cli.app import requests
from voicebot.cli.options import ConfigFile, DecidedBy, run, settings_of


@requests.command("list")
def requests_list(
    open_only: Annotated[bool, typer.Option("--open", help="Only what nobody has worked off yet.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As a JSON list, for another program.")] = False,
    config: ConfigFile = None,
) -> None:
    """Print what callers asked for, the oldest first.

    A line has the number of the request, open or done, when it was made, what it is (such as call_back or
    dispute), the account, the language, the call, and what goes along with it, such as date=2026-12-01.
    """
    from voicebot.commands.requests import list_requests

    print(run(list_requests(settings_of(config), open_only=open_only, as_json=as_json)))


@requests.command("done")
def requests_done(
    request_id: Annotated[int, typer.Argument(help="The number in front of its line.")],
    call_again: Annotated[
        bool, typer.Option("--call-again", help="Whoever it alone holds may be called, within the rules.")
    ] = False,
    never_call: Annotated[
        bool, typer.Option("--never-call", help="Its person is never called again, on whatever number.")
    ] = False,
    why: Annotated[str, typer.Option(help="What was found out, for the record.")] = "",
    by: DecidedBy = "",
    config: ConfigFile = None,
) -> None:
    """Note that a request is worked off; it stays on record, with who said so, when and why.

    One that keeps somebody from being called (attorney, bankruptcy, deceased, vulnerable, threat, language,
    dispute, payment_check) needs a decision: --call-again or --never-call, and --why.
    """
    from voicebot.calls.requests import Decision
    from voicebot.cli.options import decided_by
    from voicebot.commands.requests import close_request

    decision = Decision(decided_by(by), why)
    close = close_request(
        settings_of(config), request_id, decision, call_again=call_again, never_call=never_call
    )
    print(run(close))
