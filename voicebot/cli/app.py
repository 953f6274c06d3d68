"""The commands as one tree."""

from __future__ import annotations

import typer

app = typer.Typer(
    name="voicebot",
    help="An AI voice agent for Asterisk: payment reminders and promises to pay, in English and Spanish.\n\n"
    "Start with `voicebot demo`: a whole spoken call on this machine, without a PBX.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
bench = typer.Typer(help="Measure: how fast, how many calls, how smooth.", no_args_is_help=True)
app.add_typer(bench, name="bench")
accounts = typer.Typer(
    help="Accounts: the telephones each is known by, and the facts that a flow is told of it.",
    no_args_is_help=True,
)
app.add_typer(accounts, name="accounts")
requests = typer.Typer(
    help="Requests: what callers asked for, to be worked off by people.", no_args_is_help=True
)
app.add_typer(requests, name="requests")
suppressions = typer.Typer(
    help="Suppressions: the numbers that are never called again.", no_args_is_help=True
)
app.add_typer(suppressions, name="suppressions")
campaigns = typer.Typer(
    help="Campaigns: whom to call, loaded from CSV files; docs/campaigns.md.", no_args_is_help=True
)
app.add_typer(campaigns, name="campaign")
models = typer.Typer(
    help="Models: recognisers and voices that do not come with voicebot, their licences, and fetching them.",
    no_args_is_help=True,
)
app.add_typer(models, name="models")
prompts = typer.Typer(help="Prompts: what is said, made ready before it is said.", no_args_is_help=True)
app.add_typer(prompts, name="prompts")
processes = typer.Typer(
    help="Processes: those of other machines and containers that hold calls and are not seen any more.",
    no_args_is_help=True,
)
app.add_typer(processes, name="processes")
promises = typer.Typer(
    help="Promises: what people said they would pay, and what became of it.", no_args_is_help=True
)
app.add_typer(promises, name="promises")
payments = typer.Typer(help="Payments: money that arrived, and the promises it keeps.", no_args_is_help=True)
app.add_typer(payments, name="payments")
