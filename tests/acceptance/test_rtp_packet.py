from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.acceptance.rtp_packet import Packet, key_events, parse


@settings(deadline=None)
@given(
    st.builds(
        Packet,
        st.integers(0, 127),
        st.integers(0, 0xFFFF),
        st.integers(0, 0xFFFFFFFF),
        st.integers(0, 0xFFFFFFFF),
        st.binary(max_size=200),
        st.booleans(),
    )
)
def test_what_is_written_can_be_read(packet: Packet) -> None:
    assert parse(packet.encode()) == packet


def test_padding_sources_and_extensions_are_passed_over() -> None:
    head = bytes([0xB1, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3])
    source, extension, padding = b"\0" * 4, b"\xbe\xde\0\1" + b"\0" * 4, b"\0\0\3"
    assert parse(head + source + extension + b"sound" + padding).payload == b"sound"


def test_a_key_lasts_120_ms_and_its_end_is_said_three_times() -> None:
    events = list(key_events("#"))
    assert [event[0] for event in events] == [11] * 9
    assert [event[1] & 0x80 for event in events] == [0] * 6 + [0x80] * 3
    assert [int.from_bytes(event[2:]) for event in events[-4:]] == [960] * 4
