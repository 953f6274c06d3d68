"""Put calls at once through a real Asterisk and the bot, and tell what came of them.

    scripts/load                                      # 50 calls of a minute, 10 more each second, over ARI
    scripts/load --calls 100 --way rtp                # more, and the sound as RTP
    scripts/load --calls 40 --rate 40 --seconds 10    # a burst: how long do callers wait for an answer?
    scripts/load --calls 100 --bot-core 1             # a core for the bot, the others for Asterisk and sipp

It starts an Asterisk and a bot of its own on free ports, and sipp, which dials and plays a voice: every 15
seconds each caller says "yes I can pay" twice, the second time into the bot's answer. Voice activity
detection, turn-taking, prompts, pacing and the database are those of every call; only the recogniser is
scripted, so that it does not hide what the rest costs. All three share this machine: see how much of it sipp
and Asterisk take.

Ways to the bot:  ari          ARI, sound over chan_websocket (as dialling 100 does)
                  rtp          ARI, sound as RTP with G.711
                  audiosocket  the dialplan lends the sound over AudioSocket (as dialling 101 does)

Exit code 1 if a call failed or was not answered, has not exactly one record, left a channel behind, or if
somebody spoke and got no reply; 3 if sipp cannot be had here. It is the system's from 3.7 on, else Debian's,
installed once without root.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from asterisk_configuration import ROOT, VAR
from debian import UnavailableError
from load_caller import SipP, find_sipp, say
from load_figures import Figures, Used, figures_of, table
from load_plan import LONGEST_CALL, NUMBERS, Plan
from load_servers import Bot, Pbx, ServerError
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from voicebot.bench.usage import Machine, Usage, pinned_to

NO_SIPP = 3


def main() -> None:
    parser = _parser()
    arguments = vars(parser.parse_args())
    as_json = arguments.pop("json")
    plan = Plan(**arguments)
    if (plan.out / "voicebot.db").exists():
        parser.error(f"{plan.out} holds the records of another test: name a new folder")
    try:
        figures = hold(plan, Console(stderr=True))
    except ServerError as reason:
        sys.exit(f"voicebot: {reason}")
    except UnavailableError as reason:
        print(f"voicebot: {reason}", file=sys.stderr)
        sys.exit(NO_SIPP)
    if as_json:
        print(json.dumps({**asdict(figures), "problems": figures.problems}, indent=2))
    else:
        Console().print(table(figures))
    for problem in figures.problems:
        print(f"voicebot: {problem}; see {plan.out}", file=sys.stderr)
    sys.exit(1 if figures.problems else 0)


def hold(plan: Plan, console: Console) -> Figures:
    """All the calls, from the first INVITE to the last record.

    Raises:
        ServerError: Asterisk or the bot did not start, or ended too early.
        UnavailableError: sipp cannot be had here.
    """
    plan.out.mkdir(parents=True, exist_ok=True)
    sipp_program = find_sipp(ROOT.with_name("sipp"))
    asyncio.run(say(plan.out))
    bot_cores = set() if plan.bot_core is None else {plan.bot_core}
    other_cores = os.sched_getaffinity(0) - bot_cores
    with ExitStack() as running:
        with pinned_to(other_cores):
            pbx = running.enter_context(Pbx.running(plan.out))
        with pinned_to(bot_cores):
            bot = running.enter_context(Bot.running(plan, pbx))
        machine, bot_idle, pbx_idle = Machine.now(), bot.usage, pbx.usage
        with pinned_to(other_cores):
            sipp = running.enter_context(SipP.dialling(sipp_program, pbx.where["sip"], plan))
        watch(sipp, bot, plan, console)
        channels_left = pbx.channels_left()
        bot.wait_for_records()
        used = _used(bot.usage - bot_idle, bot_idle.megabytes, pbx.usage - pbx_idle, sipp.usage, machine)
    return figures_of(plan, sipp.dialled, used, channels_left)


def _used(bot: Usage, bot_idle: float, asterisk: Usage, sipp: Usage, since: Machine) -> Used:
    own = bot.cpu_seconds + asterisk.cpu_seconds + sipp.cpu_seconds
    return Used(bot, bot_idle, asterisk, sipp, Machine.now().busy_with_others(since, own))


def watch(sipp: SipP, bot: Bot, plan: Plan, console: Console) -> None:
    """Show how the calls go, until sipp has done."""
    columns = (TextColumn("  {task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("dialling", total=plan.whole_seconds)
        started = time.monotonic()
        while sipp.is_running():
            bot.check()
            seen = sipp.dialled
            told = f"{seen.in_progress} on the line, {seen.answered} answered, {seen.failed} failed"
            progress.update(task, description=told, completed=time.monotonic() - started)
            time.sleep(0.25)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/load", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    folder = VAR.parent / "load" / time.strftime("%Y%m%d-%H%M%S")
    longest = f"of each call; default 60, at most {LONGEST_CALL}"
    parser.add_argument("--calls", type=_count, default=50, help="calls at once; default 50")
    parser.add_argument("--rate", type=_count, default=10, help="calls begun per second; default 10")
    parser.add_argument(
        "--seconds", type=int, default=60, choices=range(5, LONGEST_CALL + 1), help=longest, metavar="S"
    )
    parser.add_argument("--way", choices=tuple(NUMBERS), default="ari", help="default ari")
    parser.add_argument(
        "--bot-core",
        type=int,
        choices=sorted(os.sched_getaffinity(0)),
        metavar="N",
        help="a processor core for the bot alone",
    )
    parser.add_argument(
        "--out", type=_folder, default=folder, help="logs, database, sipp's files; default var/load/TIME"
    )
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    return parser


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number}: at least 1")
    return number


def _folder(text: str) -> Path:
    return Path(text).absolute()  # sipp works in it


if __name__ == "__main__":
    main()
