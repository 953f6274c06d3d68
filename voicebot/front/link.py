"""The line between the front and a worker: messages both ways, and connections attached to them."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

from pydantic import BaseModel

MOST_BYTES = 4096


class Link:
    """One end. The other's end, or its death, is noticed at once."""

    def __init__(
        self,
        end: socket.socket,
        take: Callable[[bytes, socket.socket | None], None],
        over: Callable[[], None] = lambda: None,
    ) -> None:
        """``take`` is given each message, ``over`` is called when there will be no more."""
        self._socket = end
        self._take = take
        self._over = over
        end.setblocking(False)
        asyncio.get_running_loop().add_reader(end.fileno(), self._read)

    def send(self, message: BaseModel, connection: socket.socket | None = None) -> bool:
        """Whether the message is on its way: not when nobody reads the other end, or nobody is there."""
        attached = [connection.fileno()] if connection else []
        try:
            socket.send_fds(self._socket, [message.model_dump_json().encode()], attached)
        except OSError:
            return False
        return True

    def close(self) -> None:
        """End it; closing twice is fine."""
        if self._socket.fileno() >= 0:
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
            self._socket.close()

    def _read(self) -> None:
        data, attached = b"", list[int]()
        with suppress(ConnectionError):
            try:
                data, attached, _, _ = socket.recv_fds(self._socket, MOST_BYTES, 1)
            except BlockingIOError:
                return
        if data:
            self._take(data, socket.socket(fileno=attached[0]) if attached else None)
        else:
            self.close()
            self._over()


def pair() -> tuple[socket.socket, socket.socket]:
    """Both ends of a line that keeps messages apart."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
