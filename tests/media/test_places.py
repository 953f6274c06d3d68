from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from voicebot.media.places import Place, Places


def test_of_two_calls_in_one_moment_the_second_finds_the_last_place_taken() -> None:
    places = Places(at_most=1)
    first = places.reserve()
    assert first is not None
    assert places.reserve() is None
    first.release()
    assert places.reserve() is not None


def test_a_place_given_back_twice_makes_room_for_one_call() -> None:
    places = Places(at_most=2)
    first, _ = places.reserve(), places.reserve()
    assert first is not None
    first.release()
    first.release()
    assert places.taken == 1


def test_without_a_limit_there_is_always_a_place() -> None:
    places = Places()
    assert all(places.reserve() for _ in range(1000))


def test_whoever_wants_to_know_is_told_of_each_change_and_of_whom_there_is_no_place_for() -> None:
    told: list[str] = []
    places = Places(1, on_change=told.append, on_full=lambda: told.append("full"))
    place = places.reserve("first")
    assert place is not None
    places.reserve("second")
    place.release()
    assert told == ["first", "full", "second", ""]


class Comings(RuleBasedStateMachine):
    """Calls come, fail and end in whatever order."""

    LIMIT = 3

    def __init__(self) -> None:
        super().__init__()
        self.places = Places(self.LIMIT)
        self.held: list[Place] = []

    @rule()
    def comes(self) -> None:
        place = self.places.reserve()
        assert (place is None) == (len(self.held) == self.LIMIT)
        if place:
            self.held.append(place)

    @rule(data=st.data(), times=st.integers(1, 3))
    def ends(self, data: st.DataObject, times: int) -> None:
        if self.held:
            place = self.held.pop(data.draw(st.integers(0, len(self.held) - 1)))
            for _ in range(times):
                place.release()

    @invariant()
    def none_is_lost_and_none_too_many(self) -> None:
        assert self.places.taken == len(self.held) <= self.LIMIT


test_places_hold_whatever_comes_first = Comings.TestCase
