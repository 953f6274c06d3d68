"""Commands that measure calls: how many at once, how fast, how smooth, for how long."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Annotated, Any

import typer
from rich.console import Console

from voicebot.bench.mix import Way
from voicebot.cli.app import bench
from voicebot.cli.options import ConfigFile, run, settings_of

WayIn = Annotated[
    Way,
    typer.Option(help="How the sound comes to the bot: as from Asterisk's AudioSocket or chan_websocket."),
]


@bench.command("serve")
def bench_serve(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="TCP port on the loopback address; 0: a free one.")
    ],
    way: WayIn = Way.AUDIOSOCKET,
    ari: Annotated[
        bool,
        typer.Option("--ari", help="Stand behind a real Asterisk: answer over ARI too, and keep records."),
    ] = False,
    keep: Annotated[
        bool, typer.Option("--keep-records", help="Write records to the database, and not to memory.")
    ] = False,
    workers: Annotated[
        int, typer.Option(min=0, max=64, help="Processes behind a front, as of serve --workers.")
    ] = 0,
    config: ConfigFile = None,
) -> None:
    """Answer calls with a scripted recogniser and a cached reply, for a load generator.

    With --way chan_websocket, whoever connects to the port is a call, and is told in one line the URI where
    its sound belongs, as ARI tells it to Asterisk.

    scripts/load puts a real Asterisk and a SIP load generator in front of it.
    """
    if workers:
        from voicebot.bench.workers import serve_bench_with_workers

        _alone(workers, **{"ari": ari, "keep-records": keep})
        run(serve_bench_with_workers(settings_of(config), port, workers, way, config))
        return
    from voicebot.bench.serve import serve_bench

    run(serve_bench(settings_of(config), port, way, ari=ari, keep=keep))


def _alone(workers: int, **others: bool) -> None:
    if any(others.values()):
        without = ", ".join(f"--{name}" for name in others)
        raise typer.BadParameter(f"--workers {workers}: only without {without}")


@bench.command("worker", hidden=True)
def bench_worker(
    number: int, link: int, way: WayIn = Way.AUDIOSOCKET, media_port: int = 0, config: ConfigFile = None
) -> None:
    """Hold the calls that a front brings; `voicebot bench serve --workers` starts it."""
    import socket

    from voicebot.bench.workers import work_for_bench
    from voicebot.front.worker import Front

    settings = settings_of(config)

    async def work() -> None:
        await work_for_bench(settings, Front(number, socket.socket(fileno=link)), way, media_port)

    run(work())


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
        str,
        typer.Option(
            help="HOST:PORT of a bot that is there, or of its bench serve; default: one is started."
        ),
    ] = "",
    way: WayIn = Way.AUDIOSOCKET,
    core: Annotated[
        int | None,
        typer.Option(min=0, help="A processor core for the bot alone; the callers use the others."),
    ] = None,
    workers: Annotated[
        int,
        typer.Option(min=0, max=64, help="Processes of the bot behind a front, as of serve --workers."),
    ] = 0,
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

    if workers:
        _alone(workers, target=bool(target))
    plan = LoadPlan(
        calls,
        calls / 10 if ramp is None else ramp,
        _steps(mix),
        Trouble(loss / 100, jitter / 1000),
        _address(target) if target else None,
        core,
        way,
        workers,
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


@bench.command("soak")
def bench_soak(
    seconds: Annotated[float, typer.Option(min=1.0, help="For how long calls are begun.")] = 1800.0,
    calls: Annotated[int, typer.Option("-n", "--calls", min=1, max=1000, help="Calls at once.")] = 50,
    core: Annotated[int | None, typer.Option(min=0, help="A processor core for the bot alone.")] = None,
    way: WayIn = Way.AUDIOSOCKET,
    config: ConfigFile = None,
) -> None:
    """Does a bot keep anything of calls that are over? Rounds of calls with one bot, for a long time.

    After each round, while nobody calls, its memory, threads and open files are told, and how many frames
    came late. Exit code 1 if they grow in the second half. A journal of each call goes to the database of
    the settings: use a var_dir of its own.
    """
    from voicebot.bench.calls import LoadPlan
    from voicebot.bench.mix import Trouble
    from voicebot.bench.soak import Round, leaks, soak

    def show(one: Round) -> None:
        footing = one.footing
        held = f"{footing.kilobytes / 1024:.1f} MB, {footing.threads} threads, {footing.files} files"
        late = f"{one.late_frames_per_bot_minute:g} late frames a minute, {one.failed} failed"
        print(f"{footing.calls} calls: {held}; {late}", flush=True)

    plan = LoadPlan(calls, calls / 10, _steps("say,barge,cough"), Trouble(0.0, 0.0), None, core, way)
    found = leaks(run(soak(settings_of(config), plan, seconds, show)))
    for leak in found:
        print(f"voicebot: {leak}", file=sys.stderr)
    raise typer.Exit(1 if found else 0)
