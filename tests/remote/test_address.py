import pytest
from pydantic import TypeAdapter, ValidationError

from voicebot.remote.address import Address, host_of, is_here


def test_an_address_loses_its_last_slash() -> None:
    assert TypeAdapter(Address).validate_python("https://example.org/v1/") == "https://example.org/v1"


@pytest.mark.parametrize(
    "address",
    ["example.org", "ftp://example.org", "http://me:secret@example.org", "http://example.org:99999/v1"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Address).validate_python(address)


@pytest.mark.parametrize(
    ("address", "here"),
    [
        ("http://127.0.0.1:80/v1", True),
        ("http://[::1]/", True),
        ("http://localhost", True),
        ("http://a.b", False),
    ],
)
def test_this_machine_is_known_by_all_its_names(address: str, here: bool) -> None:
    assert is_here(host_of(address)) is here
