"""The configuration that is shipped, read as text: what must be true of it before Asterisk sees it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

DIALPLANS = Path(__file__).parents[1] / "dialplans"
FILES = sorted(DIALPLANS.glob("*.conf"))
OURS = re.compile(r"@([A-Z_]+)@")


def lines(name: str) -> list[str]:
    """What Asterisk reads: no comments."""
    text = (DIALPLANS / name).read_text()
    return [line.split(";")[0].strip() for line in text.splitlines() if line.split(";")[0].strip()]


@pytest.mark.parametrize("file", FILES, ids=[file.name for file in FILES])
def test_every_file_begins_by_telling_what_it_is_for(file: Path) -> None:
    assert file.read_text().startswith("; ")


def test_every_value_that_is_filled_in_is_explained_in_the_settings() -> None:
    used = {name for file in DIALPLANS.rglob("*.conf") for name in OURS.findall(file.read_text())}
    explained = set(re.findall(r"^([A-Z_]+)=", (DIALPLANS / "settings.example").read_text(), re.MULTILINE))
    assert used == explained


def test_every_password_is_filled_in_and_none_is_in_the_repository() -> None:
    for file in FILES:
        given = [line for line in lines(file.name) if re.match(r"(password|secret)\s*=", line)]
        assert all(OURS.search(line) for line in given), file.name
    example = (DIALPLANS / "settings.example").read_text()
    assert set(re.findall(r"_PASSWORD=(.*)", example)) == {"CHANGE-ME"}


def test_nobody_calls_without_a_name_outside_the_tests() -> None:
    assert not any("anonymous" in line for file in FILES for line in lines(file.name))


def test_calls_are_controlled_from_this_machine_only() -> None:
    assert "bindaddr = 127.0.0.1" in lines("http.conf")
    assert [x for x in lines("ari.conf") if "0/" in x or "/32" in x] == [
        "deny = 0.0.0.0/0",
        "permit = 127.0.0.1/32",
    ]


@pytest.mark.parametrize("context", ["into-voicebot", "voicebot-audiosocket"])
def test_a_caller_whose_bot_is_away_goes_on_to_people(context: str) -> None:
    steps = "\n".join(lines("extensions.conf")).split(f"[{context}]")[1].split("[")[0:2]
    assert "human,s,1" in "[".join(steps)
