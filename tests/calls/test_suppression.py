from __future__ import annotations

from datetime import UTC, datetime

import pytest

from voicebot.calls.suppression import NumberKey, SuppressedChannel, Suppression, suppressed_by
from voicebot.disposition import Request, RequestKind

KEY = NumberKey(b"a secret of the tests", "US")
NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
HASH, TELEPHONE = KEY.hash("+15551234567"), KEY.telephone("+15551234567")


@pytest.mark.parametrize("written", ["+15551234567", "(555) 123-4567", "001 555 123 4567", "15551234567"])
def test_a_number_has_one_hash_however_it_is_written(written: str) -> None:
    assert KEY.hash(written) == HASH


@pytest.mark.parametrize("written", ["", "anonymous", "softphone", "100"])
def test_what_is_no_number_has_none(written: str) -> None:
    assert KEY.hash(written) is None


def test_a_hash_tells_its_key_and_neither_the_number_nor_the_secret() -> None:
    assert HASH is not None
    assert HASH.startswith(f"{KEY.name}:")
    assert "5551234567" not in HASH
    assert "secret" not in repr(KEY)
    assert "5551234567" not in repr(TELEPHONE)
    assert KEY.hash("+15557654321") != HASH


def test_without_the_secret_nobody_finds_a_number() -> None:
    other = NumberKey(b"another secret of the tests", "US")
    assert other.name != KEY.name
    assert other.hash("+15551234567") != HASH


@pytest.mark.parametrize(
    ("kind", "channel"), [(RequestKind.OPT_OUT, "all"), (RequestKind.OPT_OUT_VOICE, "voice")]
)
def test_whoever_wants_no_more_calls_is_suppressed(kind: RequestKind, channel: SuppressedChannel) -> None:
    suppression = suppressed_by(Request(kind), TELEPHONE, "call 1", NOW)
    assert suppression == Suppression(str(HASH), channel, NOW, kind.value, "call 1")


def test_a_person_is_suppressed_where_no_number_is_known() -> None:
    suppression = suppressed_by(Request(RequestKind.OPT_OUT), None, "call 1", NOW, "p1")
    assert suppression == Suppression(None, "all", NOW, "opt_out", "call 1", person_id="p1")


def test_other_requests_and_unknown_numbers_suppress_nothing() -> None:
    assert suppressed_by(Request(RequestKind.DISPUTE), TELEPHONE, "call 1", NOW) is None
    assert suppressed_by(Request(RequestKind.OPT_OUT), None, "call 1", NOW) is None
