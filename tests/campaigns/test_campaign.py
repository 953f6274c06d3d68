from __future__ import annotations

from pathlib import Path

import pytest

from voicebot.campaigns.campaign import CampaignSettings, FollowUp
from voicebot.campaigns.files import campaign_names, follow_up_of, read_campaign, read_campaign_file
from voicebot.errors import CampaignError

DOCS = Path(__file__).parents[2] / "docs"

WRITTEN = """\
flow: past_due
language: es
country: CL
currency: CLP
csv: {delimiter: ";", decimal: ",", max_bad_share: 0.05}
trunk: carrier
other_trunks: backup
lines: 20
caller_ids:
  - {number: "+56221234567", name: Example, countries: CL, per_day: 500}
pacing: {mode: power, ratio: 1.5}
retry:
  attempts: 6
  busy: {minutes: [10, 30], per_day: 3}
follow_up: {flow: broken_promise, remind: upcoming_payment}
"""


def written(folder: Path, text: str) -> Path:
    (folder / "march.yaml").write_text(text)
    return folder


def test_a_campaign_is_read_from_its_file(tmp_path: Path) -> None:
    campaign = read_campaign(written(tmp_path, WRITTEN), "march")
    assert (campaign.flow, campaign.country, campaign.lines) == ("past_due", "CL", 20)
    assert campaign.trunks == ("carrier", "backup")
    assert campaign.csv.decimal == ","
    assert str(campaign.caller_ids[0]) == '"Example" <+56221234567>'
    assert campaign.pacing.ratio == 1.5
    assert campaign.retry.busy.minutes == (10, 30)
    assert campaign.missing == ()


def test_what_a_trunk_is_told_to_dial() -> None:
    campaign = CampaignSettings(endpoint="PJSIP/{number}@{trunk}")
    assert campaign.dialled("+56221234567", "backup") == "PJSIP/+56221234567@backup"


def test_a_campaign_without_trunk_and_number_takes_contacts_and_says_what_it_lacks(tmp_path: Path) -> None:
    campaign = read_campaign(written(tmp_path, ""), "march")
    assert [lack.partition(":")[0] for lack in campaign.missing] == ["trunk", "caller_ids"]


def test_every_problem_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    text = WRITTEN.replace("ratio: 1.5", "ration: 1.5").replace("lines: 20", "lines: many")
    text = text.replace("country: CL\n", "country: Chile\n").replace("minutes: [10, 30]", "hours: 1")
    with pytest.raises(CampaignError) as refused:
        read_campaign(written(tmp_path, text), "march")
    file = tmp_path / "march.yaml"
    assert str(refused.value).splitlines() == [
        f"{file}:3:10: 'Chile' is no country: write ISO 3166's two capital letters, such as US or CL",
        f"{file}:8:8: a whole number is needed here, not 'many'",
        f"{file}:11:23: unknown key 'ration': did you mean 'ratio'?",
        f"{file}:14:10: unknown key 'hours'; there is minutes, per_day, next_day, other_daypart, days, "
        "in_all",
    ]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("endpoint: PJSIP/carrier", "must say where the number goes"),
        ("endpoint: PJSIP/{number}@{host}", "{number} and {trunk} only"),
        ("currency: pesos", "is no currency"),
        ('caller_ids: [{number: "anonymous"}]', "is no number to show"),
        ("caller_ids: [{number: +56221234567}]", "put it in quotes"),
        ('caller_ids: [{number: "+56221234567"}, {number: "+56221234567"}]', "twice: keep one"),
        ('caller_ids: [{number: "+56221234567", countries: Chile}]', "two capital letters"),
        ("- flow", "this file is a mapping that begins with `flow:`"),
        ("pacing: {ratio: 9}", "3"),
        ("lines: 0", "1 at least"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, line: str, what: str) -> None:
    with pytest.raises(CampaignError, match=r"march\.yaml:1:\d+: ") as refused:
        read_campaign(written(tmp_path, line), "march")
    assert what in str(refused.value)


def test_a_name_that_is_nearly_right_is_told(tmp_path: Path) -> None:
    with pytest.raises(CampaignError, match="did you mean 'march'"):
        read_campaign(written(tmp_path, ""), "marsh")


@pytest.mark.parametrize("name", ["../march", "March", "a/b", ""])
def test_a_name_leads_nowhere_but_into_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(CampaignError, match="no name of a campaign"):
        read_campaign(tmp_path, name)


def test_what_is_saved_of_a_follow_up_counts_from_then_on(tmp_path: Path) -> None:
    file = tmp_path / "march.yaml"
    assert follow_up_of(tmp_path, "march") is None
    file.write_text("country: CL\n")
    assert follow_up_of(tmp_path, "march") is None
    file.write_text("follow_up: {flow: broken_promise, priority: 7}\n")
    assert follow_up_of(tmp_path, "march") == FollowUp(flow="broken_promise", priority=7)
    file.write_text("follow_up: {floe: broken_promise}\n")
    with pytest.raises(CampaignError, match="did you mean"):
        follow_up_of(tmp_path, "march")


def test_the_campaigns_of_a_folder(tmp_path: Path) -> None:
    for name in ("march.yaml", "april.yaml", "notes.txt", "Bad Name.yaml"):
        (tmp_path / name).touch()
    assert campaign_names(tmp_path) == ["april", "march"]


def test_the_example_of_the_docs_can_be_dialled() -> None:
    example = read_campaign_file(DOCS / "campaign.example.yaml")
    assert example.missing == ()
    assert "broken_promise" in example.flows
