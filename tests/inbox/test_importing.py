from __future__ import annotations

import errno
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.campaigns.sheets.ana import sheet
from tests.inbox.conftest import settings_in
from tests.store.portfolio import dial, no_hash
from voicebot.campaigns.queue import Ended
from voicebot.campaigns.retry import TryAgain
from voicebot.campaigns.sheets.import_report import ImportReport
from voicebot.commands.imports import import_and_tell
from voicebot.disposition import Disposition
from voicebot.errors import CampaignError
from voicebot.inbox import importing, placing, rejected, spool
from voicebot.inbox.alone import alone
from voicebot.inbox.importing import import_file
from voicebot.settings import Settings
from voicebot.store.campaign_tables import campaigns, consents, contacts, imports, persons
from voicebot.store.dialling import SqlContactQueue
from voicebot.store.sql import SqlStore
from voicebot.store.tables import suppressions

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def settings(tmp_path: Path, database_url: str) -> Settings:
    """With either database."""
    return settings_in(tmp_path, database_url)


async def drop(settings: Settings, store: SqlStore, content: str, name: str = "november.csv") -> ImportReport:
    path = settings.campaigns_dir / "inbox" / name
    path.write_text(content, encoding="utf-8")
    return await import_file(settings, store, path)


async def rows(store: SqlStore, table: Any) -> list[dict[str, Any]]:
    async with store.database.reading("the rows") as sql:
        return [
            dict(row) for row in (await sql.execute(select(table).order_by(*table.primary_key))).mappings()
        ]


async def states(store: SqlStore) -> dict[str, str]:
    return {row["account_id"]: row["state"] for row in await rows(store, contacts)}


def counts(report: ImportReport) -> tuple[int, int, int]:
    return report.totals.accepted, report.totals.updated, report.totals.unchanged


async def test_a_file_that_was_taken_away_from_the_inbox_leaves_no_report(
    settings: Settings, store: SqlStore
) -> None:
    inbox = settings.campaigns_dir / "inbox"
    with pytest.raises(CampaignError, match="there is no such file"):
        await import_file(settings, store, inbox / "november.csv")
    assert list(inbox.rglob("*")) == []


async def test_whoever_was_imported_is_known_when_they_call(settings: Settings, store: SqlStore) -> None:
    await drop(
        settings, store, sheet({"phone_2": "22345 6789", "language": "es", "verification_hint": "4321"})
    )
    (account,) = await store.accounts_of("+56223456789")
    assert (account.account_id, account.language) == ("A-1", "es")
    assert account.phones == ("+56961234567", "+56223456789")
    assert (account.facts["balance"], account.facts["last4"]) == ("1250", "4321")


async def test_the_same_bytes_again_do_nothing(settings: Settings, store: SqlStore) -> None:
    first = await drop(settings, store, sheet({}, {}))
    again = await drop(settings, store, sheet({}, {}))
    assert (first.state, again.state) == ("imported", "known")
    assert again.sentence.startswith("the same bytes were loaded on")
    done = {path.name for path in (settings.campaigns_dir / "inbox" / "done").iterdir()}
    assert {"november.csv", "november.report.json"} < done
    assert len(done) == 4


async def test_the_same_bytes_read_in_another_way_are_another_import(
    settings: Settings, store: SqlStore
) -> None:
    content = sheet(*[{}] * 9, {"amount_due": "1.500"})
    assert counts(await drop(settings, store, content)) == (9, 0, 0)
    (settings.campaigns_dir / "november.yaml").write_text('csv: {decimal: ","}', encoding="utf-8")
    assert counts(await drop(settings, store, content)) == (1, 0, 9)


async def test_a_new_file_updates_what_differs_and_counts_what_does_not(
    settings: Settings, store: SqlStore
) -> None:
    await drop(settings, store, sheet({}, {}, {}))
    report = await drop(settings, store, sheet({}, {"amount_due": "999", "phone_1": "971234567"}, {}, {}))
    assert counts(report) == (1, 1, 2)
    account = await store.find_account("A-2")
    assert account
    assert (account.facts["balance"], account.phones) == ("999", ("+56971234567",))


