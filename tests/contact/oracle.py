"""The law once more, as its text reads: by loops over zones, days and earlier attempts, and from nothing that
``voicebot.contact`` decides with. Only the values of a question are shared, and the calendars of holidays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from voicebot.contact import Channel, Consent, Past, Person

CALL, SMS, CHAT, MAIL, LETTER, VISIT = (
    Channel(name) for name in ["voice", "sms", "whatsapp", "email", "letter", "visit"]
)
WRITTEN = (SMS, CHAT, MAIL, LETTER)

WHERE = {
    ("US", "MA"): ["America/New_York"],
    ("US", "FL"): ["America/New_York", "America/Chicago"],
    ("US", "CA"): ["America/Los_Angeles"],
    ("US", "HI"): ["Pacific/Honolulu"],
    ("CL", "RM"): ["America/Santiago"],
    ("CL", "VS"): ["America/Santiago", "Pacific/Easter"],
    ("CL", "MA"): ["America/Punta_Arenas"],
    ("CL", None): ["America/Santiago", "Pacific/Easter", "America/Punta_Arenas", "America/Coyhaique"],
    ("CO", None): ["America/Bogota"],
    ("MX", "CMX"): ["America/Mexico_City"],
    ("MX", "BCN"): ["America/Tijuana"],
    ("MX", "CHH"): ["America/Chihuahua", "America/Ojinaga", "America/Ciudad_Juarez"],
    ("PE", None): ["America/Lima"],
    ("AR", "B"): ["America/Argentina/Buenos_Aires"],
    ("BR", "SP"): ["America/Sao_Paulo"],
    ("BR", "RJ"): ["America/Sao_Paulo"],
    ("BR", "ES"): ["America/Sao_Paulo"],
    ("BR", "AM"): ["America/Manaus", "America/Rio_Branco"],
    ("BR", None): ["America/Sao_Paulo", "America/Manaus", "America/Rio_Branco", "America/Noronha"],
    ("ES", "MD"): ["Europe/Madrid"],
    ("ES", "CN"): ["Atlantic/Canary"],
    ("ES", None): ["Europe/Madrid", "Atlantic/Canary"],
}
"""Places of the scenes, and the clocks that people there may live by."""

HOURS = {
    "US": dict.fromkeys(range(7), (8, 21)),
    "CL": dict.fromkeys(range(6), (8, 20)),
    "CO": dict.fromkeys(range(5), (7, 19)) | {5: (8, 15)},
    "MX": dict.fromkeys(range(5), (7, 22)),
    "PE": dict.fromkeys(range(5), (7, 20)),
    "AR": dict.fromkeys(range(5), (9, 19)),
    "BR": dict.fromkeys(range(5), (8, 20)) | {5: (8, 14)},
    "BR-RJ": dict.fromkeys(range(5), (9, 19)),
    "BR-ES": dict.fromkeys(range(5), (8, 19)),
    "BR-AM": dict.fromkeys(range(5), (8, 19)),
    "ES": dict.fromkeys(range(5), (9, 21)),
}
"""From one full hour until another is reached, by day of the week, Monday being 0."""


def lawful(
    person: Person, number: str | None, channel: Channel, now: datetime, past: Sequence[Past], debt: str
) -> bool:
    """Whether the law and the defaults of ``contact_rules`` let this contact happen at this instant."""
    zones = [ZoneInfo(name) for name in person.zones or WHERE[person.country or "", person.region]]
    if any(not _awake(person, now.astimezone(zone)) for zone in zones):
        return False
    if person.channels is not None and channel not in person.channels:
        return False
    mine = [one for one in past if one.person_id in (None, person.person_id)]
    match person.country:
        case "US":
            return _united_states(person, number, channel, now, past, debt, zones)
        case "CL":
            return _chile(channel, now, mine, zones)
        case "CO":
            return person.channels is not None and _colombia(channel, now, mine, zones)
        case "MX" | "BR":
            return channel != CALL or _calls_today(now, mine, zones) < 2
        case "PE" | "ES":
            return channel != CALL or _calls_today(now, mine, zones) < 1
        case "AR":
            recent = [one for one in mine if one.channel == CALL and _hours(now, one) < 7 * 24]
            return channel != CALL or (_calls_today(now, mine, zones) < 1 and len(recent) < 3)
        case _:
            return False


def _awake(person: Person, clock: datetime) -> bool:
    """Within the hours of a day, where the clock shows this; on no holiday, and at no unwelcome time."""
    country, region = person.country or "", person.region
    here = [f"{country}-{region}"] if region else [name for name in HOURS if name.startswith(country)]
    for name in here:
        day = HOURS.get(name, HOURS[country]).get(clock.weekday())
        if day is None or not day[0] <= clock.hour < day[1]:
            return False
    if country != "US" and clock.date() in _holidays(country, region, clock.year):
        return False
    return not any(_unwelcome(text, clock) for text in person.inconvenient)


def _unwelcome(text: str, clock: datetime) -> bool:
    days, hours = text.split()
    first, last = days.split("-")
    week = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    begin, end = hours.split("-")
    on_day = week.index(first) <= clock.weekday() <= week.index(last)
    return on_day and begin <= clock.strftime("%H:%M") < end


@cache
def _holidays(country: str, region: str | None, year: int) -> frozenset[date]:
    kind = getattr(holidays, country)
    if region and region not in kind.subdivisions:
        return frozenset(kind(years=year))
    regions = [region] if region else [None, *kind.subdivisions]
    return frozenset(day for one in regions for day in kind(subdiv=one, years=year))


def _united_states(
    person: Person,
    number: str | None,
    channel: Channel,
    now: datetime,
    past: Sequence[Past],
    debt: str,
    zones: list[ZoneInfo],
) -> bool:
    written = [one for one in person.consents if one.kind == "ai_voice" and _in_force(one, number, now)]
    if channel == CALL and not written:
        return False
    if person.region in ("MA", None) and channel in (CALL, SMS, CHAT):
        about = [one for one in past if one.debt == debt and one.channel in (CALL, SMS, CHAT)]
        if len([one for one in about if _hours(now, one) < 7 * 24]) >= 2:
            return False
    if channel != CALL or _wished_for(person, number, now, zones):
        return True
    calls = [
        one
        for one in past
        if one.channel == CALL and one.debt == debt and one.person_id in (None, person.person_id)
    ]
    for one in calls:
        talked = one.kind == "contact"
        if talked and any((_day(now, zone) - _day(one.at, zone)).days < 7 for zone in zones):
            return False
    week = [one for one in calls if _hours(now, one) < 7 * 24]
    week = [one for one in week if one.connected]
    return len([one for one in week if not _wished_for(person, None, one.at, zones)]) < 7


def _in_force(consent: Consent, number: str | None, at: datetime) -> bool:
    if consent.number is not None and consent.number != number:
        return False
    return consent.given_at <= at and not (consent.revoked_at and consent.revoked_at <= at)


def _wished_for(person: Person, number: str | None, at: datetime, zones: list[ZoneInfo]) -> bool:
    """The person asked for calls on this day or one of the six before it, wherever they may be."""
    for consent in person.consents:
        if consent.kind == "call" and _in_force(consent, number, at):
            week = [timedelta(days=days) for days in range(7)]
            if all(_day(at, zone) in [_day(consent.given_at, zone) + day for day in week] for zone in zones):
                return True
    return False


def _chile(channel: Channel, now: datetime, mine: list[Past], zones: list[ZoneInfo]) -> bool:
    contacts = [one for one in mine if one.kind == "contact"]
    if channel == CALL and _calls_today(now, mine, zones) >= 2:
        return False
    for zone in zones:
        week = [one for one in contacts if _week(one.at, zone) == _week(now, zone)]
        if channel in (CALL, VISIT) and any(one.channel in (CALL, VISIT) for one in week):
            return False
        if channel in WRITTEN:
            if len([one for one in week if one.channel in WRITTEN]) >= 2:
                return False
            sent = [_day(one.at, zone) for one in contacts if one.channel in WRITTEN]
            if any(_day(now, zone) in (day, day + timedelta(days=1)) for day in sent):
                return False
    return True


def _colombia(channel: Channel, now: datetime, mine: list[Past], zones: list[ZoneInfo]) -> bool:
    """One contact a day, one channel a week; as one firm reads it, one contact a week."""
    for zone in zones:
        for one in mine:
            if one.kind == "contact" and _week(one.at, zone) == _week(now, zone):
                return False
    return True


def _calls_today(now: datetime, mine: list[Past], zones: list[ZoneInfo]) -> int:
    """In the zone where the day has seen most."""
    calls = [one.at for one in mine if one.channel == CALL]
    return max(len([at for at in calls if _day(at, zone) == _day(now, zone)]) for zone in zones)


def _hours(now: datetime, one: Past) -> float:
    return (now - one.at).total_seconds() / 3600


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()


def _week(at: datetime, zone: ZoneInfo) -> tuple[int, int]:
    return _day(at, zone).isocalendar()[:2]
