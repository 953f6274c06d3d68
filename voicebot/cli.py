"""The commands people type."""

from __future__ import annotations

import sys
from collections.abc import Coroutine
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
import uvloop
from rich.console import Console

from voicebot.errors import VoicebotError

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

ConfigFile = Annotated[
    Path | None, typer.Option("--config", help="YAML file of settings; VOICEBOT_* variables go over it.")
]

AccountId = Annotated[str, typer.Argument(help="Your own name for the account, such as a contract number.")]
Region = Annotated[
    str, typer.Option(help="The country of numbers without a country code, as ISO 3166 writes it: US, CL.")
]


class Language(StrEnum):
    en = "en"
    es = "es"


class BandName(StrEnum):
    wide = "wide"
    narrow = "narrow"


class Kind(StrEnum):
    amount = "amount"
    date = "date"
    digits = "digits"
    yes_no = "yes_no"


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
    from voicebot.dialogue.loader import load_flow
    from voicebot.media.frame import Band

    settings = _settings(config)
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
    _run(run_demo(settings, plan, Console()))


@app.command()
def serve(config: ConfigFile = None) -> None:
    """Answer the calls that a PBX lends over AudioSocket, until SIGTERM; calls in progress may finish.

    The settings say which flow answers, in which language, and what it is told: see `inbound` in
    docs/voicebot.example.yaml.
    """
    from voicebot.serve import serve as answer_calls

    _run(answer_calls(_settings(config)))


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

    if not _run(run_doctor(config, Console(), as_json=as_json)):
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
    The attempt is written down before it rings. Whether this person may be called now is for you to know:
    no rules of contact are asked.
    """
    from voicebot.call import CallPlan, run_call

    facts = dict(_pair(value) for value in values or [])
    plan = CallPlan(endpoint, flow, lang.value if lang else "", account, facts, ring, caller_id)
    if not _run(run_call(_settings(config), plan, Console())).answered:
        raise typer.Exit(3)


@app.command()
def talk(
    flow: Annotated[Path, typer.Argument(help="The flow to talk with, such as flows/payment_reminder.yaml.")],
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="SLOT=VALUE", help="A fact of the account; repeatable."),
    ] = None,
    lang: Annotated[Language, typer.Option(help="The language of the conversation.")] = Language.en,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it is taken to be.")
    ] = None,
) -> None:
    """Hold the same conversation by typing. An empty line is silence; digits behind a # are keys (#4729).

    For example: voicebot talk flows/payment_reminder.yaml --set first_name=Ana --set last4=4729
    --set balance=500.00 --set currency=USD --set due_date=2026-11-12 --set agency=Example --set creditor=Bank
    """
    from voicebot.talk import run_talk

    pairs = [_pair(value) for value in values or []]
    run_talk(flow, dict(pairs), lang.value, today.date() if today else date.today(), Console())


@app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Flows or folders of flows; default: the flows folder.")
    ] = None,
) -> None:
    """Lint, prove and test flows: every problem at once as file:line:column: message, exit 1 if any."""
    from voicebot.dialogue.check import check as check_flows

    problems = check_flows(paths or [_settings(None).flows_dir])
    for problem in problems:
        print(problem)
    if problems:
        raise typer.Exit(1)


class PersonaName(StrEnum):
    all = "all"
    willing = "willing"
    evasive = "evasive"
    hostile = "hostile"
    wrong_person = "wrong_person"
    voicemail = "voicemail"
    vulnerable = "vulnerable"
    random = "random"


@app.command()
def simulate(
    flow: Annotated[Path, typer.Argument(help="The flow to call, such as flows/payment_reminder.yaml.")],
    calls: Annotated[
        int, typer.Option("--calls", "-n", min=1, help="Calls to hold in each language.")
    ] = 10_000,
    lang: Annotated[
        Language | None, typer.Option(help="One language only; default: all of the flow.")
    ] = None,
    persona: Annotated[PersonaName, typer.Option(help="Who calls; all: each in turn.")] = PersonaName.all,
    seed: Annotated[int, typer.Option(help="The same seed holds the same calls.")] = 1,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FACT=VALUE", help="A fact in place of a fictional one; repeatable."),
    ] = None,
    today: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day it is taken to be.")
    ] = None,
) -> None:
    """Play thousands of callers against a flow and watch what is said and done; exit 1 if a law is broken.

    Shows how calls end for each kind of caller, which states they come to, and the shortest broken call.
    Its proofs need not hold: whether anybody would hear what they warn of is what this shows.
    """
    from voicebot.simulation.command import Plan, run_simulation
    from voicebot.simulation.personas import PERSONAS

    plan = Plan(
        calls=calls,
        languages=[lang.value] if lang else [],
        personas=list(PERSONAS) if persona is PersonaName.all else [persona.value],
        seed=seed,
        facts=dict(_pair(value) for value in values or []),
        today=today.date() if today else date.today(),
    )
    if not run_simulation(flow, plan, Console()):
        raise typer.Exit(1)


@app.command()
def replay(
    flow: Annotated[Path, typer.Option(help="The flow to hold them on.")],
    calls: Annotated[
        list[str] | None, typer.Argument(help="Call ids, or journals such as var/demo/journal.json.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="All calls of that flow begun since then."),
    ] = None,
    last: Annotated[int | None, typer.Option(min=1, help="The last so many calls of that flow.")] = None,
    values: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="FACT=VALUE", help="A fact of all of them; repeatable."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object.")] = False,
    config: ConfigFile = None,
) -> None:
    """Hold recorded calls again on another flow: which go another way, end otherwise, promise otherwise?

    Journals hold no facts: they come from the account of the call as it is today, from `inbound: facts` of
    the settings, and from --set over both. A call that lacks facts is skipped, and told.

    For example: voicebot replay --last 200 --flow flows/payment_reminder.yaml
    """
    import json

    from voicebot.replay.command import Plan, run_replay
    from voicebot.replay.report import as_document, show

    facts = dict(_pair(value) for value in values or [])
    report = _run(
        run_replay(_settings(config), Plan(flow, calls or [], since and since.astimezone(), last, facts))
    )
    if as_json:
        print(json.dumps(as_document(report), ensure_ascii=False, indent=2))
    else:
        show(report, Console())


class Drawing(StrEnum):
    mermaid = "mermaid"
    svg = "svg"
    html = "html"


@app.command()
def graph(
    flow: Annotated[Path, typer.Argument(help="The flow to draw, such as flows/payment_reminder.yaml.")],
    form: Annotated[
        Drawing | None,
        typer.Option("--format", help="Default: by the ending of --out, else mermaid."),
    ] = None,
    lang: Annotated[
        Language | None, typer.Option(help="The language of its words; default: its first.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="File to write; default: standard output.")] = None,
) -> None:
    """Draw a flow: states by what they do, ways by what is heard, notices, private states, people, endings.

    For example: voicebot graph flows/payment_reminder.yaml --out reminder.svg
    """
    from voicebot.drawing.command import Format, draw

    ending = out.suffix.lstrip(".") if out else ""
    chosen = form.value if form else ending if ending in Drawing.__members__ else Drawing.mermaid.value
    text = draw(flow, Format(chosen), lang.value if lang else None)
    if out:
        out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


class SchemaOf(StrEnum):
    flow = "flow"
    part = "part"
    conversations = "conversations"
    rules = "rules"


@app.command()
def schema(
    of: Annotated[
        SchemaOf,
        typer.Argument(
            help="flow: NAME.yaml; part: what it includes or calls; conversations: NAME.test.yaml."
        ),
    ] = SchemaOf.flow,
) -> None:
    """Print the JSON Schema of flows: editors complete keys by it, explain them and underline mistakes.

    For example: voicebot schema > flows/flow.schema.json, and in the first line of a flow:
    # yaml-language-server: $schema=flow.schema.json
    """
    import json

    from voicebot.dialogue.schema import flow_schema, part_schema, rules_schema, script_schema

    schemas = {
        SchemaOf.flow: flow_schema,
        SchemaOf.part: part_schema,
        SchemaOf.conversations: script_schema,
        SchemaOf.rules: rules_schema,
    }
    print(json.dumps(schemas[of](), ensure_ascii=False, indent=2))


@app.command()
def transcribe(
    files: Annotated[list[Path], typer.Argument(help="WAV files: mono or stereo, any rate.")],
    lang: Annotated[Language, typer.Option(help="The language spoken.")] = Language.en,
    expect: Annotated[
        Kind | None, typer.Option(help="What the speaker was asked for; default: anything the flows know.")
    ] = None,
    engine: Annotated[
        str | None, typer.Option(help="The recogniser, such as sphinx; default: the configured one.")
    ] = None,
) -> None:
    """Recognise recorded utterances: one JSON line {path, text, seconds, ms} for each."""
    from voicebot.transcribe import transcribe_files

    settings = _settings(None, **({"stt": {"engine": engine}} if engine else {}))
    _run(transcribe_files(settings.stt, files, lang.value, expect.value if expect else None))


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
    from voicebot.accounts import add_account

    facts = dict(_pair(value) for value in values or [])
    language = lang.value if lang else None
    print(_run(add_account(_settings(config), account_id, phones, language, region, facts)))


@accounts.command("show")
def accounts_show(account_id: AccountId, config: ConfigFile = None) -> None:
    """Print what is known of an account."""
    from voicebot.accounts import show_account

    print(_run(show_account(_settings(config), account_id)))


@accounts.command("find")
def accounts_find(
    phone: Annotated[str, typer.Argument(help="A telephone, written in any way.")],
    region: Region = "US",
    config: ConfigFile = None,
) -> None:
    """Print every account that a telephone belongs to."""
    from voicebot.accounts import find_accounts

    print(_run(find_accounts(_settings(config), phone, region)))


@accounts.command("remove")
def accounts_remove(account_id: AccountId, config: ConfigFile = None) -> None:
    """Forget an account, its telephones and its facts; its calls and promises stay on record."""
    from voicebot.accounts import remove_account

    print(_run(remove_account(_settings(config), account_id)))


@bench.command("serve")
def bench_serve(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port on the loopback address; 0: a free one.")
    ],
    ari: Annotated[
        bool,
        typer.Option("--ari", help="Stand behind a real Asterisk: answer over ARI too, and keep records."),
    ] = False,
    config: ConfigFile = None,
) -> None:
    """Answer AudioSocket calls with a scripted recogniser and a cached reply, for a load generator.

    scripts/load puts a real Asterisk and a SIP load generator in front of it.
    """
    from voicebot.bench.serve import serve_bench

    _run(serve_bench(_settings(config), port, ari=ari))


def main() -> None:
    """Run a command; what goes wrong outside is one clear line and exit code 1."""
    try:
        app()
    except VoicebotError as error:
        sys.exit(f"voicebot: {error}")
    except OSError as error:
        sys.exit(f"voicebot: {error.filename or 'the system'}: {error.strerror or error}")
    except KeyboardInterrupt:
        sys.exit(130)


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    return uvloop.run(work)


def _settings(config: Path | None, **overrides: Any) -> Any:
    from voicebot.settings import load_settings
    from voicebot.telemetry.log import configure_logging

    settings = load_settings(config, **overrides)
    configure_logging(settings.log)
    return settings


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


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise typer.BadParameter(f"{text!r}: write --set name=value, such as --set balance=250.00")
    return name, value
