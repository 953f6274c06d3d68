"""The dashboard for Grafana shows what there is, all of it and nothing else."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.deployment.documents import DOCS
from voicebot.metrics.catalogue import CATALOGUE, Counter, Histogram, Metric

DASHBOARD = json.loads((DOCS / "grafana" / "voicebot.json").read_text(encoding="utf-8"))
PANELS: list[dict[str, Any]] = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
QUERIES = [target["expr"] for panel in PANELS for target in panel["targets"]]
ASKED = {name for query in QUERIES for name in re.findall(r"\bvoicebot_\w+", query)}


def on_the_page(metric: Metric) -> set[str]:
    """The names that Prometheus knows a metric by."""
    if isinstance(metric, Histogram):
        return {f"{metric.name}_{part}" for part in ("bucket", "sum", "count")}
    return {metric.name}


def test_every_metric_it_names_exists() -> None:
    assert {name for metric in CATALOGUE for name in on_the_page(metric)} >= ASKED


def test_every_metric_there_is_can_be_seen_on_it() -> None:
    assert [metric.name for metric in CATALOGUE if not ASKED & on_the_page(metric)] == []


def test_labels_that_it_asks_for_are_those_of_the_metric() -> None:
    labels = {name: set(metric.labels) for metric in CATALOGUE for name in on_the_page(metric)}
    for query in QUERIES:
        for name, chosen in re.findall(r"\b(voicebot_\w+)\{([^}]*)\}", query):
            assert set(re.findall(r"(\w+)[=!]", chosen)) <= labels[name] | {"instance"}, query


def test_counters_are_asked_for_as_rates_or_increases() -> None:
    for query in QUERIES:
        for counter in (metric.name for metric in CATALOGUE if isinstance(metric, Counter)):
            assert not re.search(rf"(?<!rate\()(?<!increase\()\b{counter}\b", query), query


def test_every_panel_has_a_unit_and_says_what_it_tells() -> None:
    assert all(panel["fieldConfig"]["defaults"]["unit"] and panel["description"] for panel in PANELS)


def test_one_can_go_down_to_an_instance_a_flow_and_a_language() -> None:
    assert {one["name"] for one in DASHBOARD["templating"]["list"]} >= {"instance", "flow", "language"}
