import pytest

from voicebot.store.holder import Holder, host_of, is_dead, parse_holder, started_of

HOLDER = Holder("pbx/2d1c6b09.4026531836", 4242, "1843")


def test_a_holder_is_read_as_it_is_written() -> None:
    assert str(HOLDER) == "pbx/2d1c6b09.4026531836:4242:1843"
    assert parse_holder(str(HOLDER)) == HOLDER
    assert (HOLDER.host, host_of(str(HOLDER)), host_of("nonsense")) == ("pbx", "pbx", "nonsense")


def test_a_host_may_be_an_address_and_the_system_may_not_tell_when_a_process_began() -> None:
    assert parse_holder("fe80::1:4242:") == Holder("fe80::1", 4242, "")


@pytest.mark.parametrize("text", ["", "pbx", "pbx:4242", "pbx:0:1843", "pbx:-1:1843", "pbx:four:1843"])
def test_anything_else_is_no_holder(text: str) -> None:
    assert parse_holder(text) is None


@pytest.mark.parametrize(
    ("began", "running", "dead"),
    [
        ("1843", "1843", False),
        ("1843", None, True),
        ("1843", "90210", True),  # a later process got its id
        ("1843", "", False),  # the system does not tell: doubt is for the caller
        ("", "1843", False),
        ("", None, True),
    ],
)
def test_a_process_is_dead_when_no_other_or_a_later_one_has_its_id(
    began: str, running: str | None, dead: bool
) -> None:
    assert is_dead(Holder("pbx", 4242, began), running=running) is dead


STAT = "4242 (a) odd (name) {state} 1 4242 4242 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 1843 999 ..."


def test_the_start_is_found_behind_any_name_of_a_program() -> None:
    assert started_of(STAT.format(state="S")) == "1843"


@pytest.mark.parametrize("state", ["Z", "X"])
def test_an_ended_process_that_nobody_buried_is_not_running(state: str) -> None:
    assert started_of(STAT.format(state=state)) is None