async def test_a_full_file_closes_what_it_lacks_and_opens_it_when_it_is_back(
    settings: Settings, store: SqlStore
) -> None:
    everybody: list[dict[str, str]] = [{}, {}, {}, {}]
    await drop(settings, store, sheet(*everybody))
    report = await drop(settings, store, sheet(*everybody[:3]), "november.full.csv")
    assert report.totals.closed == 1
    assert (await states(store))["A-4"] == "closed"
    await drop(settings, store, sheet(*everybody, {}), "november.more.csv")
    assert (await states(store))["A-4"] == "waiting"


async def test_a_contact_that_a_full_file_lacks_while_its_telephone_rings_is_called_no_more(
    settings: Settings, store: SqlStore
) -> None:
    await drop(settings, store, sheet(*[{}] * 4))
    queue, now = SqlContactQueue(store.database), datetime.now(UTC)
    async with store.database.writing("who goes first") as sql:
        await sql.execute(update(campaigns).values(state="running"))
        await sql.execute(update(contacts).where(contacts.c.account_id == "A-4").values(priority=9))
    await queue.claim("november", now, dial, no_hash)
    report = await drop(settings, store, sheet(*[{}] * 3), "november.full.csv")
    assert report.totals.closed == 1
    await queue.finish(Ended("A-4-1", now, Disposition.BUSY), lambda told: TryAgain(now, told.e164))
    assert (await states(store))["A-4"] == "closed"
    await drop(settings, store, sheet(*[{}] * 5), "november.more.csv")
    assert (await states(store))["A-4"] == "waiting"


async def test_a_full_file_that_would_close_half_of_them_is_held(settings: Settings, store: SqlStore) -> None:
    await drop(settings, store, sheet({}, {}, {}, {}))
    report = await drop(settings, store, sheet({}, {}), "november.full.csv")
    assert report.code == "CLOSES_TOO_MANY"
    assert report.sentence.startswith("it lacks 2 of the campaign's 4 open contacts")
    assert set((await states(store)).values()) == {"waiting"}


async def test_a_bad_row_of_a_full_file_closes_no_contact(settings: Settings, store: SqlStore) -> None:
    await drop(settings, store, sheet(*[{}] * 6))
    report = await drop(settings, store, sheet(*[{}] * 5, {"amount_due": "x"}), "november.full.csv")
    assert (report.totals.rejected, report.totals.closed) == (1, 0)


async def test_a_full_file_with_a_row_of_nobody_closes_nothing(settings: Settings, store: SqlStore) -> None:
    await drop(settings, store, sheet(*[{}] * 9))
    report = await drop(settings, store, sheet(*[{}] * 8, {"account_ref": ""}), "november.full.csv")
    assert (report.code, report.line) == ("CLOSES_TOO_MANY", 10)


async def test_who_wants_no_more_calls_is_heeded_while_a_call_goes_on(
    settings: Settings, store: SqlStore
) -> None:
    given = {"consent_ai_voice": "yes", "consent_at": "2026-01-15", "consent_source": "web form"}
    await drop(settings, store, sheet(given))
    await store.call_started(
        "1", flow="f", flow_version="1", language="es", started_at=datetime.now(UTC), account_id="A-1"
    )
    report = await drop(settings, store, sheet({"dnc": "yes", "consent_ai_voice": "no", "amount_due": "1"}))
    assert report.totals.call_live == 1
    assert [row["person_id"] for row in await rows(store, suppressions)] == ["account:A-1"]
    assert [bool(row["revoked_at"]) for row in await rows(store, consents)] == [True]


async def test_what_a_call_is_about_is_left_alone_and_given_back(settings: Settings, store: SqlStore) -> None:
    await drop(settings, store, sheet({}, {}))
    now = datetime.now(UTC)
    await store.call_started(
        "1", flow="f", flow_version="1", language="es", started_at=now, direction="outbound", account_id="A-2"
    )
    report = await drop(settings, store, sheet({"amount_due": "1"}, {"amount_due": "2"}))
    assert (report.totals.updated, report.totals.call_live) == (1, 1)
    account = await store.find_account("A-2")
    assert account
    assert account.facts["balance"] == "1250"
    (back,) = (settings.campaigns_dir / "inbox" / "done").glob("*.rejected.csv")
    assert back.read_text("utf-8-sig").splitlines()[1].startswith("3;CALL_LIVE;")


