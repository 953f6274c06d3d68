"""Many calls at once: sipp, a real Asterisk and the bot, as ``scripts/load`` puts them together."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.pbx import REPOSITORY, Pbx

pytestmark = [pytest.mark.engine, pytest.mark.call]

CALLS = 20
NO_SIPP = 3


@pytest.mark.parametrize("way", ["ari", "audiosocket"])
def test_twenty_callers_at_once_are_answered_and_each_leaves_one_record(
    asterisk: Pbx, tmp_path: Path, way: str
) -> None:
    """``asterisk`` skips where none can be had; the load test starts one of its own."""
    seen = load("--calls", str(CALLS), "--seconds", "9", "--way", way, "--out", str(tmp_path))

    assert (seen["answered"], seen["failed"]) == (CALLS, 0)
    assert (seen["records"], seen["unended"]) == (CALLS, 0)
    assert seen["channels_left"] == 0
    assert seen["turns_answered"] >= 1  # all of them on a machine that has nothing else to do


def load(*options: str) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, REPOSITORY / "scripts" / "load.py", "--json", *options],
        capture_output=True,
        text=True,
    )
    if done.returncode == NO_SIPP and os.environ.get("CI") != "true":
        pytest.skip(f"no sipp here: {done.stderr}")
    assert done.stdout, done.stderr
    print(f"\n{done.stdout}")
    seen: dict[str, int] = json.loads(done.stdout)
    return seen
