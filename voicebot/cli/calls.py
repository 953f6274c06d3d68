"""Commands that hold calls."""

from __future__ import annotations

import os
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from voicebot.cli.app import app
from voicebot.cli.options import ConfigFile, Language, pair, run, settings_of


class BandName(StrEnum):
    wide = "wide"
    narrow = "narrow"


@app.command()
def demo(
    flow: Annotated[
        Path | None, typer.Option(help="The flow to follow; default: the payment reminder.")
    ] = None,
    lang: Annotated[Language, typer.Option(help="The language of the call.")] = Language.en,
    band: Annotated[
        BandName,
        typer.Option(help="wide: 16 kHz as G.722 and Opus phones give; narrow: 8 kHz through G.711."),
    ] = BandName.wide,
    amount: Annotated[
        str, typer.Option(help="What the simulated caller says it will pay, in dollars.")
    ] = "180",
    day: Annotated[
        datetime | None,
        typer.Option(
            "--date", formats=["%Y-%m-%d"], help="When it says so; default: the Friday of next week."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for call.wav (caller left, bot right) and call.json; default: var/demo."),
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Hear a whole call: a simulated caller speaks, the bot listens, answers and takes a promise.

    The caller's words reach the bot as sound only. The demo account owes 500.00 USD, due ten days ago.
    """
    from voicebot.demo.account import HORIZON, usual_day
    from voicebot.demo.call import DemoPlan, run_demo
    from voicebot.dialogue.reading.loader import load_flow
    from voicebot.media.frame import Band

    settings = settings_of(config)
    today = date.today()
    chosen = day.date() if day else usual_day(today)
    if not today <= chosen <= today + HORIZON:
        raise typer.BadParameter(f"--date: the flow takes promises from {today} to {today + HORIZON}")
    plan = DemoPlan(
        flow=load_flow(flow or settings.flows_dir / "payment_reminder.yaml"),
        language=lang.value,
        band=Band[band.name.upper()],
        amount=_amount(amount),
        day=chosen,
        today=today,
        out=out or settings.var_dir / "demo",
    )
    run(run_demo(settings, plan, Console()))


@app.command()
def serve(
    config: ConfigFile = None,
    workers: Annotated[
        str,
        typer.Option(
            metavar="N|auto",
            help="Processes that hold calls, behind one that hands them out, watches them and replaces them; "
            "auto: one for each core. Without it, one process does everything.",
        ),
    ] = "",
) -> None:
    """Answer calls, and dial those of running campaigns, until SIGTERM; those in progress may finish.

    They come over AudioSocket, and over ARI once VOICEBOT_ARI__PASSWORD is set. The settings say which flow
    answers which number, in which language, and what it is told: see `inbound` in docs/voicebot.example.yaml.
    """
    if workers:
        from voicebot.front.server import serve_with_workers

        count = _count(workers)
        work = ("worker", "--of", str(count))
        run(serve_with_workers(settings_of(config), count, config, work=work))
    else:
        from voicebot.serve import serve as answer_calls

        run(answer_calls(settings_of(config)))


@app.command(hidden=True)
def worker(number: int, link: int, of: int = 1, config: ConfigFile = None) -> None:
    """Hold the calls that a front brings; `voicebot serve --workers` starts it."""
    import socket

    from structlog.contextvars import bind_contextvars

    from voicebot.campaigns.lines import Share
    from voicebot.front.worker import Front, settings_of_worker
    from voicebot.serve import serve as answer_calls

    bind_contextvars(worker=number)
    settings = settings_of_worker(settings_of(config), number, of)

    async def work() -> None:
        await answer_calls(settings, Front(number, socket.socket(fileno=link)), Share(number, of))

    run(work())


@app.command()
def doctor(
    config: ConfigFile = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object: all_well, and a list of checks.")
    ] = False,
) -> None:
    """Is everything in order? Check this installation and its Asterisk, and say what to do; exit 1 if not.

    Settings, flows, speech engines, database, clock, ports; and with ARI: Asterisk, and how long sound takes.
    """
    from voicebot.doctor.report import run_doctor

    if not run(run_doctor(config, Console(), as_json=as_json)):
        raise typer.Exit(1)


@app.command()
def call(
    endpoint: Annotated[
        str,
        typer.Argument(
            help="As Asterisk dials it: PJSIP/softphone for a telephone, PJSIP/+15551234567@carrier for a "
            "number through a trunk."
        ),
    ],
    flow: Annotated[
        str, typer.Option(help="Name of a flow, or its file; default: the one that answers calls.")
    ] = "",
    lang: Annotated[
        Language | None, typer.Option(help="The language; default: the account's, or that of inbound.")
    ] = None,
    account: Annotated[
        str, typer.Option(help="The account that it is about: its facts and its language are taken.")
    ] = "",
    values: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FACT=VALUE",
            help="A fact, over those of the account and of inbound; repeatable. Facts that the flow does "
            "not know are left out.",
        ),
    ] = None,
    ring: Annotated[
        float, typer.Option(min=1.0, max=120.0, help="Seconds until an unanswered call is given up.")
    ] = 25.0,
    caller_id: Annotated[
        str,
        typer.Option(
            help='Who calls, as "Example <+15550100>". Without it Asterisk calls as Anonymous, which many '
            "people and carriers refuse."
        ),
    ] = "",
    config: ConfigFile = None,
) -> None:
    """Place one call and hold it, here in the terminal; a running server is not disturbed.

    For example: voicebot call PJSIP/softphone --set first_name=Ana --set last4=4729 --set balance=500.00
    --set currency=USD --set due_date=2026-11-12 --set agency=Example --set creditor=Bank

    Exit code 0: somebody answered; 3: nobody did, and it says why; 1: something failed. Ctrl-C hangs up.
    The attempt is written down before it rings. A number that is never to be called again is not dialled (see
    `voicebot suppressions`). Whether this person may be called now is for you to know otherwise.
    """
    from voicebot.commands.call import CallPlan, run_call

    facts = dict(pair(value) for value in values or [])
    plan = CallPlan(endpoint, flow, lang.value if lang else "", account, facts, ring, caller_id)
    if not run(run_call(settings_of(config), plan, Console())).answered:
        raise typer.Exit(3)


def _count(workers: str) -> int:
    number = len(os.sched_getaffinity(0)) if workers == "auto" else int(workers) if workers.isdecimal() else 0
    if not 1 <= number <= 64:
        raise typer.BadParameter(f"--workers {workers}: write auto, or a number from 1 to 64")
    return number


def _amount(text: str) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("nan")
    if not amount.is_finite() or amount != round(amount, 2):
        raise typer.BadParameter(f"{text!r} is no amount: write dollars such as 180 or 180.50")
    if not 1 <= amount <= 500:
        raise typer.BadParameter("the demo account owes 500.00: offer from 1 to 500")
    return amount
