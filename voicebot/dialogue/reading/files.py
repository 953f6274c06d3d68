"""The files of a flow: found, read, and kept inside of their folder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from voicebot.dialogue.language.problems import Fault, FlowProblem, UnusableFlow, did_you_mean
from voicebot.dialogue.language.tones import in_tone
from voicebot.dialogue.reading.assembly import Unavailable
from voicebot.dialogue.reading.located_yaml import LARGEST, Document, read_yaml
from voicebot.dialogue.reading.yaml_traps import Position, UnreadableYaml


@dataclass(frozen=True, slots=True)
class Source:
    """YAML that was read, from one file or several."""

    document: Document
    files: frozenset[Path] = frozenset()
    """All that it was put together from."""

    def in_tone(self, tone: str) -> Source:
        """What is said in one of its tones; see ``tones``."""
        return replace(self, document=in_tone(self.document, tone))

    def problem(self, fault: Fault, *, key: bool = False) -> FlowProblem:
        """``fault`` with its file, line and column."""
        return told(self.document.where(fault.path, key=key or fault.key), fault.message)

    def problems(self, faults: Iterable[Fault]) -> list[FlowProblem]:
        """All ``faults`` with their files, lines and columns."""
        return [self.problem(fault) for fault in faults]


class Folder:
    """The files beside and below a flow, and which of them were read."""

    def __init__(self, top: Path) -> None:
        self.root = top.parent
        self.files: set[Path] = {top}
        self._top = top

    def read(self, file: str) -> Document:
        """The YAML of ``file``; nothing but the flow itself may lie outside of the folder.

        Raises:
            Unavailable: it cannot be read, or is a link that leads out of the folder.
            UnusableFlow: it is not YAML, or the flow itself cannot be read.
        """
        path = Path(file)
        if path == self._top:
            return read_source(path).document
        self.files.add(path)
        if not path.resolve().is_relative_to(self.root.resolve()):
            raise Unavailable(f"lies outside of {self.root}")
        return _read(path)


def read_source(path: Path) -> Source:
    """The YAML of a file.

    Raises:
        UnusableFlow: it cannot be read, or is not YAML.
    """
    try:
        return Source(_read(path))
    except Unavailable as fault:
        raise UnusableFlow([FlowProblem(str(path), 1, 1, str(fault))]) from None


def _read(path: Path) -> Document:
    try:
        with path.open(encoding="utf-8") as file:
            return read_yaml(file.read(LARGEST + 1), str(path))
    except UnreadableYaml as fault:
        problem = FlowProblem(str(path), fault.position.line, fault.position.column, fault.message)
        raise UnusableFlow([problem]) from None
    except UnicodeDecodeError:
        raise UnusableFlow([FlowProblem(str(path), 1, 1, "is not text: save it as UTF-8")]) from None
    except OSError as fault:
        raise Unavailable(f"cannot be read: {fault.strerror}{_nearly(path)}") from None


def _nearly(path: Path) -> str:
    """A file beside ``path`` that may be meant, or that a file is wanted where a name was given."""
    meant = did_you_mean(path.name, (one.name for one in path.parent.glob("*.yaml")))
    if meant.startswith(":"):
        return meant
    return "" if path.suffix else f": write the path of its file, such as flows/{path.name}.yaml"


def told(at: Position, message: str) -> FlowProblem:
    """``message`` where an editor can jump to."""
    return FlowProblem(at.file, at.line, at.column, message)
