"""Commands for those who write flows."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from voicebot.cli.app import app
from voicebot.cli.options import ConfigFile, Language, everything_kept, leave, pair, run, settings_of


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
    from voicebot.commands.talk import run_talk

    pairs = [pair(value) for value in values or []]
    run_talk(flow, dict(pairs), lang.value, today.date() if today else date.today(), Console())


@app.command()
def check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Flows or folders of flows; default: the flows folder.")
    ] = None,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="List the ways that no conversation took.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON object: problems, and coverage by flow.")
    ] = False,
) -> None:
    """Lint, prove and test flows: every problem at once as file:line:column: message, exit 1 if any.

    Then, for each flow, what the conversations beside it cover: how many of its states and of the ways out of
    them, and the states that nobody entered. That is told, and no problem.
    """
    import json

    from voicebot.dialogue.checking.check import check as check_flows
    from voicebot.dialogue.checking.check_report import as_document, lines
    from voicebot.settings import load_settings

    with everything_kept():
        report = check_flows(paths or [load_settings(None).flows_dir])
    if as_json:
        print(json.dumps(as_document(report), ensure_ascii=False, indent=2))
    else:
        for line in lines(report, ways=coverage):
            print(line)
    leave(1 if report.problems else 0)


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
    tone: Annotated[
        str, typer.Option(help="The tone it speaks in, as --set tone=...; default: its first.")
    ] = "",
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
        facts=dict(pair(value) for value in values or []) | ({"tone": tone} if tone else {}),
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

    facts = dict(pair(value) for value in values or [])
    report = run(
        run_replay(settings_of(config), Plan(flow, calls or [], since and since.astimezone(), last, facts))
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

    from voicebot.dialogue.language.schema import flow_schema, part_schema, rules_schema, script_schema

    schemas = {
        SchemaOf.flow: flow_schema,
        SchemaOf.part: part_schema,
        SchemaOf.conversations: script_schema,
        SchemaOf.rules: rules_schema,
    }
    print(json.dumps(schemas[of](), ensure_ascii=False, indent=2))