async def test_what_was_reached_stays_so_with_a_new_file(settings: Settings, store: SqlStore) -> None:
    await drop(settings, store, sheet({}))
    async with store.database.writing("the end") as sql:
        await sql.execute(update(contacts).values(state="done", disposition="RPC_PROMISE"))
    await drop(settings, store, sheet({"amount_due": "1"}))
    assert await states(store) == {"A-1": "done"}


async def test_a_file_does_not_release_whom_a_person_has_to_look_at_and_says_so(
    settings: Settings, store: SqlStore
) -> None:
    await drop(settings, store, sheet({}, {}))
    async with store.database.writing("the end") as sql:
        held = update(contacts).where(contacts.c.account_id == "A-1")
        await sql.execute(held.values(state="held", reason="deceased", next_at=None))
    report = await drop(settings, store, sheet({"amount_due": "1"}, {}))
    assert (await states(store))["A-1"] == "held"
    assert report.problems.by_code["HELD"] == 1


async def test_whoever_was_held_for_want_of_consent_is_called_when_it_is_there(
    settings: Settings, store: SqlStore
) -> None:
    ana = {"country": "US", "phone_1": "2025550123", "currency": "USD", "region": "DC"}
    await drop(settings, store, sheet(ana))
    async with store.database.writing("the hold") as sql:
        await sql.execute(update(contacts).values(state="held", reason="no_consent", next_at=None))
    await drop(settings, store, sheet({**ana, "consent_ai_voice": "yes", "consent_at": "2026-01-15"}))
    assert await states(store) == {"A-1": "waiting"}


async def test_a_telephone_that_a_new_file_lacks_is_not_the_next_one(
    settings: Settings, store: SqlStore
) -> None:
    await drop(settings, store, sheet({}, {}))
    async with store.database.writing("what is next") as sql:
        await sql.execute(update(contacts).values(phone="+56961234567"))
    await drop(settings, store, sheet({"phone_1": "971234567"}, {"amount_due": "1"}))
    assert [row["phone"] for row in await rows(store, contacts)] == [None, "+56961234567"]


async def test_do_not_call_suppresses_every_telephone_once(settings: Settings, store: SqlStore) -> None:
    report = await drop(settings, store, sheet({"dnc": "yes", "phone_2": "971234567"}))
    await drop(settings, store, sheet({"dnc": "yes", "phone_2": "971234567", "amount_due": "1"}))
    assert report.totals.not_called == 1
    assert await states(store) == {"A-1": "closed"}
    kept = await rows(store, suppressions)
    assert [(row["channel"], row["reason"], row["person_id"]) for row in kept] == [
        ("all", "dnc in file november.csv", "account:A-1")
    ] * 2


async def test_do_not_call_is_the_person_s_in_every_campaign_whatever_is_on_record_of_the_telephone(
    settings: Settings, store: SqlStore
) -> None:
    await drop(settings, store, sheet({"dnc": "yes"}))
    partial: dict[str, Any] = {"campaign": "november", "channel": "voice", "person_id": None}
    async with store.database.writing("what was asked for less") as sql:
        await sql.execute(update(suppressions).values(partial))
    await drop(settings, store, sheet({"dnc": "yes", "amount_due": "1"}))
    kept = [(row["channel"], row["campaign"], row["person_id"]) for row in await rows(store, suppressions)]
    assert kept == [("voice", "november", None), ("all", None, "account:A-1")]


async def test_of_two_rows_about_a_person_the_one_without_consent_counts(
    settings: Settings, store: SqlStore
) -> None:
    given = {"consent_ai_voice": "yes", "consent_at": "2026-01-15", "consent_source": "web form"}
    refused = {"consent_ai_voice": "no", "consent_at": "", "consent_source": ""}
    accounts = [
        {**consent, "person_id": "P-1", "account_ref": ref, "country": "US", "phone_1": "2125550123"}
        for ref, consent in (("A-1", refused), ("A-2", given))
    ]
    await drop(settings, store, sheet(*accounts))
    (consent,) = await rows(store, consents)
    assert consent["revoked_at"]


