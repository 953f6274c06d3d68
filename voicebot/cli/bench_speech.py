"""Commands that measure engines: how fast a reply is, how well recognisers and detectors hear."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from voicebot.cli.app import bench
from voicebot.cli.options import ConfigFile, Language, run, settings_of

Folder = Annotated[
    Path,
    typer.Argument(
        exists=True,
        file_okay=False,
        help='Folder with manifest.jsonl, a line for each clip: {"path": "yes.wav", "text": "yes please", '
        '"lang": "en", "expect": "yes_no"}; without words in "text" nobody speaks, "expect" may be left out.',
    ),
]
Noise = Annotated[
    list[float] | None,
    typer.Option(
        min=-10.0,
        max=60.0,
        help="Put the clips on a telephone line with pink noise so many dB below the voice; repeatable.",
    ),
]
Svg = Annotated[Path | None, typer.Option("--svg", help="Draw the figures into this file.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]


@bench.command("latency")
def bench_latency(
    repeat: Annotated[int, typer.Option("-r", "--repeat", min=1, max=100, help="Calls, one by one.")] = 3,
    lang: Annotated[Language, typer.Option(help="The language of the calls.")] = Language.en,
    svg: Svg = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """Where the time of a reply goes: whole spoken calls with the engines of the settings, one by one.

    The calls are those of `voicebot demo`, half a minute each. voice_to_voice is the whole, from the caller's
    last word to the bot's first; endpointing is the silence that told that the caller had finished.
    """
    from voicebot.bench.latency import stages_of
    from voicebot.demo.account import usual_day
    from voicebot.demo.call import DemoPlan, run_demo
    from voicebot.dialogue.reading.loader import load_flow
    from voicebot.media.frame import Band

    settings, today = settings_of(config), date.today()
    flow = load_flow(settings.flows_dir / "payment_reminder.yaml")
    out = settings.var_dir / "bench"
    plan = DemoPlan(flow, lang.value, Band.WIDE, Decimal(180), usual_day(today), today, out)
    quiet = Console(quiet=True)
    turns = [turn for _ in range(repeat) for turn in run(run_demo(settings, plan, quiet)).turns]
    stages = stages_of(turns)
    _show(
        [{"stage": name, **asdict(told)} for name, told in stages.items()],
        f"milliseconds over {sum(turn.latency is not None for turn in turns)} replies",
        {name: told.p50 for name, told in stages.items()},
        " ms",
        svg,
        as_json=as_json,
    )


@bench.command("stt")
def bench_stt(
    folder: Folder,
    engine: Annotated[
        list[str] | None, typer.Option(help="sphinx, whisper or sherpa; with :MODEL behind it; repeatable.")
    ] = None,
    noise: Noise = None,
    svg: Svg = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """How well recognisers hear a folder of clips: word error rate, clips without an error, and speed.

    real_time_factor is seconds of work per second of sound; ms runs from the end of the sound to the words.
    Case, accents and punctuation are no errors; "4" for "four" is one. Each clip is recognised with what a
    call would tell the recogniser beforehand: the kind of answer, where "expect" says it.
    VOICEBOT_STT__DENOISE=rnnoise before it has them heard behind noise suppression.

    For example: voicebot bench stt clips --engine sphinx --engine whisper:small --noise 10
    """
    from voicebot.bench.clips import read_clips
    from voicebot.bench.stt import measure_recognizer

    clips, base = read_clips(folder), settings_of(config)
    told = []
    for named in engine or [":".join(filter(None, (base.stt.engine.value, base.stt.model)))]:
        name, _, model = named.partition(":")
        settings = _with(config, "stt", engine=name, model=model)
        for below in noise or (None,):
            told += run(measure_recognizer(settings, clips, below))
    _show(
        [asdict(one) for one in told],
        f"{len(clips)} clips of {folder}",
        {f"{one.engine} {one.language}": 100 * one.word_error_rate for one in told},
        " % of words wrong",
        svg,
        as_json=as_json,
    )


@bench.command("vad")
def bench_vad(
    folder: Folder,
    engine: Annotated[list[str] | None, typer.Option(help="silero, webrtc or energy; repeatable.")] = None,
    noise: Noise = None,
    svg: Svg = None,
    as_json: AsJson = False,
    config: ConfigFile = None,
) -> None:
    """How well speech is told from silence and noise, by detectors and the turn-taking behind them.

    onset_ms runs from the first sound to the moment an utterance was noticed, end_ms from the last sound to
    the moment it was over; premature is the share of clips that were cut short at a pause; false_per_minute
    counts utterances where nobody spoke. Where speech begins and ends is taken from the loudness of the clip
    in the band of a telephone, clicks left aside. With --noise, 90 seconds of the noise alone are heard too.

    For example: voicebot bench vad clips --noise 20 --noise 10 --noise 5
    """
    from voicebot.bench.clips import read_clips
    from voicebot.bench.vad import measure_detector

    clips, base = read_clips(folder), settings_of(config)
    told = []
    for name in engine or [base.vad.engine]:
        settings = _with(config, "vad", engine=name)
        for below in noise or (None,):
            told += run(measure_detector(settings.vad, settings.turns, clips, below))
    _show(
        [asdict(one) for one in told],
        f"{len(clips)} clips of {folder}",
        {f"{one.engine} {one.language}": one.onset_ms.p50 if one.onset_ms else 0.0 for one in told},
        " ms to notice speech",
        svg,
        as_json=as_json,
    )


def _with(config: Path | None, station: str, **changed: str) -> Any:
    """The settings of the file, but for one station of which these are others."""
    from voicebot.settings import load_settings

    written = load_settings(config).model_dump()[station]
    return load_settings(config, **{station: {**written, **changed}})


def _show(
    rows: list[dict[str, Any]],
    title: str,
    drawn: dict[str, float],
    unit: str,
    svg: Path | None,
    *,
    as_json: bool,
) -> None:
    from voicebot.bench.plot import bars

    if svg:
        svg.write_text(bars(f"{title}:{unit}", drawn, ""), encoding="utf-8")
    if as_json:
        print(json.dumps(rows, indent=2))
        return
    names = [name.replace("_", " ") for name in rows[0]] if rows else []
    table = Table(*names, title=title, caption="milliseconds: p50 / p95 / most")
    for row in rows:
        table.add_row(*map(_cell, row.values()))
    Console().print(table)


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['p50']:.0f} / {value['p95']:.0f} / {value['most']:.0f}"
    return "" if value is None else str(value)
