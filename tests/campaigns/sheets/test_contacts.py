from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.campaigns.sheets.ana import PlainRules, sheet
from voicebot.campaigns.sheets.contact_columns import known_columns, layout_of
from voicebot.campaigns.sheets.contact_row import ContactRow, RowConsent
from voicebot.campaigns.sheets.contacts import ContactReader, RowDefaults
from voicebot.campaigns.sheets.phones import RowPhone
from voicebot.campaigns.sheets.problems import RowProblem
from voicebot.campaigns.sheets.records import open_records
from voicebot.campaigns.sheets.settings import CsvSettings

UNTOLD, NONE = CsvSettings(), RowDefaults()


def read(
    text: str,
    settings: CsvSettings = UNTOLD,
    defaults: RowDefaults = NONE,
) -> tuple[list[ContactRow], list[RowProblem]]:
    head = open_records(text.splitlines(keepends=True), known_columns, settings.delimiter)
    layout = layout_of(head.header, settings.columns, defaults.given())
    reader = ContactReader(layout, settings, PlainRules(), defaults)
    found = [reader.read(record) for record in head.rows]
    return [contact for contact, _ in found if contact], [problem for _, told in found for problem in told]


def row(**cells: str) -> ContactRow:
    (contact,), _ = read(sheet(cells))
    return contact


def told(**cells: str) -> list[tuple[str, str]]:
    contacts, problems = read(sheet(cells))
    assert not contacts
    return [(problem.column, problem.code.value) for problem in problems]


def test_a_row_becomes_a_contact_with_what_flows_ask_for() -> None:
    contact = row(verification_hint="4321", region="Metropolitana de Santiago", language="es-CL")
    assert contact.phones == (RowPhone("+56961234567", ""),)
    assert (contact.amount_due, contact.due_date) == (Decimal(1250), date(2026, 11, 13))
    assert (contact.person_id, contact.language) == ("account:A-1", "es")
    assert contact.facts() == {
        "first_name": "Ana",
        "creditor": "Demo Store",
        "balance": "1250",
        "currency": "CLP",
        "due_date": "2026-11-13",
        "last4": "4321",
    }


def test_spanish_headers_with_accents_and_spaces_are_understood() -> None:
    text = (
        "Nº Operación,NOMBRE,Apellidos,Teléfono Celular,Teléfono casa,País,Empresa,Saldo Pendiente,Moneda,"
        "Fecha de Vencimiento,Cómo_pagar\n"
        'A-1,Ana,"Pérez, Soto",961234567,22345 6789,Chile,Demo Store,"1.250,00",CLP,2026-11-13,En sucursal\n'
    )
    settings = CsvSettings(columns={"nº operación": "account_ref"})
    (contact,), problems = read(text, settings)
    assert not problems
    assert contact.phones == (RowPhone("+56961234567", "mobile"), RowPhone("+56223456789", "home"))
    assert (contact.last_name, contact.facts()["como_pagar"]) == ("Pérez, Soto", "En sucursal")


def test_everything_wrong_with_a_row_is_told_at_once() -> None:
    wrong = told(
        phone_1="5.69123E+10", amount_due="1.250", due_date="03/04/2026", first_name="", currency="peso"
    )
    assert wrong == [
        ("currency", "BAD_CURRENCY"),
        ("amount_due", "BAD_AMOUNT"),
        ("due_date", "BAD_DATE"),
        ("first_name", "MISSING"),
        ("phone_1", "BAD_PHONE"),
    ]


def test_what_a_problem_shows_of_a_value_is_its_shape() -> None:
    _, (problem,) = read(sheet({"phone_1": "5.69123E+10"}))
    assert (problem.line, problem.value) == (2, "9.99999X+99")
    assert problem.sentence.startswith("phone_1 was shortened by a spreadsheet and has lost figures")


