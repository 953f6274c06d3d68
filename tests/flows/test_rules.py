"""The rules that ship, by what a careless author might write."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dialogue.small import small
from voicebot.dialogue.checking.compliance import forbidden, required_notices
from voicebot.dialogue.language.notation import Notice
from voicebot.dialogue.language.rules import CountryRules
from voicebot.dialogue.reading.loader import read_country

RULES = Path(__file__).parents[2] / "flows" / "rules"
COUNTRIES = ("ar", "br", "cl", "co", "es", "mx", "pe", "us")


def rules(country: str) -> CountryRules:
    [read], _, problems = read_country(RULES / f"{country.lower()}.yaml")
    assert problems == []
    return read


def broken_by(text: str, language: str, country: str) -> set[str]:
    """The rules of ``country`` that a prompt breaks."""
    flow = small({"states": {"nobody": {"say": {language: text}}}})
    told = [fault.message.split(f"(rule {country}.")[1] for fault in forbidden(flow, [rules(country)])]
    return {message.split(",")[0] for message in told}


@pytest.mark.parametrize(
    ("country", "language", "text", "rule"),
    [
        ("CO", "es", "¿Por qué no ha pagado su cuota?", "no_reason_asked"),
        ("CO", "es", "¿Cuál es el motivo por el que no pudo pagar?", "no_reason_asked"),
        ("CO", "es", "¿A qué se debe el atraso?", "no_reason_asked"),
        ("CO", "en", "Why haven't you paid yet?", "no_reason_asked"),
        ("CO", "en", "What is the reason you did not pay?", "no_reason_asked"),
        ("CO", "en", "Why didn't you make the payment?", "no_reason_asked"),
        ("CO", "es", "Déme una referencia personal.", "no_references"),
        ("CO", "es", "Podría ir a la cárcel.", "no_arrest"),
        ("US", "en", "You may be arrested.", "no_arrest"),
        ("US", "en", "We will garnish your wages.", "no_lawsuit"),
        ("US", "en", "This is the legal department.", "no_impersonation"),
        ("US", "es", "Este es su último aviso.", "no_false_urgency"),
        ("US", "en", "Pay the whole sum immediately.", "no_false_urgency"),
        ("US", "en", "This may damage your credit.", "no_credit_threat"),
        ("US", "en", "We could tell your employer.", "no_third_parties"),
        ("US", "en", "I'm not a robot.", "no_posing_as_person"),
        ("MX", "es", "Llamamos del juzgado.", "no_court_language"),
        ("MX", "es", "Llamamos del despacho jurídico.", "no_impersonation"),
        ("MX", "es", "Dígame el número de su tarjeta.", "no_payment_taken"),
        ("MX", "es", "Le contaremos a su familia.", "no_public_exposure"),
        ("CL", "es", "Iniciaremos acciones legales.", "no_lawsuit"),
        ("CL", "es", "Quedará en Dicom.", "no_credit_threat"),
        ("PE", "es", "Es una notificación judicial.", "no_court_language"),
        ("AR", "es", "Debería darle vergüenza.", "no_insult"),
    ],
)
def test_what_a_country_forbids_is_found(country: str, language: str, text: str, rule: str) -> None:
    assert broken_by(text, language, country) == {rule}


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "When can you pay? I have noted that an attorney speaks for you. Call the emergency number."),
        (
            "es",
            "¿Cuándo puede pagar? Anoté que le representa un abogado. Quedó anotado. Por favor, no cuelgue.",
        ),
        ("en", "This is an automated assistant. Why not call us again tomorrow?"),
        ("es", "¿Por qué no me llama mañana? Le comunico con una persona."),
    ],
)
def test_what_is_harmless_is_let_through(country: str, language: str, text: str) -> None:
    assert broken_by(text, language, country.upper()) == set()


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_has_its_notices_and_their_sources(country: str) -> None:
    assert {Notice.AUTOMATED, Notice.RECORDED} <= required_notices([rules(country)]).keys()


def test_purpose_of_the_call_is_told_where_the_law_says_so() -> None:
    required = required_notices([rules(country) for country in COUNTRIES])
    assert required[Notice.DEBT_COLLECTION] == "the United States: 15 USC 1692e(11), 12 CFR 1006.18(e)"
