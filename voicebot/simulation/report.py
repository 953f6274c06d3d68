"""What many calls came to, on a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from voicebot.dialogue import events
from voicebot.dialogue.actions import (
    Action,
    Conclude,
    HandOff,
    HangUp,
    Listen,
    RecordPromise,
    RecordRequest,
    Say,
)
from voicebot.simulation.play import PlayedCall
from voicebot.simulation.remarks import Happening
from voicebot.simulation.tally import Ending, Tally

BAR = 24
"""Characters of the longest bar."""
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def show(tally: Tally, language: str, seconds: float, console: Console) -> None:
    """Print how the calls ended, where they came, and what was broken."""
    console.print(Text(_headline(tally, language, seconds), style="bold"), soft_wrap=True)
    console.print(_outcomes(tally))
    console.print()
    console.print(_by_persona(tally))
    console.print()
    for line in _coverage(tally):
        console.print(Text(line), soft_wrap=True)
    for line in _broken(tally):
        console.print(Text(line, style="bold red"), soft_wrap=True)
    if tally.shortest_broken:
        show_call(tally.shortest_broken, console)
    else:
        console.print(Text("Every law held in every call.", style="bold green"))


def show_call(call: PlayedCall, console: Console) -> None:
    """Print one call, word by word."""
    console.print(Text(f"The shortest broken call: {call.persona} number {call.number}", style="bold"))
    for exchange in call.exchanges:
        if exchange.happening:
            console.print(
                Text.assemble((f"{'caller':<8}", "yellow"), _happened(exchange.happening)), soft_wrap=True
            )
        for action in exchange.actions:
            if line := _done(action):
                console.print(Text.assemble((f"{'bot':<8}", "cyan"), line), soft_wrap=True)
    for breach in call.breaches:
        console.print(
            Text.assemble((f"{'broken':<8}", "bold red"), f"{breach.law}: {breach.detail}"), soft_wrap=True
        )


def _headline(tally: Tally, language: str, seconds: float) -> str:
    rate = f"{tally.calls / seconds:,.0f} a second" if seconds > 0 else "in no time"
    longest = tally.longest.turns if tally.longest else 0
    return (
        f"{tally.flow.id}, {language}: {tally.calls:,} calls in {seconds:.1f} s ({rate}); "
        f"{tally.turns / max(1, tally.calls):.1f} turns each, {longest} in the longest"
    )


def _outcomes(tally: Tally) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("disposition", no_wrap=True)
    table.add_column("calls", justify="right")
    table.add_column("", width=BAR, no_wrap=True)
    most = max(map(tally.ended, tally.ranked()), default=1)
    for ending in tally.ranked():
        calls = tally.ended(ending)
        table.add_row(_named(ending), f"{calls:,}", Text(bar(calls / most), style="cyan"))
    return table


def _by_persona(tally: Tally) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("caller", no_wrap=True)
    table.add_column("calls", justify="right")
    table.add_column("ends, in percent")
    for persona, counted in tally.endings.items():
        calls = counted.total()
        shares = ((_named(ending), round(100 * count / calls)) for ending, count in counted.most_common())
        told = ", ".join(f"{ending} {percent}" for ending, percent in shares if percent)
        table.add_row(persona, f"{calls:,}", told)
    return table


def bar(share: float) -> str:
    """A bar as long as ``share`` (0 to 1), to an eighth of a character; never nothing for something."""
    eighths = max(1, round(share * BAR * 8))
    return "█" * (eighths // 8) + _EIGHTHS[eighths % 8].strip()


def _named(ending: Ending) -> str:
    return ending.value if ending else "none"


def _coverage(tally: Tally) -> Iterator[str]:
    states, missed = len(tally.flow.states), tally.never_visited
    yield f"States visited: {states - len(missed)} of {states}"
    if missed:
        yield f"Never visited: {', '.join(missed)}"


def _broken(tally: Tally) -> Iterator[str]:
    for law, calls in tally.broken.most_common():
        yield f"Broken in {calls:,} {'call' if calls == 1 else 'calls'}: {law}"


def _happened(happening: Happening) -> str:
    match happening.event:
        case events.CallerSaid(text=text):
            return f"“{text}”" + ("" if happening.clear else f"  (misheard: meant {happening.means})")
        case events.KeysPressed(keys=keys):
            return f"types {keys}"
        case event:
            return _PLAINLY[type(event)]


_PLAINLY: dict[type[events.DialogueEvent], str] = {
    events.CallerSilent: "says nothing",
    events.RecognitionFailed: "says something, and the recogniser fails",
    events.PromiseRecorded: "(the promise is on disk)",
    events.PromiseNotRecorded: "(the promise could not be kept on disk)",
    events.RequestRecorded: "(the request is on disk)",
    events.RequestNotRecorded: "(the request could not be kept on disk)",
    events.HandedOff: "(a human takes the call)",
    events.HandOffFailed: "(no human takes the call)",
    events.AgentLeft: "(the human hangs up, the caller is still there)",
    events.MailboxListens: "(the mailbox listens)",
    events.CallerHungUp: "(the line is gone)",
}


def _done(action: Action) -> str:
    match action:
        case Say(text=text):
            return text
        case Listen(state=state):
            return f"listens in {state}"
        case RecordPromise(promise=promise):
            return f"records {promise.amount} {promise.currency} on {promise.date}"
        case RecordRequest(request=request):
            return f"records {request}"
        case HandOff(queue=queue):
            return f"hands off to {queue}"
        case Conclude(disposition=disposition):
            return f"concludes {disposition}"
        case HangUp():
            return "hangs up"
