from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from voicebot.front.seats import Seats


def two_workers(at_most: int = 2) -> Seats:
    seats = Seats(at_most)
    seats.told(1, 0)
    seats.told(2, 0)
    return seats


def test_calls_that_come_before_any_worker_has_spoken_are_spread_all_the_same() -> None:
    seats = two_workers()
    assert [seats.reserve(f"call-{n}", 0.0) for n in range(5)] == [1, 2, 1, 2, None]


def test_a_call_that_has_reached_its_worker_is_counted_once() -> None:
    seats = two_workers(at_most=1)
    seats.reserve("call", 0.0)
    seats.told(1, taken=1, asked="call")
    assert seats.overdue(1.0) == []
    seats.told(1, taken=0)
    assert seats.reserve("next", 0.0) == 1


def test_calls_that_a_worker_places_itself_count() -> None:
    seats = two_workers(at_most=3)
    seats.told(1, taken=2, asked="its own")
    assert [seats.reserve(f"call-{n}", 0.0) for n in range(3)] == [2, 2, 1]


def test_a_worker_that_is_gone_gets_no_calls_and_leaves_those_on_their_way_to_it() -> None:
    seats = two_workers()
    seats.reserve("call", 0.0)
    assert seats.close(1) == ["call"]
    assert seats.open == [2]
    assert seats.close(1) == []


def test_without_workers_there_is_no_place() -> None:
    assert Seats(0).reserve("call", 0.0) is None


def test_a_call_that_no_worker_speaks_of_is_overdue_until_it_is_released() -> None:
    seats = two_workers()
    seats.reserve("call", now=10.0)
    assert seats.overdue(sent_before=10.0) == []
    assert seats.overdue(sent_before=10.1) == ["call"]
    seats.release("call")
    assert seats.overdue(sent_before=10.1) == []


class Exchange(RuleBasedStateMachine):
    """Workers take what is sent to them late, lose it, end calls and die, in whatever order."""

    LIMIT = 2

    def __init__(self) -> None:
        super().__init__()
        self.seats = Seats(self.LIMIT)
        self.sent: dict[int, list[str]] = {1: [], 2: []}
        self.held: dict[int, int] = {1: 0, 2: 0}
        self.calls = 0

    @rule(worker=st.sampled_from([1, 2]))
    def lives(self, worker: int) -> None:
        self.seats.told(worker, self.held[worker])

    @rule()
    def call_comes(self) -> None:
        self.calls += 1
        worker = self.seats.reserve(f"call-{self.calls}", 0.0)
        if worker:
            self.sent[worker].append(f"call-{self.calls}")

    @rule(worker=st.sampled_from([1, 2]))
    def takes(self, worker: int) -> None:
        if self.sent[worker]:
            self.held[worker] += 1
            self.seats.told(worker, self.held[worker], self.sent[worker].pop())

    @rule(worker=st.sampled_from([1, 2]))
    def loses(self, worker: int) -> None:
        if self.sent[worker]:
            self.seats.release(self.sent[worker].pop())

    @rule(worker=st.sampled_from([1, 2]))
    def ends_a_call(self, worker: int) -> None:
        if self.held[worker]:
            self.held[worker] -= 1
            self.seats.told(worker, self.held[worker])

    @rule(worker=st.sampled_from([1, 2]))
    def dies(self, worker: int) -> None:
        assert sorted(self.seats.close(worker)) == sorted(self.sent[worker])
        self.sent[worker], self.held[worker] = [], 0

    @invariant()
    def nobody_has_too_many_and_nothing_is_forgotten(self) -> None:
        for worker, sent in self.sent.items():
            assert len(sent) + self.held[worker] <= self.LIMIT
        assert sorted(self.seats.overdue(1.0)) == sorted(self.sent[1] + self.sent[2])


test_seats_hold_in_whatever_order_things_happen = Exchange.TestCase
