"""compose.yaml and what it refers to, read as text."""

from __future__ import annotations

import re
from typing import Any

import yaml

from tests.deployment.documents import REPOSITORY

TEXT = (REPOSITORY / "compose.yaml").read_text(encoding="utf-8")
TEMPLATE = (REPOSITORY / "docker" / "env.example").read_text(encoding="utf-8")
SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(TEXT)["services"]
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::([-?])([^}]*))?\}")


def as_by_default(value: str) -> str:
    """With every variable that has one at its default."""
    return VARIABLE.sub(lambda found: found[3] if found[2] == "-" else "", value)


def template_values() -> dict[str, str]:
    """What the template sets, commented-out lines included."""
    return dict(re.findall(r"^#?([A-Z_]+)=(.*)$", TEMPLATE, re.MULTILINE))


def bind_mounts(service: dict[str, Any]) -> list[str]:
    """The host's side of what is mounted from there."""
    sources = [as_by_default(volume).split(":")[0] for volume in service.get("volumes", [])]
    return [source for source in sources if source.startswith((".", "/"))]


def seconds(duration: str) -> int:
    """A duration of whole seconds, such as ``90s``."""
    return int(duration.removesuffix("s"))