async def test_a_no_counts_however_far_from_a_yes_it_stands_in_the_file(
    settings: Settings, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "PAGE", 1)
    given = {"consent_ai_voice": "yes", "consent_at": "2026-01-15", "consent_source": "web form"}
    refused = {"consent_ai_voice": "no", "consent_at": "", "consent_source": ""}
    both = [
        {**said, "person_id": "P-1", "account_ref": ref} for ref, said in (("A-1", refused), ("A-2", given))
    ]
    for campaign, accounts in (("november", both), ("december", both[::-1])):
        await drop(settings, store, sheet(*accounts), f"{campaign}.csv")
        assert [bool(row["revoked_at"]) for row in await rows(store, consents)] == [True]
        assert await states(store) == {"A-1": "closed", "A-2": "closed"}
    await drop(settings, store, sheet({**both[1], "consent_at": "2026-11-01"}), "november.more.csv")
    assert sum(not row["revoked_at"] for row in await rows(store, consents)) == 1


@pytest.mark.parametrize(
    ("bad", "suppressed"),
    [
        ({"due_date": "soon"}, [(True, "account:A-1")]),
        ({"amount_due": "much", "person_id": "P-1"}, [(True, "P-1"), (True, "account:A-1")]),
        ({"phone_1": "12"}, [(False, "account:A-1")]),
        ({"account_ref": ""}, [(True, None)]),
        ({"account_ref": "", "phone_1": "12"}, []),
    ],
)
async def test_who_wants_no_more_calls_is_heeded_although_the_row_is_rejected(
    settings: Settings, store: SqlStore, bad: dict[str, str], suppressed: list[tuple[bool, str | None]]
) -> None:
    await drop(settings, store, sheet({}))
    others = [{"account_ref": f"B-{number}"} for number in range(4)]
    for name, notes in (("november.bad.csv", "once"), ("november.again.csv", "twice")):
        report = await drop(settings, store, sheet({"dnc": "yes", "notes": notes, **bad}, *others), name)
        assert report.totals.rejected == 1
        kept = [(bool(row["number_hash"]), row["person_id"]) for row in await rows(store, suppressions)]
        assert sorted(kept, key=str) == sorted(suppressed, key=str)


async def test_who_wants_no_more_calls_is_heeded_in_a_second_row_about_the_account(
    settings: Settings, store: SqlStore
) -> None:
    others: list[dict[str, str]] = [{} for _ in range(6)]
    await drop(settings, store, sheet(*others, {"account_ref": "A-1", "dnc": "yes"}))
    assert [row["person_id"] for row in await rows(store, suppressions)] == ["account:A-1"]


async def test_whose_telephones_are_suppressed_is_told(settings: Settings, store: SqlStore) -> None:
    await drop(settings, store, sheet({"dnc": "yes"}))
    report = await drop(settings, store, sheet({}), "december.csv")
    assert (report.totals.not_called, report.problems.by_code["ON_DNC"]) == (1, 1)


async def test_consent_is_kept_with_its_proof_and_taken_back(settings: Settings, store: SqlStore) -> None:
    ana = {"country": "US", "phone_1": "2025550123", "currency": "USD", "region": "DC"}
    given = {**ana, "consent_ai_voice": "yes", "consent_at": "2026-01-15T10:30:00-05:00"}
    await drop(settings, store, sheet(given))
    await drop(settings, store, sheet({**given, "amount_due": "1"}))
    (consent,) = await rows(store, consents)
    assert (consent["given_at"], consent["revoked_at"]) == (datetime(2026, 1, 15, 15, 30, tzinfo=UTC), None)
    await drop(settings, store, sheet({**ana, "consent_ai_voice": "no"}))
    (consent,) = await rows(store, consents)
    assert consent["revoked_at"]
    assert await states(store) == {"A-1": "closed"}


async def test_what_a_person_said_outlives_a_file_without_it(settings: Settings, store: SqlStore) -> None:
    await drop(settings, store, sheet({"inconvenient_times": "sat-sun", "allowed_channels": "voice, sms"}))
    await drop(settings, store, sheet({"amount_due": "1"}))
    (person,) = await rows(store, persons)
    assert (person["inconvenient"], person["channels"]) == (["sat-sun"], ["voice", "sms"])


