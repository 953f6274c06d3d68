"""Flows that break one thing each, and are told exactly that.

``broken/NAME.yaml`` begins with what `voicebot check` says of it; ``broken/parts/small.yaml`` is sound.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogue.small import BROKEN
from voicebot.dialogue.language.problems import UnusableFlow
from voicebot.dialogue.reading.loader import load_flow

EXPECTED = "# check: "


@pytest.mark.parametrize("file", sorted(BROKEN.glob("*.yaml")), ids=lambda file: file.stem)
def test_what_is_broken_is_told_and_nothing_else(file: Path) -> None:
    lines = file.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix(EXPECTED) for line in lines if line.startswith(EXPECTED)]
    assert problems(file) == expected


def problems(file: Path) -> list[str]:
    """What is wrong, without the name of the file and its folder."""
    with pytest.raises(UnusableFlow) as unusable:
        load_flow(file)
    told = (str(problem).removeprefix(f"{file}:") for problem in unusable.value.problems)
    return [problem.replace(f"{BROKEN}/", "") for problem in told]