@pytest.mark.parametrize(
    ("cells", "wrong"),
    [
        ({"country": "Atlantis"}, ("country", "BAD_COUNTRY")),
        ({"country": "FR", "phone_1": "+56961234567"}, ("country", "NO_RULE_FOR_COUNTRY")),
        ({"country": "US", "phone_1": "2025550123", "region": "Texass"}, ("region", "BAD_REGION")),
        ({"time_zone": "EST"}, ("time_zone", "NO_TZ")),
        ({"language": "fr"}, ("language", "BAD_LANGUAGE")),
        ({"amount_due": "0"}, ("amount_due", "BAD_AMOUNT")),
        ({"min_payment": "2000"}, ("min_payment", "BAD_AMOUNT")),
        ({"dnc": "perhaps"}, ("dnc", "BAD_VALUE")),
        ({"allowed_channels": "fax"}, ("allowed_channels", "BAD_VALUE")),
        ({"inconvenient_times": "evenings"}, ("inconvenient_times", "BAD_VALUE")),
        ({"offer_max_discount_pct": "120"}, ("offer_max_discount_pct", "BAD_VALUE")),
        ({"first_name": "=A2"}, ("first_name", "BAD_TEXT")),
        ({"first_name": "MarÃ\xada"}, ("first_name", "BAD_TEXT")),
        ({"first_name": "A" * 201}, ("first_name", "BAD_TEXT")),
        ({"consent_at": "soon"}, ("consent_at", "BAD_DATE")),
        ({"phone_1": ""}, ("phone_1", "MISSING")),
    ],
)
def test_what_cannot_be_used_rejects_the_row(cells: Mapping[str, str], wrong: tuple[str, str]) -> None:
    assert told(**cells) == [wrong]


def test_a_second_telephone_that_is_none_is_told_and_the_row_loads() -> None:
    (contact,), (problem,) = read(sheet({"phone_2": "none", "phone_3": "+56 9 6123 4567"}))
    assert [phone.e164 for phone in contact.phones] == ["+56961234567"]
    assert (problem.column, problem.code, problem.note) == ("phone_2", "BAD_PHONE", True)


def test_a_person_who_said_no_is_kept_and_not_called() -> None:
    rows = [
        {"dnc": "sí"},
        {"consent_ai_voice": "no"},
        {"allowed_channels": "sms, correo"},
        {"consent_revoked_at": "2026-01-02"},
    ]
    contacts, problems = read(sheet(*rows))
    assert all(contact.not_called for contact in contacts)
    assert [problem.code for problem in problems] == ["ON_DNC", "NO_CONSENT", "NO_CONSENT", "NO_CONSENT"]


def test_consent_without_the_day_it_was_given_proves_nothing() -> None:
    ana = {"country": "US", "phone_1": "2025550123", "currency": "USD", "consent_ai_voice": "yes"}
    contacts, (problem,) = read(
        sheet(ana, {**ana, "consent_at": "2026-01-02T10:00-05:00", "consent_source": "web"})
    )
    assert (problem.line, problem.code) == (2, "NO_CONSENT")
    assert contacts[1].consent == RowConsent(True, datetime(2026, 1, 2, 15, tzinfo=UTC), "web")


def test_what_the_campaign_says_of_every_row_needs_no_column() -> None:
    text = "account_ref,first_name,phone,amount,due_date\n1,Ana,961234567,1250,2026-11-13\n"
    (contact,), _ = read(text, defaults=RowDefaults(country="CL", currency="CLP", creditor="Demo Store"))
    assert (contact.country, contact.currency, contact.creditor) == ("CL", "CLP", "Demo Store")


def test_noughts_that_a_spreadsheet_was_told_to_keep_are_kept() -> None:
    assert row(account_ref='="0012"', verification_hint="'0042").facts()["last4"] == "0042"
    assert row(account_ref='="0012"').account_ref == "0012"


def test_a_column_that_nobody_reads_is_refused_where_it_is_declared() -> None:
    with pytest.raises(ValueError, match="'acount_ref' is no column that voicebot reads"):
        CsvSettings(columns={"Folio": "acount_ref"})


def test_rows_differ_by_their_values_alone() -> None:
    assert row(notes="x", priority="1").digest() == row(priority="1", notes="x").digest() != row().digest()


@given(st.lists(st.text(max_size=12), min_size=8, max_size=8))
def test_no_row_breaks_the_reader(cells: list[str]) -> None:
    header = "account_ref;first_name;phone_1;country;creditor;amount_due;currency;due_date"
    line = ";".join(f'"{cell}"' for cell in (cell.replace('"', "").replace("\n", "") for cell in cells))
    contacts, problems = read(f"{header}\n{line}\n")
    assert len(contacts) <= 1
    assert all(problem.sentence for problem in problems)
