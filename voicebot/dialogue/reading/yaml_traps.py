"""What is no YAML, told to people who do not think in tokens: where, and what to write instead. Pure."""

from __future__ import annotations

from typing import NamedTuple

import yaml


class Position(NamedTuple):
    """Where something stands, counted from one."""

    line: int
    column: int
    file: str = ""


class UnreadableYaml(ValueError):  # noqa: N818  # a value of the loader, never an error of ours
    """The text is no YAML, with the place where it stops being so."""

    def __init__(self, position: Position, message: str) -> None:
        super().__init__(message)
        self.position = position
        self.message = message


def explained(fault: yaml.MarkedYAMLError, text: str) -> UnreadableYaml:
    """Why ``text`` cannot be read, where the mistake is and not where the parser noticed it."""
    at, begun = _place(fault.problem_mark), _place(fault.context_mark)
    told = f"{fault.context or ''}, {fault.problem or ''}"
    line = (text.split("\n") or [""])[at.line - 1] if at.line <= text.count("\n") + 1 else ""
    if "'\\t'" in told:
        return UnreadableYaml(at, "a tab cannot indent YAML: use spaces")
    if "mapping values are not allowed" in told:
        return UnreadableYaml(at, _second_colon(line))
    if "a quoted scalar" in told:
        return UnreadableYaml(begun, "a quote is opened here and never closed")
    if "scanning an alias" in told or "scanning an anchor" in told:
        return UnreadableYaml(begun, 'a word that begins with * or & needs quotes, such as "*"')
    if "cannot start any token" in told:
        return UnreadableYaml(at, f"a text that begins with {line[at.column - 1 : at.column]} needs quotes")
    if "could not find expected ':'" in told:
        return UnreadableYaml(begun, "a key needs a colon and a space behind it, such as start: greeting")
    if "expected <block end>" in told:
        return UnreadableYaml(
            at, "indented otherwise than the lines it belongs to, or left over behind a text"
        )
    if "a flow mapping" in told or "a flow sequence" in told:
        return UnreadableYaml(at, _in_brackets(told, begun))
    return UnreadableYaml(at, told.strip(", ") or "this is not YAML")


def _second_colon(line: str) -> str:
    if line.count(":") > 1:
        return "a second colon on this line: put the text in quotes"
    return "indented deeper than the line before, which is complete already"


def _in_brackets(told: str, begun: Position) -> str:
    """Inside ``{...}`` or ``[...]`` something stands where a comma or the end should."""
    open_sign, end = ("{", "}") if "a flow mapping" in told else ("[", "]")
    if "got '{'" in told:
        return "put a text with {{ ... }} in quotes"
    if "got '<scalar>'" in told:
        return f"a comma or {end} is missing here, or a quote in the middle of a text ends it"
    return f"the {open_sign} of line {begun.line} is not closed: {end} is missing"


def _place(mark: yaml.Mark | None) -> Position:
    return Position(mark.line + 1, mark.column + 1) if mark else Position(1, 1)
