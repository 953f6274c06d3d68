from __future__ import annotations

import asyncio
import socket

from tests.fakes.until import PATIENCE, until
from voicebot.front.link import Link, pair
from voicebot.front.messages import Beat, Brought


async def test_messages_stay_apart_and_a_connection_goes_along_with_its_own() -> None:
    ours, its = pair()
    got: list[tuple[bytes, socket.socket | None]] = []
    front = Link(ours, lambda data, _: None)
    worker = Link(its, lambda data, connection: got.append((data, connection)))
    caller, accepted = socket.socketpair()
    assert front.send(Brought(door="media"), accepted)
    assert front.send(Brought(door="audiosocket"))
    accepted.close()
    await until(lambda: len(got) == 2)
    assert [Brought.model_validate_json(data).door for data, _ in got] == ["media", "audiosocket"]
    connection = got[0][1]
    assert connection is not None
    with connection, caller:
        connection.send(b"hello")
        assert caller.recv(5) == b"hello"
    front.close()
    worker.close()


async def test_the_end_of_the_other_side_is_noticed_at_once() -> None:
    ours, its = pair()
    over = asyncio.Event()
    link = Link(ours, lambda data, _: None, over.set)
    its.close()
    async with asyncio.timeout(PATIENCE):
        await over.wait()
    assert not link.send(Beat(ready=True, taken=0))
    link.close()


async def test_who_does_not_read_keeps_nobody_waiting() -> None:
    ours, its = pair()
    link = Link(ours, lambda data, _: None)
    sent = [link.send(Beat(ready=True, taken=number)) for number in range(10_000)]
    assert sent[0]
    assert not sent[-1]
    link.close()
    its.close()
