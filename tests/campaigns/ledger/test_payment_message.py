from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from voicebot.campaigns.ledger.payment_message import Unsigned, read_payment, require_signed, signature
from voicebot.campaigns.ledger.promises import Payment

BODY = b'{"reference": "r1"}'
NOW = 1_800_000_000.0
STAMP = "1800000000"
TOLD = {
    "reference": "r1",
    "account_ref": "a1",
    "amount": "125.50",
    "currency": "USD",
    "value_date": "2026-11-27",
}


def body(**changed: object) -> bytes:
    return json.dumps(TOLD | changed).encode()


def test_a_message_that_was_signed_with_the_secret_is_taken() -> None:
    require_signed("s3cret", STAMP, signature("s3cret", STAMP, BODY), BODY, NOW, 300)


def test_the_signature_is_one_that_others_can_compute() -> None:
    # printf '1800000000.{"reference": "r1"}' | openssl dgst -sha256 -hmac s3cret
    expected = "891d20bb0931914db88c03eaf53172082c5b8b0008e7a72772a56d1056b2bb3d"
    assert signature("s3cret", STAMP, BODY) == f"sha256={expected}"


@pytest.mark.parametrize(
    ("secret", "stamp", "told"),
    [
        ("s3cret", STAMP, signature("other", STAMP, BODY)),
        ("s3cret", STAMP, ""),
        ("s3cret", STAMP, "sha256=é"),
        ("", STAMP, signature("", STAMP, BODY)),  # nobody has set one
        ("s3cret", "", signature("s3cret", "", BODY)),
        ("s3cret", "1799999699", signature("s3cret", "1799999699", BODY)),  # 301 seconds old
        ("s3cret", "1800000301", signature("s3cret", "1800000301", BODY)),
    ],
)
def test_others_are_refused(secret: str, stamp: str, told: str) -> None:
    with pytest.raises(Unsigned):
        require_signed(secret, stamp, told, BODY, NOW, 300)


def test_a_signature_of_another_time_or_body_is_worth_nothing() -> None:
    told = signature("s3cret", STAMP, BODY)
    with pytest.raises(Unsigned):
        require_signed("s3cret", "1800000001", told, BODY, NOW, 300)
    with pytest.raises(Unsigned):
        require_signed("s3cret", STAMP, told, BODY + b" ", NOW, 300)


@pytest.mark.parametrize("amount", ["125.50", 125.5, "125.5"])
def test_a_payment_is_read_to_the_cent(amount: object) -> None:
    paid = Payment("r1", "a1", Decimal("125.50"), "USD", date(2026, 11, 27))
    assert read_payment(body(amount=amount)) == paid


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": "0"},
        {"amount": "-1"},
        {"amount": "1e3"},
        {"amount": True},
        {"amount": None},
        {"amount": "NaN"},
        {"currency": "dollars"},
        {"value_date": "27/11/2026"},
        {"reference": ""},
        {"reference": "x" * 201},
        {"reference": ["r1"]},
        {"more": "than asked for"},
    ],
)
def test_what_is_no_payment_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r".+"):
        read_payment(body(**changed))


@pytest.mark.parametrize("text", [b"", b"[]", b"\xff", b"null", b"[" * 100_000])
def test_what_is_no_message_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match="the body"):
        read_payment(text)