async def test_an_import_that_dies_half_way_is_finished_by_the_next(
    settings: Settings, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "PAGE", 2)
    told = importing._Import._tell

    def dies(self: Any, page: Any, loaded: Any) -> None:
        if page[-1].line == 5:
            raise KeyboardInterrupt
        told(self, page, loaded)

    monkeypatch.setattr(importing._Import, "_tell", dies)
    with pytest.raises(KeyboardInterrupt):
        await drop(settings, store, sheet(*[{}] * 7))
    assert len(await states(store)) == 4
    monkeypatch.setattr(importing._Import, "_tell", told)
    report = await import_file(settings, store, settings.campaigns_dir / "inbox" / "november.csv")
    assert (counts(report), len(await states(store))) == ((7, 0, 0), 7)
    (row,) = await rows(store, imports)
    assert (row["state"], row["totals"]["accepted"]) == ("loaded", 7)


async def test_rejected_rows_mended_by_hand_can_be_dropped_as_they_are(
    settings: Settings, store: SqlStore
) -> None:
    await drop(settings, store, sheet(*[{}] * 9, {"amount_due": "1.500", "last_name": "-x+y"}))
    back = settings.campaigns_dir / "inbox" / "done" / "november.rejected.csv"
    assert ";'-x+y" in back.read_text("utf-8-sig")
    report = await drop(
        settings, store, back.read_text("utf-8").replace("1.500", "1500"), "november.mended.csv"
    )
    assert counts(report) == (1, 0, 0)
    account = await store.find_account("A-10")
    assert account
    assert account.facts["last_name"] == "-x+y"


async def test_formulas_are_harmless_in_what_is_given_back(settings: Settings, store: SqlStore) -> None:
    await drop(settings, store, sheet(*[{}] * 9, {"first_name": "=HYPERLINK(A1)", "phone_1": "+56961234567"}))
    (_, row) = (settings.campaigns_dir / "inbox" / "done" / "november.rejected.csv").read_text().splitlines()
    assert ";'=HYPERLINK(A1);+56961234567;" in row


async def test_a_full_disk_changes_nothing_and_the_file_stays(
    settings: Settings, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "november.rejected.csv")

    monkeypatch.setattr(rejected.RejectedRows, "begin", full)
    with pytest.raises(CampaignError, match="No space left on device; mend that and import it again"):
        await drop(settings, store, sheet({}))
    assert await states(store) == {}
    assert (settings.campaigns_dir / "inbox" / "november.csv").exists()


async def test_a_report_that_found_no_room_is_written_when_the_file_is_imported_again(
    settings: Settings, store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "november.report.json")

    path = settings.campaigns_dir / "november.csv"
    path.write_text(sheet({}), encoding="utf-8")
    monkeypatch.setattr(importing, "write_whole", full)
    with pytest.raises(CampaignError, match="No space left"):
        await import_file(settings, store, path)
    monkeypatch.setattr(importing, "write_whole", placing.write_whole)
    await import_file(settings, store, path)
    report = json.loads(path.with_name("november.report.json").read_text())
    assert (report["state"], report["totals"]["accepted"]) == ("known", 1)


async def test_two_imports_at_once_do_not_meet(settings: Settings, store: SqlStore) -> None:
    with alone(settings.var_dir, "import"), pytest.raises(CampaignError, match="another import is at work"):
        await drop(settings, store, sheet({}))


def test_nothing_personal_is_left_on_disk_by_a_spool(tmp_path: Path) -> None:
    rows_of_file = spool.Spool(tmp_path)
    assert list(tmp_path.iterdir()) == []
    rows_of_file.close()


async def test_the_example_of_the_documents_loads(
    settings: Settings, store: SqlStore, capsys: pytest.CaptureFixture[str]
) -> None:
    path = settings.campaigns_dir / "example.csv"
    path.write_bytes((DOCS / "contacts.example.csv").read_bytes())
    assert await import_and_tell(settings, path, campaign="", full=False, as_json=True) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["totals"]["accepted"], report["problems"]) == (2, [])
    assert report["dialect"]["columns"]["how_to_pay"] == "custom.how_to_pay"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (sheet({}), 0),
        (sheet(*[{}] * 9, {"amount_due": "x"}), 3),
        (sheet({"amount_due": "x"}), 4),
    ],
)
async def test_the_exit_code_tells_what_came_of_it(settings: Settings, content: str, code: int) -> None:
    path = settings.campaigns_dir / "november.csv"
    path.write_text(content, encoding="utf-8")
    assert await import_and_tell(settings, path, campaign="", full=False, as_json=False) == code
