from __future__ import annotations

import csv
import io
import xml.etree.ElementTree as ET
from datetime import date
from decimal import Decimal

import pytest

from tests.campaigns.reporting.two_hundred import ACCOUNTS, UNTIL
from voicebot.campaigns.reporting.charts import charts, page
from voicebot.campaigns.reporting.counts import Counts
from voicebot.campaigns.reporting.facts import AccountFacts
from voicebot.campaigns.reporting.report import Report


@pytest.fixture
def report() -> Report:
    counts = Counts(UNTIL)
    for account in ACCOUNTS:
        counts.add(account)
    counts.blocks.update({"outside_hours": 12})
    return Report("march", date(2026, 11, 1), UNTIL, counts, None)


def test_people_read_figures_with_what_they_come_of(report: Report) -> None:
    told = str(report)
    assert "RPC rate of human contacts  62.5 %  (50 of 80)" in told
    assert "Collected per contact       20.00 USD" in told
    assert "Cost per useful contact     not known" in told
    assert "outside_hours               12" in told


def test_programs_read_what_is_not_known_as_null(report: Report) -> None:
    told = report.as_json()
    assert told["kpis"]["Connect rate"]["value"] == "0.6"
    assert told["kpis"]["Occupancy"]["value"] is None
    assert told["accounts"]["kept"] == 10
    assert told["dispositions"]["MACHINE"] == 40


def test_a_table_has_one_figure_a_line(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(report.as_csv())))
    (kept,) = (row for row in rows if row["kpi"] == "Kept rate")
    assert (kept["over"], kept["under"]) == ("10", "18")


def test_pictures_are_whole_and_tell_the_funnel(report: Report) -> None:
    pictures = charts(report.counts)
    assert pictures.keys() == {"funnel", "answers", "dispositions", "promises"}
    for picture in pictures.values():
        ET.fromstring(picture)
    words = [text.text for text in ET.fromstring(pictures["funnel"]).iter("{http://www.w3.org/2000/svg}text")]
    assert "80 (80.0%)" in words
    assert "partly kept" in pictures["promises"]


def test_a_campaign_without_calls_has_pictures_too() -> None:
    for picture in charts(Counts(UNTIL)).values():
        ET.fromstring(picture)


def test_a_page_says_no_more_than_it_is_told(report: Report) -> None:
    assert "&lt;b&gt;" in page("<b>", report.rows(), {})


def test_each_currency_is_told_by_itself() -> None:
    counts = Counts(UNTIL)
    for currency, owed in (("CLP", "125000"), ("USD", "1250.50")):
        counts.add(AccountFacts(balance=Decimal(owed), currency=currency))
    report = Report("march", date(2026, 11, 1), UNTIL, counts, None)
    told = [value for name, value in report.rows() if name == "Liquidation"]
    assert told == ["0.0 %  (0 of 125,000 CLP)", "0.0 %  (0 of 1,250.50 USD)"]
    by_currency = report.as_json()["kpis"]["Liquidation"]["by_currency"]
    assert {currency: one["under"] for currency, one in by_currency.items()} == {
        "CLP": "125000",
        "USD": "1250.5",
    }
    rows = csv.DictReader(io.StringIO(report.as_csv()))
    assert [row["currency"] for row in rows if row["kpi"] == "Liquidation"] == ["CLP", "USD"]
