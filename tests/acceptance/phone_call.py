"""One call of a telephone: dialled or received, answered or not, hung up by either side."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.acceptance.rtp_line import RtpLine
from tests.acceptance.sip_message import Media, Message, parse_sdp, sdp

if TYPE_CHECKING:
    from tests.acceptance.sip_phone import SipPhone

HOST = "127.0.0.1"
REPEAT_SECONDS = 0.5


class CallError(Exception):
    """It was not answered; the SIP status says why."""

    def __init__(self, status: int) -> None:
        super().__init__(f"SIP status {status}")
        self.status = status


class PhoneCall:
    """A call and its sound; ``line`` speaks, hears and presses keys."""

    def __init__(self, phone: SipPhone, line: RtpLine, call_id: str, target: str) -> None:
        self.line = line
        self.call_id = call_id
        self.ended = asyncio.Event()
        """Set when the call is over, whoever ended it."""
        self.progress: list[int] = []
        """Provisional statuses that came in, such as 180."""
        self.offer: Message
        """The INVITE: ours with its password, or the one that came in with all its headers."""
        self._phone = phone
        self._target = target
        self._tag = uuid.uuid4().hex[:8]
        self._local = self._remote = ""
        self._cseq = 1
        self._status = 0
        self._decided = asyncio.Event()
        self._acknowledged = asyncio.Event()
        self._ack: Message
        self._tasks: set[asyncio.Task[None]] = set()

    async def answered(self) -> None:
        """Wait until it is answered.

        Raises:
            CallError: it was refused, cancelled or given up.
        """
        await self._decided.wait()
        if self._status != 200:
            raise CallError(self._status)

    async def hang_up(self) -> None:
        """End it: cancel, refuse or say goodbye, whatever its state asks for. Twice is fine."""
        if not self._decided.is_set() and self._dialled:
            self._cancel()
            await self._decided.wait()  # it may have been answered just before
        if not self._decided.is_set():
            self.refuse(603)
        elif not self.ended.is_set():
            with suppress(TimeoutError):
                await self._phone.ask(self._in_dialog("BYE"))
        self._end()

    # Dialled

    def invite(self) -> None:
        """Call; ``answered`` tells what came of it."""
        self.offer = self._phone.request(
            "INVITE",
            self._target,
            self.call_id,
            self._cseq,
            remote=f"<{self._target}>",
            body=sdp(HOST, self.line.port),
        )
        self._start(self._dial())

    async def _dial(self) -> None:
        answer = await self._phone.ask(self.offer, self._progressed)
        if answer.status == 401:
            self._phone.send(self._phone.acknowledgement(self.offer, answer))
            self.offer = self._phone.with_password(self.offer, answer)
            answer = await self._phone.ask(self.offer, self._progressed)
        self._status = answer.status
        if answer.status == 200:
            self._taken(answer)
        else:
            self._phone.send(self._phone.acknowledgement(self.offer, answer))
            self._end()
        self._decided.set()

    def _progressed(self, progress: Message) -> None:
        self.progress.append(progress.status)

    def _taken(self, answer: Message) -> None:
        self._local, self._remote = self.offer.header("From"), answer.header("To")
        self._target = answer.contact
        self._cseq = int(self.offer.header("CSeq").split()[0])
        self._ack = self._in_dialog("ACK")
        self._phone.send(self._ack)
        self.line.start(parse_sdp(answer.body))

    def acknowledge_again(self) -> None:
        """The server repeats its answer: our ACK was lost."""
        if self._status == 200 and self._dialled:
            self._phone.send(self._ack)

    def _cancel(self) -> None:
        kept = [
            item for item in self.offer.headers if item[0] in ("Via", "Max-Forwards", "From", "To", "Call-ID")
        ]
        number = self.offer.header("CSeq").split()[0]
        start = f"CANCEL {self.offer.start.split()[1]} SIP/2.0"
        self._phone.send(Message(start, (*kept, ("CSeq", f"{number} CANCEL"))))

    # Received

    def rings(self, invite: Message, remote: Media) -> None:
        """A call has come in."""
        self.offer, self._media = invite, remote
        self._local = f"{invite.header('To')};tag={self._tag}"
        self._remote = invite.header("From")
        self._phone.answer(invite, 180, tag=self._tag)

    def answer(self) -> None:
        """Pick it up."""
        self._status = 200
        self._decided.set()
        self.line.start(self._media)
        self._start(self._say_yes())

    async def _say_yes(self) -> None:
        while not (self._acknowledged.is_set() or self.ended.is_set()):
            self._accept(self.offer)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._acknowledged.wait(), REPEAT_SECONDS)

    def _accept(self, invite: Message) -> None:
        self._phone.answer(invite, 200, tag=self._tag, body=sdp(HOST, self.line.port, self._media.event_type))

    def refuse(self, status: int = 486) -> None:
        """Do not pick it up; 486 is busy, 603 declined."""
        self._phone.answer(self.offer, status, tag=self._tag)
        self._status = status
        self._decided.set()
        self._end()

    def asked(self, request: Message) -> None:
        """The server asks something within this call."""
        match request.method:
            case "ACK":
                self._acknowledged.set()
            case "BYE":
                self._phone.answer(request, 200)
                self._end()
            case "CANCEL":
                self._phone.answer(request, 200, tag=self._tag)
                self.refuse(487)
            case "INVITE" if request.tag("To") and not self._dialled:
                self._accept(request)
            case "INVITE" if request.tag("To"):
                self._phone.answer(request, 200, body=sdp(HOST, self.line.port))
            case "INVITE":
                pass  # the one we know, repeated
            case _:
                self._phone.answer(request, 405)

    # Both

    @property
    def _dialled(self) -> bool:
        return self.offer.header("Contact") == f"<{self._phone.contact}>"

    def _in_dialog(self, method: str) -> Message:
        if method != "ACK":
            self._cseq += 1
        return self._phone.request(
            method, self._target, self.call_id, self._cseq, local=self._local, remote=self._remote
        )

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _end(self) -> None:
        if not self.ended.is_set():
            self.ended.set()
            self.line.close()
            self._phone.forget(self)
