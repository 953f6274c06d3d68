"""What the pages name is there: files, links, and every command with its options."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup

from tests.deployment.documents import DOCS, REPOSITORY
from voicebot.cli import app

PAGES = [
    *(REPOSITORY / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "flows/README.md")),
    *sorted(DOCS.glob("*.md")),
]
OTHERS = [*sorted(DOCS.glob("*.yaml")), DOCS / "voicebot.service", REPOSITORY / "compose.yaml"]
OURS = re.compile(
    r"(?<![\w/.-])(?:\./)?((?:voicebot|docs|flows|scripts|tests|dialplans|docker)/[\w./{,}-]*[\w}])"
)
YOURS = {"flows/reminder.yaml", "flows/flow.schema.json", "flows/rules/COUNTRY.yaml"}
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
COMMANDS = typer.main.get_command(app)


def ids(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(REPOSITORY)) for path in paths]


@pytest.mark.parametrize("page", [*PAGES, *OTHERS], ids=ids([*PAGES, *OTHERS]))
def test_every_file_of_the_project_that_a_page_names_is_there(page: Path) -> None:
    named = set(OURS.findall(page.read_text(encoding="utf-8"))) - YOURS
    assert sorted(name for name in named if not (REPOSITORY / name).exists()) == []


@pytest.mark.parametrize("page", PAGES, ids=ids(PAGES))
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)]+)", without_code(page))
    assert [link for link in links if not leads_somewhere(page, link)] == []


def without_code(page: Path) -> str:
    return CODE.sub("", page.read_text(encoding="utf-8"))


def leads_somewhere(page: Path, link: str) -> bool:
    file, _, heading = link.partition("#")
    target = page.parent / file if file else page
    return target.exists() and (not heading or heading in headings(target))


def headings(page: Path) -> list[str]:
    """As GitHub names them in links."""
    found = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return [re.sub(r"[^\w -]", "", text.lower()).replace(" ", "-") for text in found]


@pytest.mark.parametrize("page", [*PAGES, *OTHERS], ids=ids([*PAGES, *OTHERS]))
def test_every_command_that_a_page_shows_is_there_with_its_options(page: Path) -> None:
    text = page.read_text(encoding="utf-8").replace("\\|", "|").replace("\\\n", " ")
    code = "\n".join(CODE.findall(text)) if page.suffix == ".md" else text
    shown = re.findall(
        r"(?:^|`|bin/|nice |voicebot )voicebot ([a-z][a-z-]*(?: [^\n`#]*)?)", code, re.MULTILINE
    )
    assert [line for line in shown if wrong_in(line.split())] == []


def wrong_in(words: list[str]) -> set[str]:
    """What the command line does not know of these: commands, or options."""
    command: Any = COMMANDS
    while words and isinstance(command, TyperGroup):
        alternatives, words = words[0].split("|"), words[1:]
        if unknown := set(alternatives) - set(command.commands):
            return unknown
        command = command.commands[alternatives[0]]
    known = {"--help"}.union(*((*option.opts, *option.secondary_opts) for option in command.params))
    return {word.split("=")[0].rstrip("\"'.,;:)") for word in words if re.match(r"--?[a-z]", word)} - known
