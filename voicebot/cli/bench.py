"""Commands that measure."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console

from voicebot.cli.app import bench
from voicebot.cli.options import ConfigFile, run, settings_of


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

    run(serve_bench(settings_of(config), port, ari=ari))


@bench.command("calls")
def bench_calls(
    calls: Annotated[int, typer.Option("-n", "--calls", min=1, max=1000, help="Calls at once.")] = 10,
    ramp: Annotated[
        float | None, typer.Option(min=0.0, help="Seconds over which they begin; default: 0.1 for each.")
    ] = None,
    mix: Annotated[
        str, typer.Option(help="What every caller does, in order: say, barge, cough, noise, dtmf.")
    ] = "say,barge,cough",
    loss: Annotated[
        float, typer.Option(min=0.0, max=50.0, help="Per cent of the caller's frames lost.")
    ] = 0.0,
    jitter: Annotated[
        float, typer.Option(min=0.0, max=500.0, help="Milliseconds by which a frame may be late.")
    ] = 0.0,
    target: Annotated[
        str, typer.Option(help="HOST:PORT of an AudioSocket server; default: one is started.")
    ] = "",
    core: Annotated[
        int | None,
        typer.Option(min=0, help="A processor core for the bot alone; the callers use the others."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    config: ConfigFile = None,
) -> None:
    """How many calls, how fast, how smooth: callers who speak, break in and cough, in real time.

    Each caller is greeted, does the steps of --mix and hangs up. Told are, over all calls: the time from a
    caller's last word to the bot's first beyond the 200 ms of silence that end an utterance here; the time
    until a bot that was broken in on is silent; frames that came late; and what the bot took of the machine.
    The recogniser is scripted, so that it does not hide what the rest costs: see `voicebot bench latency`.

    Exit code 1 if a call broke off or a turn was not answered as it should be; 2 if the load generator itself
    was too slow, which spoils the figures.

    For example: voicebot bench calls -n 100 --ramp 10 --core 1
    """
    from voicebot.bench.calls import LoadPlan, hold_calls
    from voicebot.bench.mix import Trouble
    from voicebot.bench.show import remarks, table_of

    plan = LoadPlan(
        calls,
        calls / 10 if ramp is None else ramp,
        _steps(mix),
        Trouble(loss / 100, jitter / 1000),
        _address(target) if target else None,
        core,
    )
    figures, cost = run(hold_calls(settings_of(config), plan))
    if as_json:
        print(json.dumps({**asdict(figures), "cost": asdict(cost) if cost else None}, indent=2))
    else:
        Console().print(table_of(figures, cost))
    for remark in remarks(figures, cost):
        print(f"voicebot: {remark}", file=sys.stderr)
    raise typer.Exit(2 if figures.generator_was_late else 0 if figures.sound else 1)


def _steps(mix: str) -> Any:
    from voicebot.bench.mix import steps_of

    try:
        return steps_of(mix)
    except ValueError as error:
        raise typer.BadParameter(f"--mix {error}") from None


def _address(target: str) -> tuple[str, int]:
    host, _, port = target.rpartition(":")
    if not host or not port.isdecimal():
        raise typer.BadParameter(f"--target {target}: write HOST:PORT, such as 127.0.0.1:9092")
    return host, int(port)
