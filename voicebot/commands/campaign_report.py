"""The report on a campaign, for the people who judge it."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from rich.progress import Progress

from voicebot.campaigns.campaign import CampaignSettings
from voicebot.campaigns.files import campaign_names, read_campaign
from voicebot.campaigns.reporting.charts import charts, page
from voicebot.campaigns.reporting.counts import Counts
from voicebot.campaigns.reporting.report import Report
from voicebot.errors import CampaignError
from voicebot.records import open_records
from voicebot.settings import Settings
from voicebot.store.reporting import Period, SqlReports


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked for."""

    campaign: str
    begins: date | None = None
    """``None``: from the first attempt."""
    ends: date | None = None
    """``None``: until today."""
    language: str | None = None
    flow_version: str | None = None
    country: str | None = None
    hours: Collection[int] = range(24)


async def report_on(settings: Settings, wanted: Wanted, progress: Progress) -> Report:
    """Count a campaign, account by account.

    Raises:
        CampaignError: there is none of that name, or its file is wrong.
        StoreError: the database failed.
    """
    campaign = _settings(settings, wanted.campaign)
    async with open_records(settings) as store:
        reports = SqlReports(store.database)
        loaded = await reports.loaded(wanted.campaign)
        if loaded is None:
            raise CampaignError(f"nothing was ever imported for a campaign {wanted.campaign}")
        period = await _period(reports, wanted)
        counts = Counts(period.ends, period.begins, period.hours)
        task = progress.add_task("accounts", total=loaded)
        async for account in reports.accounts(wanted.campaign, period):
            counts.add(account)
            progress.advance(task)
        counts.blocks.update(await reports.blocks(wanted.campaign, period))
    return Report(wanted.campaign, period.begins, period.ends, counts, campaign.prices)


def told(report: Report, *, as_json: bool = False) -> str:
    """The report as it is printed."""
    return json.dumps(report.as_json(), indent=2, ensure_ascii=False) if as_json else str(report)


def write_csv(report: Report, file: Path) -> None:
    """Every KPI in a line of its own."""
    file.write_text(report.as_csv(), encoding="utf-8", newline="")


def write_pictures(report: Report, folder: Path) -> None:
    """Each picture in a file of its own, and one page with all of them and the figures."""
    folder.mkdir(parents=True, exist_ok=True)
    pictures = charts(report.counts)
    for name, picture in pictures.items():
        (folder / f"{name}.svg").write_text(picture, encoding="utf-8")
    title = f"{report.campaign}, {report.begins} to {report.ends}"
    (folder / "report.html").write_text(page(title, report.rows(), pictures), encoding="utf-8")


async def _period(reports: SqlReports, wanted: Wanted) -> Period:
    ends = wanted.ends or datetime.now(UTC).astimezone().date()
    begins = wanted.begins or await reports.first_day(wanted.campaign) or ends
    if begins > ends:
        raise CampaignError(f"the period ends on {ends}, before it begins on {begins}")
    country = wanted.country and wanted.country.upper()
    return Period(begins, ends, wanted.language, wanted.flow_version, country, wanted.hours)


def _settings(settings: Settings, name: str) -> CampaignSettings:
    """A campaign may be reported on that has no file, or none any more."""
    if name not in campaign_names(settings.campaigns_dir):
        return CampaignSettings()
    return read_campaign(settings.campaigns_dir, name)
