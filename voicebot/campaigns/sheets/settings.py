"""How the files of a campaign are written, as far as whoever writes them says so. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from voicebot.campaigns.sheets.contact_columns import is_column
from voicebot.campaigns.sheets.days import day_pattern


def _readable(date_format: str) -> str:
    if date_format:
        day_pattern(date_format)
    return date_format


def _known_columns(columns: Mapping[str, str]) -> Mapping[str, str]:
    for written, meant in columns.items():
        if not is_column(meant):
            raise ValueError(
                f"{meant!r} is no column that voicebot reads: write one such as account_ref or phone_1, "
                f"custom.NAME for one of your own, or '-' to leave {written!r} out"
            )
    return columns


class CsvSettings(BaseModel):
    """What is declared of a campaign's CSV files; what is left empty is detected, and told in the report."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    delimiter: Literal["", ",", ";", "\t", "|"] = ""
    """What stands between two cells; empty for the one that the header has."""
    encoding: Literal["", "utf-8", "utf-16", "latin-1", "cp1252"] = ""
    """Of the text; empty to detect it. A byte order mark in the file goes over it."""
    decimal: Literal["", ".", ","] = ""
    """What stands in front of the cents; empty to take only amounts that can be read in one way."""
    date_format: Annotated[str, AfterValidator(_readable)] = ""
    """As ``DD/MM/YYYY``, for days that are not written as 2026-12-01; empty for none."""
    columns: Annotated[Mapping[str, str], AfterValidator(_known_columns)] = Field(default={})
    """Own names of columns, such as ``{Nro Operacion: account_ref}``; they go over those that are known."""
    max_bad_share: float = Field(default=0.2, ge=0.0, le=1.0)
    """Share of bad rows beyond which nothing of a file is loaded."""
    max_closed_share: float = Field(default=0.3, ge=0.0, le=1.0)
    """Share of a campaign's open contacts beyond which a ``full`` file may not close what it lacks."""


class ImportSettings(BaseModel):
    """What is taken from the inbox."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    most_megabytes: int = Field(default=1024, ge=1, le=16_384)
    """Of a file; a larger one is held unread."""
    most_rows: int = Field(default=2_000_000, ge=1, le=20_000_000)
    """Of a file."""
    settle_seconds: float = Field(default=2.0, ge=0.1, le=600.0)
    """For which a dropped file keeps its size and its time before it is taken to be whole."""
