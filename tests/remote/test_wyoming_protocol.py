import pytest

from voicebot.remote.wyoming_protocol import Event, Header, decoded, encoded


def test_an_event_is_a_line_with_its_sound_behind_it() -> None:
    line, _, sound = encoded(Event("audio-chunk", {"rate": 8000}, b"\x00\n\x01")).partition(b"\n")
    header = Header.model_validate_json(line)
    assert (header.type, header.data, header.payload_length) == ("audio-chunk", {"rate": 8000}, 3)
    assert sound == b"\x00\n\x01"


def test_data_behind_the_line_go_over_those_in_it() -> None:
    header = Header(type="transcript", data={"text": "", "language": "es"}, data_length=14)
    event = decoded(header, b'{"text": "no"}', b"")
    assert event == Event("transcript", {"text": "no", "language": "es"})


@pytest.mark.parametrize(
    "line", [b"{}", b'{"type": "x", "payload_length": -1}', b'{"type": "x", "data_length": 9e9}']
)
def test_what_is_no_header_is_refused(line: bytes) -> None:
    with pytest.raises(ValueError, match="validation error"):
        Header.model_validate_json(line)
