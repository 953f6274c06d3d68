"""The page that tells which setting answers which complaint, docs/turns.md."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from voicebot.settings import Settings
from voicebot.turns.timing import TurnTiming

PAGE = (Path(__file__).parents[2] / "docs" / "turns.md").read_text(encoding="utf-8")
OF_A_FLOW = {"patience", "wait", "interruptible"}


def test_its_settings_can_be_set() -> None:
    for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL):
        Settings.model_validate(yaml.safe_load(block))


def test_what_it_advises_to_turn_can_be_turned() -> None:
    advised = [yaml.safe_load(one) for one in re.findall(r"`(\w+: [^`]+)`", PAGE)]
    for setting in advised:
        if not setting.keys() & OF_A_FLOW:
            Settings.model_validate(setting if "vad" in setting else {"turns": setting})


def test_it_gives_the_delays_that_are_the_defaults() -> None:
    timing = TurnTiming()
    rows = re.findall(r"\| ([\d.]+)[^|]*\| `(endpointing_\w+)` \|", PAGE)
    assert {name: float(seconds) for seconds, name in rows} == {
        name: getattr(timing, name)
        for name in ("endpointing_complete", "endpointing_digits", "endpointing_broken_off")
    }
