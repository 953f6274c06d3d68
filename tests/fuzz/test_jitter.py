from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import pairwise
from weakref import WeakSet

from tests.fuzz.mutate import MANY
from voicebot.media.jitter import LEAST_WAIT, MOST_STEP, MOST_WAIT, JitterBuffer

MOST_DUE = MOST_WAIT + 1


class Packet:
    """One that can be seen to be forgotten."""

    def __init__(self, sequence: int) -> None:
        self.sequence = sequence


def test_in_whatever_order_packets_come_they_go_in_theirs_and_few_are_kept() -> None:
    buffer: JitterBuffer[Packet] = JitterBuffer()
    alive: WeakSet[Packet] = WeakSet()
    given_out = 0
    for sequence in sequences(random.Random(9)):
        packet, lost = Packet(sequence), buffer.lost
        alive.add(packet)
        due = buffer.put(sequence, packet)
        del packet
        assert len(alive) <= MOST_DUE
        assert all(0 < (b.sequence - a.sequence) & 0xFFFF <= MOST_STEP + MOST_DUE for a, b in pairwise(due))
        assert LEAST_WAIT <= buffer.wait <= MOST_WAIT
        assert 0 <= buffer.late <= buffer.lost <= lost + MOST_STEP
        given_out += len(due)
        for one in due:
            alive.discard(one)
    assert MANY * 0.3 < given_out < MANY


def sequences(dice: random.Random) -> Iterator[int]:
    """In order for a while, shuffled for a while, now and then from anywhere; round the circle many times."""
    at = 0
    for _ in range(MANY):
        chance = dice.random()
        if chance < 0.01:
            at = dice.getrandbits(16)
        reach = 0 if chance < 0.5 else 8 if chance < 0.9 else 2 * MOST_STEP
        yield at + int((dice.random() - 0.5) * reach) & 0xFFFF
        at += 1 + int(dice.random() * 3) * (chance > 0.8)
