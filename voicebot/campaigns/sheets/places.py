"""Countries, regions, time zones and languages as people write them into files. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Final
from zoneinfo import available_timezones

from babel import Locale

from voicebot.campaigns.sheets.columns import folded
from voicebot.contact.calendars import region_codes, region_names

LANGUAGES: Final = ("en", "es")
"""Those that voicebot speaks."""
CHANNELS: Final[Mapping[str, str]] = {
    **dict.fromkeys(["voice", "phone", "call", "calls", "voz", "llamada", "llamadas", "telefono"], "voice"),
    **dict.fromkeys(["sms", "text", "texto"], "sms"),
    **dict.fromkeys(["whatsapp", "wa"], "whatsapp"),
    **dict.fromkeys(["email", "mail", "e_mail", "correo", "correo_electronico"], "email"),
    **dict.fromkeys(["letter", "carta"], "letter"),
    **dict.fromkeys(["visit", "visita"], "visit"),
}
_MORE: Final = {
    "usa": "US",
    "eeuu": "US",
    "ee_uu": "US",
    "chl": "CL",
    "col": "CO",
    "mex": "MX",
    "per": "PE",
} | {
    "arg": "AR",
    "bra": "BR",
    "esp": "ES",
    "uk": "GB",
    "republica_dominicana": "DO",
    "can": "CA",
    "ury": "UY",
}
_NO_COUNTRY: Final = re.compile(r"^(region|region_de|region_del|estado_de|provincia_de|departamento_de)_")
_DAY: Final = r"(?:mon|tue|wed|thu|fri|sat|sun)"
_INCONVENIENT: Final = re.compile(
    rf"(?:{_DAY}(?:-{_DAY})?)(?: ([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00))?"
    r"|([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)"
)


@lru_cache(maxsize=1024)
def read_country(text: str) -> str:
    """A country by its two letters, or by its name in English or Spanish.

    Raises:
        ValueError: it is none.
    """
    plain = folded(text)
    code = _countries().get(plain) or _MORE.get(plain)
    if code is None:
        raise ValueError("is no country: write its two letters in ISO 3166, such as US, CL or MX")
    return code


@lru_cache(maxsize=4096)
def read_region(text: str, country: str) -> str | None:
    """A region's code in its country, by that or by its name; ``None`` when there is none."""
    known = _regions(country)
    plain = folded(text).removeprefix(f"{country.lower()}_")
    return known.get(plain) or known.get(_NO_COUNTRY.sub("", plain))


@lru_cache(maxsize=1024)
def read_zone(text: str) -> str:
    """A time zone by its name in the tz database.

    Raises:
        ValueError: it is none.
    """
    name = text.strip()
    if "/" not in name or name not in available_timezones():
        raise ValueError(
            "is no time zone: write its name, such as America/Santiago; offsets change in summer"
        )
    return name


@lru_cache(maxsize=1024)
def read_language(text: str) -> str:
    """A language that voicebot speaks: ``es``, ``es-CL``, ``Spanish`` or ``español``.

    Raises:
        ValueError: it is none.
    """
    plain = folded(text)
    named = {"english": "en", "ingles": "en", "spanish": "es", "espanol": "es", "castellano": "es"}
    code = named.get(plain, plain.split("_")[0])
    if code not in LANGUAGES:
        raise ValueError(f"is no language that voicebot speaks: write one of {', '.join(LANGUAGES)}")
    return code


@lru_cache(maxsize=1024)
def read_channels(text: str) -> tuple[str, ...]:
    """Ways to reach somebody, as ``voice, sms``.

    Raises:
        ValueError: one is not known.
    """
    words = [folded(word) for word in re.split(r"[,;|/+]", text) if word.strip()]
    if unknown := [word for word in words if word not in CHANNELS]:
        raise ValueError(f"names {unknown[0]!r}: write voice, sms, whatsapp, email, letter or visit")
    return tuple(dict.fromkeys(CHANNELS[word] for word in words))


@lru_cache(maxsize=1024)
def read_inconvenient(text: str) -> tuple[str, ...]:
    """Times at which somebody is not to be called, as ``mon-fri 12:00-14:00; sat; 20:00-21:00``.

    Raises:
        ValueError: they cannot be read.
    """
    times = tuple(" ".join(part.lower().split()) for part in re.split("[;|,]", text) if part.strip())
    for part in times:
        if not _INCONVENIENT.fullmatch(part):
            raise ValueError("is no time of the week, such as mon-fri 12:00-14:00; sat")
    return times


@cache
def _countries() -> dict[str, str]:
    names = {
        folded(name): code
        for language in ("en", "es")
        for code, name in Locale(language).territories.items()
        if len(code) == 2 and code.isalpha()
    }
    return names | {code.lower(): code for code in set(names.values())}


@cache
def _regions(country: str) -> dict[str, str]:
    codes = {code.lower(): code for code in region_codes(country)}
    return {folded(name): code for name, code in region_names(country).items()} | codes
