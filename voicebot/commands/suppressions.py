"""Numbers and people that are never called again, as operators add, look up and remove them."""

from __future__ import annotations

from datetime import UTC, datetime

from voicebot.calls.suppression import SuppressedChannel, Suppression
from voicebot.number_key import number_key
from voicebot.records import open_records
from voicebot.settings import Settings
from voicebot.telephony.number import written_number


async def add_suppression(
    settings: Settings, phone: str, region: str, channel: SuppressedChannel, reason: str
) -> str:
    """See that a number is never called again.

    Raises:
        NumberError: it is no telephone number.
        StoreError: it could not be written.
    """
    number, number_hash = _hashed(settings, phone, region)
    async with open_records(settings) as store:
        await store.suppress(Suppression(number_hash, channel, datetime.now(UTC), reason))
    return f"{number} is never called again ({channel})"


async def check_suppression(settings: Settings, phone: str, region: str) -> tuple[bool, str]:
    """Whether a number is never called again, and since when and why, a line for each time that was said.

    Raises:
        NumberError: it is no telephone number.
        StoreError: the database failed, or was written with another key.
    """
    number, number_hash = _hashed(settings, phone, region)
    async with open_records(settings) as store:
        known = await store.suppressions_of(number_hash)
    told = [f"{number} is never called again:", *map(_told, known)]
    return bool(known), "\n".join(told) if known else f"{number} is not suppressed"


async def remove_suppression(settings: Settings, phone: str, region: str) -> str:
    """Let a number be called again.

    Raises:
        NumberError: it is no telephone number.
        StoreError: the database failed.
    """
    number, number_hash = _hashed(settings, phone, region)
    async with open_records(settings) as store:
        removed = await store.remove_suppressions(number_hash)
    return f"{number} may be called again" if removed else f"{number} was not suppressed"


async def suppress_person(settings: Settings, person_id: str, channel: SuppressedChannel, reason: str) -> str:
    """See that a person is never called again, on whatever number.

    Raises:
        StoreError: it could not be written.
    """
    async with open_records(settings) as store:
        await store.suppress(Suppression(None, channel, datetime.now(UTC), reason, person_id=person_id))
    return f"person {person_id} is never called again ({channel})"


async def check_person(settings: Settings, person_id: str) -> tuple[bool, str]:
    """Whether a person is never called again, and since when and why, a line for each time that was said.

    Raises:
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        known = await store.suppressions_of_person(person_id)
    told = [f"person {person_id} is never called again:", *map(_told, known)]
    return bool(known), "\n".join(told) if known else f"person {person_id} is not suppressed"


async def let_person_be_called(settings: Settings, person_id: str) -> str:
    """Let a person be called again, on the numbers they said it from as well.

    Raises:
        StoreError: the database failed.
    """
    async with open_records(settings) as store:
        removed = await store.remove_suppressions_of_person(person_id)
    return f"person {person_id} {'may be called again' if removed else 'was not suppressed'}"


def _hashed(settings: Settings, phone: str, region: str) -> tuple[str, str]:
    number = written_number(phone, region)
    number_hash = number_key(settings).hash(number)
    assert number_hash, "E.164 is a number anywhere"
    return number, number_hash


def _told(known: Suppression) -> str:
    where = f", call {known.call_id}" if known.call_id else ""
    return f"  since {known.since.astimezone():%Y-%m-%d %H:%M} ({known.channel}): {known.reason}{where}"
