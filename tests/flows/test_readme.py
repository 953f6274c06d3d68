"""The page on the language of flows: whoever copies an example starts with something that is right."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from voicebot.dialogue.checking.check import check, check_part
from voicebot.dialogue.checking.script import Scenes, Script
from voicebot.dialogue.reading.files import read_source
from voicebot.dialogue.reading.loader import read_country
from voicebot.dialogue.reading.located_yaml import read_yaml
from voicebot.dialogue.reading.typed_yaml import read_as

FLOWS = Path(__file__).parents[2] / "flows"
PAGE = (FLOWS / "README.md").read_text(encoding="utf-8")
FENCED = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
EXAMPLES = [example for example in FENCED if not example.startswith("# yaml-language-server")]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.splitlines()[0][:30])
def test_examples_of_the_page_are_right(example: str, tmp_path: Path) -> None:
    shutil.copytree(FLOWS / "parts", tmp_path / "parts")
    path, written = tmp_path / "example.yaml", read_yaml(example).data
    path.write_text(example, encoding="utf-8")
    if "tests" in written:
        whole: type[Script | Scenes] = Script if "today" in written else Scenes
        assert read_as(whole, read_source(path)).tests
    elif "rules" in written:
        country = f"include: words.yaml\ncountry: CO\nname: Colombia\n{example}"
        shutil.copytree(FLOWS / "rules", tmp_path / "rules")
        (tmp_path / "rules" / "co.yaml").write_text(country, encoding="utf-8")
        assert read_country(tmp_path / "rules" / "co.yaml").problems == []
    elif "id" in written:
        [problem] = check([path]).problems
        assert "has no conversations" in problem.message
    else:
        assert check_part(path) == []


def test_all_headings_that_the_page_leads_to_are_there() -> None:
    headings = {
        heading.lower().replace(" ", "-") for heading in re.findall(r"^##+ (.*)$", PAGE, re.MULTILINE)
    }
    assert set(re.findall(r"\]\(#([\w-]+)\)", PAGE)) <= headings


def test_every_part_that_ships_is_on_the_page() -> None:
    parts = {path.stem for path in (FLOWS / "parts").glob("*.yaml") if not path.match("*.test.yaml")}
    assert [part for part in sorted(parts) if f"`{part}`" not in PAGE] == []
