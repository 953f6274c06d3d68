"""The columns of a file of contacts, by whatever name they go in English and Spanish. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from voicebot.campaigns.sheets.columns import REJECTED, Layout, by_every_name, folded, refuse_twice
from voicebot.campaigns.sheets.problems import Code, UnreadableCsv

CUSTOM: Final = "custom."
IGNORED: Final = "-"
"""What an operator writes for a column that is not to be kept."""


class Column(StrEnum):
    """What voicebot reads; the telephones stand beside it as ``phone_1`` to ``phone_5``."""

    ACCOUNT_REF = "account_ref"
    PERSON_ID = "person_id"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    COUNTRY = "country"
    REGION = "region"
    TIME_ZONE = "time_zone"
    LANGUAGE = "language"
    CREDITOR = "creditor"
    PRODUCT = "product"
    AMOUNT_DUE = "amount_due"
    CURRENCY = "currency"
    MIN_PAYMENT = "min_payment"
    DUE_DATE = "due_date"
    DAYS_PAST_DUE = "days_past_due"
    CONSENT_AI_VOICE = "consent_ai_voice"
    CONSENT_SOURCE = "consent_source"
    CONSENT_AT = "consent_at"
    CONSENT_REVOKED_AT = "consent_revoked_at"
    ALLOWED_CHANNELS = "allowed_channels"
    DNC = "dnc"
    PRIORITY = "priority"
    OFFER_MAX_DISCOUNT_PCT = "offer_max_discount_pct"
    OFFER_MAX_INSTALMENTS = "offer_max_instalments"
    VERIFICATION_HINT = "verification_hint"
    INCONVENIENT_TIMES = "inconvenient_times"
    NOTES = "notes"


ALIASES: Final[Mapping[str, str]] = {
    Column.ACCOUNT_REF: (
        "account account_id account_no account_number reference ref loan_id contract cuenta "
        "numero_de_cuenta nro_cuenta no_cuenta id_cuenta contrato nro_contrato numero_de_contrato "
        "operacion nro_operacion numero_de_operacion credito nro_credito referencia folio "
        "obligacion"
    ),
    Column.PERSON_ID: (
        "customer_id client_id debtor_id id_cliente id_persona cliente_id id_deudor rut dni cedula curp rfc"
    ),
    Column.FIRST_NAME: "name firstname given_name nombre nombres primer_nombre",
    Column.LAST_NAME: "surname lastname family_name apellido apellidos primer_apellido",
    Column.COUNTRY: "country_code pais codigo_pais",
    Column.REGION: "state province estado provincia departamento",
    Column.TIME_ZONE: "timezone tz zona_horaria huso_horario",
    Column.LANGUAGE: "lang locale idioma lengua",
    Column.CREDITOR: "lender company original_creditor acreedor empresa entidad banco mandante",
    Column.PRODUCT: "product_name producto",
    Column.AMOUNT_DUE: (
        "amount balance debt amount_owed total_due outstanding outstanding_balance monto importe "
        "saldo deuda monto_adeudado saldo_deudor saldo_pendiente monto_deuda total_adeudado"
    ),
    Column.CURRENCY: "currency_code moneda divisa",
    Column.MIN_PAYMENT: "minimum_payment min_amount pago_minimo monto_minimo",
    Column.DUE_DATE: (
        "duedate date_due payment_due_date fecha_vencimiento fecha_de_vencimiento vencimiento "
        "vence fecha_vcto fec_venc"
    ),
    Column.DAYS_PAST_DUE: "dpd days_overdue days_late dias_mora dias_de_mora dias_atraso dias_de_atraso mora",
    Column.CONSENT_AI_VOICE: "consent ai_consent consentimiento consentimiento_voz_ia consentimiento_ia",
    Column.CONSENT_SOURCE: "source_of_consent origen_consentimiento fuente_consentimiento",
    Column.CONSENT_AT: "consent_date fecha_consentimiento",
    Column.CONSENT_REVOKED_AT: "consent_revoked revoked_at fecha_revocacion revocado_el",
    Column.ALLOWED_CHANNELS: "channels canales canales_permitidos canales_autorizados",
    Column.DNC: "do_not_call do_not_contact opt_out no_llamar no_contactar lista_negra",
    Column.PRIORITY: "prioridad",
    Column.OFFER_MAX_DISCOUNT_PCT: (
        "max_discount max_discount_pct discount descuento descuento_maximo descuento_max pct_descuento"
    ),
    Column.OFFER_MAX_INSTALMENTS: (
        "max_instalments max_installments instalments installments cuotas cuotas_maximas max_cuotas"
    ),
    Column.VERIFICATION_HINT: "last4 last_4 id_last4 ultimos_4 ultimos4 ultimos_digitos ultimos_4_digitos",
    Column.INCONVENIENT_TIMES: "do_not_call_at horario_inconveniente no_llamar_en",
    Column.NOTES: "note comment comments nota notas comentario comentarios observacion observaciones",
}
"""By which other names a column is known; ``folded``."""

_PHONE = re.compile(
    r"(?P<word>phone|phone_number|telephone|tel|telefono|numero_telefono|numero_de_telefono|fono|"
    r"(?P<mobile>mobile|mobile_phone|cell|cellphone|cell_phone|celular|movil|telefono_movil|telefono_celular)|"
    r"(?P<home>home_phone|telefono_casa|telefono_fijo|telefono_particular|fijo)|"
    r"(?P<work>work_phone|telefono_trabajo|telefono_laboral|telefono_oficina))_?(?P<place>[1-9])?(?P<type>_type|_tipo)?"
)
REQUIRED: Final = (
    Column.ACCOUNT_REF,
    Column.FIRST_NAME,
    Column.CREDITOR,
    Column.AMOUNT_DUE,
    Column.CURRENCY,
    Column.DUE_DATE,
    Column.COUNTRY,
)
"""Every row has them, and a telephone; the campaign may give some for all rows."""


@dataclass(frozen=True, slots=True)
class PhoneColumn:
    """Where a telephone stands in a row, and what kind it is by the name of its column."""

    index: int
    kind: str
    """``mobile``, ``home``, ``work``, or empty where the name does not tell."""
    type_index: int | None
    """Where its type stands, if it has a column of its own."""


@dataclass(frozen=True, slots=True)
class ContactLayout(Layout):
    """What stands where in every row of a file of contacts."""

    phones: tuple[PhoneColumn, ...]
    custom: Mapping[str, int]
    """By the name of the fact that a flow may take."""

    def taken(self) -> dict[int, str]:
        """What the columns were taken for, by where they stand."""
        taken = Layout.taken(self) | {index: f"{CUSTOM}{name}" for name, index in self.custom.items()}
        for number, phone in enumerate(self.phones, 1):
            taken[phone.index] = f"phone_{number}"
            if phone.type_index is not None:
                taken[phone.type_index] = f"phone_{number}_type"
        return taken


_COLUMNS: Final = frozenset(Column)
_COLUMN_OF: Final = by_every_name(ALIASES)


def known_columns(header: Sequence[str]) -> int:
    """How many columns of what may be a header are known: tells headers from rows, and delimiters apart."""
    return sum(folded(name) in _COLUMN_OF or bool(_PHONE.fullmatch(folded(name))) for name in header)


def is_column(name: str) -> bool:
    """Whether an operator may say that a column is this."""
    own = name.startswith(CUSTOM) and folded(name) == name
    return own or name in _COLUMNS or name == IGNORED or bool(_PHONE.fullmatch(name))


def layout_of(
    header: Sequence[str], own: Mapping[str, str] | None = None, given: Sequence[Column] = ()
) -> ContactLayout:
    """What stands where.

    Args:
        header: the names, as the file writes them.
        own: what an operator says about names, in place of what they are known as.
        given: what the campaign says of every row, so that no column has to.

    Raises:
        UnreadableCsv: a column is there twice, or one that is needed is not.
    """
    names = [_canonical(name, own or {}) for name in header]
    refuse_twice(header, names, many=(CUSTOM, IGNORED), remedy="keep one, or tell them apart in csv.columns")
    places = {name: index for index, name in enumerate(names) if name in _COLUMNS}
    phones = tuple(_phones(names))
    _refuse_missing(header, places, phones, given)
    custom = {
        (name.removeprefix(CUSTOM) or f"column_{index + 1}"): index
        for index, name in enumerate(names)
        if name.startswith(CUSTOM)
    }
    return ContactLayout(tuple(header), places, phones, custom)


def _canonical(name: str, own: Mapping[str, str]) -> str:
    plain = folded(name)
    declared = next((meant for written, meant in own.items() if folded(written) == plain), None)
    if declared is not None:
        return declared
    if plain in REJECTED:
        return IGNORED
    if column := _COLUMN_OF.get(plain):
        return column
    return plain if _PHONE.fullmatch(plain) else f"{CUSTOM}{plain.removeprefix(CUSTOM).replace('.', '_')}"


def _phones(names: Sequence[str]) -> Iterator[PhoneColumn]:
    """Those with a number of their own first, then the others from left to right."""
    found = [(index, match) for index, name in enumerate(names) if (match := _PHONE.fullmatch(name))]
    types = {(match["word"], match["place"]): index for index, match in found if match["type"]}
    numbers = [(index, match) for index, match in found if not match["type"]]
    for index, match in sorted(numbers, key=lambda phone: int(phone[1]["place"] or 9)):
        kind = next((kind for kind in ("mobile", "home", "work") if match[kind]), "")
        yield PhoneColumn(index, kind, types.get((match["word"], match["place"])))


def _refuse_missing(
    header: Sequence[str],
    places: Mapping[str, int],
    phones: Sequence[PhoneColumn],
    given: Sequence[Column],
) -> None:
    needed = (column for column in REQUIRED if column not in given)
    lacking = [column.value for column in needed if column not in places]
    lacking += [] if phones else ["phone_1"]
    if lacking:
        unknown = [name for name in header if name and known_columns([name]) == 0]
        told = f"; these are not known: {', '.join(map(repr, unknown[:12]))}" if unknown else ""
        raise UnreadableCsv(
            Code.MISSING_COLUMN,
            f"no column is {', '.join(lacking)}: name it so, or say in csv.columns which one it is{told}",
            1,
        )
