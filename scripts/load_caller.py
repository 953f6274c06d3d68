"""The callers: sipp, what it dials and says, and what it tells of its calls."""

from __future__ import annotations

import csv
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from debian import command_of, install_once
from load_plan import NUMBERS, PERIOD, SPEAKS_AT, Plan

from voicebot.bench.usage import Usage, usage_of
from voicebot.media.frame import BYTES_PER_SAMPLE
from voicebot.media.g711 import pcm_to_ulaw
from voicebot.tts.cache import PromptCache
from voicebot.tts.espeak import EspeakSynthesizer
from voicebot.tts.settings import TtsSettings

SCENARIO = Path(__file__).with_name("load_scenario.xml")
OLDEST = (3, 7)
"""sipp takes its RTP ports from a range from there on."""
RTP_PORTS = ("12000", "19998")
"""Below those that ``scripts/asterisk --ports auto`` chooses from."""
ANSWER_SECONDS = 60
"""For a call to be answered, and for a goodbye."""
TEXT = "yes I can pay"
RATE = 8000


async def say(folder: Path) -> None:
    """Write one period of a caller's voice, as a telephone sends it."""
    settings, synthesizer = TtsSettings(), EspeakSynthesizer()
    try:
        prompts = PromptCache(synthesizer, folder / "cache" / "prompts", settings)
        words = await prompts.render(TEXT, voice=settings.voice("en"), rate=RATE)
    finally:
        await synthesizer.close()
    period = bytearray(int(PERIOD * RATE) * BYTES_PER_SAMPLE)
    for at in SPEAKS_AT:
        begin = int(at * RATE) * BYTES_PER_SAMPLE
        period[begin : begin + len(words)] = words
    (folder / "caller.ul").write_bytes(pcm_to_ulaw(bytes(period)))


def find_sipp(root: Path) -> tuple[str, ...]:
    """What starts sipp: the system's if new enough, else the one in ``root``, installed there on first use.

    Raises:
        UnavailableError: it cannot be installed.
    """
    program = shutil.which("sipp")
    if program and is_new_enough(subprocess.run([program, "-v"], capture_output=True, text=True).stdout):
        return (program,)
    install_once(root, ("sip-tester",), "about 20 MB")
    return command_of(root, "usr/bin/sipp")


def is_new_enough(told: str) -> bool:
    """Whether a sipp that says this of itself has what we use."""
    found = re.search(r"SIPp v(\d+)\.(\d+)", told)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST


@dataclass(frozen=True)
class Dialled:
    """What sipp has seen of its calls."""

    in_progress: int = 0
    answered: int = 0
    failed: int = 0
    answer_ms: tuple[float, ...] = ()
    """From INVITE to answer, shortest first."""


class SipP:
    """All callers at once."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path) -> None:
        self._process = process
        self._folder = folder
        self.usage = Usage()

    @classmethod
    @contextmanager
    def dialling(cls, program: tuple[str, ...], server: str, plan: Plan) -> Iterator[SipP]:
        """The callers, from their first INVITE on; whoever is left is gone afterwards."""
        scenario = SCENARIO.read_text().replace("@NUMBER@", NUMBERS[plan.way])
        (plan.out / "caller.xml").write_text(scenario.replace("@SOUND@", str(plan.out / "caller.ul")))
        with open(plan.out / "sipp.log", "wb") as log:
            process = subprocess.Popen(
                [*program, server, *_options(plan)],
                cwd=plan.out,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            yield cls(process, plan.out)
        finally:
            process.kill()
            process.wait()

    def is_running(self) -> bool:
        """Whether it has still to do, by now."""
        if self._process.poll() is not None:
            return False
        self.usage = usage_of(self._process.pid)
        return True

    @property
    def dialled(self) -> Dialled:
        """What it has told up to now; it writes once a second, and at its end."""
        rows = _table(self._folder / "sipp.csv")
        if not rows:
            return Dialled()
        times = [float(row["response_time_ms"]) for row in self._answers()]
        return Dialled(
            in_progress=int(rows[-1]["CurrentCall"]),
            answered=len(times),
            failed=int(rows[-1]["FailedCall(C)"]),
            answer_ms=tuple(sorted(times)),
        )

    def _answers(self) -> list[dict[str, str]]:
        return [row for file in self._folder.glob("caller_*_rtt.csv") for row in _table(file)]


def _options(plan: Plan) -> list[str]:
    options = {
        "-sf": "caller.xml",
        "-i": "127.0.0.1",
        "-p": str(_free_port()),
        "-mi": "127.0.0.1",
        "-min_rtp_port": RTP_PORTS[0],
        "-max_rtp_port": RTP_PORTS[1],
        "-m": str(plan.calls),
        "-l": str(plan.calls),
        "-r": str(plan.rate),
        "-d": str(plan.seconds * 1000),
        "-recv_timeout": str(ANSWER_SECONDS * 1000),
        "-timeout": f"{plan.whole_seconds + 3 * ANSWER_SECONDS:.0f}s",
        "-stf": "sipp.csv",
        "-fd": "1",
        "-rtt_freq": "1",
        "-error_file": "sipp-errors.log",
    }
    flags = ["-nostdin", "-timeout_error", "-trace_stat", "-trace_rtt", "-trace_err"]
    return [*flags, *(word for option in options.items() for word in option)]


def _table(file: Path) -> list[dict[str, str]]:
    """The whole lines of a table that may be in the middle of being written."""
    if not file.exists():
        return []
    whole = file.read_text().rpartition("\n")[0]
    return list(csv.DictReader(whole.splitlines(), delimiter=";"))


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
