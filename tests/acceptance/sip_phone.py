"""A deliberately small SIP telephone: mu-law, UDP, the loopback address.

It registers, calls, is called, refuses, cancels and hangs up as RFC 3261 says, and repeats a request until it
is answered. It knows no TLS, no NAT, no transfer: it is the caller and the agent of the acceptance scenes.
"""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Self, cast

from tests.acceptance.phone_call import CallError, PhoneCall
from tests.acceptance.rtp_line import RtpLine
from tests.acceptance.sip_message import Message, SipError, digest, parse, parse_sdp

HOST = "127.0.0.1"
REPEAT_SECONDS = 0.5
ANSWER_SECONDS = 60.0
"""For a request to be answered at all, by a server that is there: the machine may be slow."""
REASONS = {180: "Ringing", 200: "OK", 481: "No such call", 486: "Busy", 487: "Cancelled", 603: "Decline"}


class SipPhone(asyncio.DatagramProtocol):
    """One telephone with one account."""

    def __init__(self, server: tuple[str, int], user: str, password: str) -> None:
        self.ringing: asyncio.Queue[PhoneCall] = asyncio.Queue()
        """Calls that have come in, to be answered or refused."""
        self.user = user
        self._password = password
        self._server = server
        self._transport: asyncio.DatagramTransport
        self._answers: dict[tuple[str, str], asyncio.Queue[Message]] = {}
        self._calls: dict[str, PhoneCall] = {}
        self._invited: set[str] = set()
        """Ids of the calls that have come in: an INVITE is repeated until it is answered."""

    @classmethod
    @asynccontextmanager
    async def at(cls, server: tuple[str, int], user: str, password: str) -> AsyncIterator[Self]:
        """A telephone with a free port; its calls end with it."""
        loop = asyncio.get_running_loop()
        _, phone = await loop.create_datagram_endpoint(
            lambda: cls(server, user, password), local_addr=(HOST, 0)
        )
        try:
            yield phone
        finally:
            for call in list(phone._calls.values()):
                await call.hang_up()
            phone._transport.close()

    async def register(self) -> None:
        """Tell the server where this telephone is.

        Raises:
            CallError: the server refused.
        """
        await self._register(300)

    async def unregister(self) -> None:
        """Tell the server that it is gone."""
        await self._register(0)

    async def _register(self, seconds: int) -> None:
        host, port = self._server
        request = self.request("REGISTER", f"sip:{host}:{port}", f"{uuid.uuid4()}", 1)
        answer = await self.ask(request.added("Expires", f"{seconds}"))
        if answer.status == 401:
            answer = await self.ask(self.with_password(request, answer).added("Expires", f"{seconds}"))
        if answer.status != 200:
            raise CallError(answer.status)

    async def dial(self, number: str) -> PhoneCall:
        """Call a number; the call is ringing when this returns, or has failed."""
        call = PhoneCall(self, await RtpLine.open(), str(uuid.uuid4()), self.uri(number))
        self._calls[call.call_id] = call
        call.invite()
        return call

    # What calls use

    @property
    def contact(self) -> str:
        """Where this telephone takes requests."""
        return f"sip:{self.user}@{HOST}:{self._transport.get_extra_info('sockname')[1]}"

    def uri(self, number: str) -> str:
        """A number's address at the server."""
        return f"sip:{number}@{self._server[0]}:{self._server[1]}"

    def request(
        self,
        method: str,
        uri: str,
        call_id: str,
        cseq: int,
        *,
        local: str = "",
        remote: str = "",
        body: str = "",
    ) -> Message:
        """A request without a password yet; ``local`` and ``remote`` default to our own address."""
        me = f"<{self.uri(self.user)}>"
        port = self._transport.get_extra_info("sockname")[1]
        headers = (
            ("Via", f"SIP/2.0/UDP {HOST}:{port};rport;branch=z9hG4bK{uuid.uuid4().hex}"),
            ("Max-Forwards", "70"),
            ("From", local or f"{me};tag={uuid.uuid4().hex[:8]}"),
            ("To", remote or me),
            ("Call-ID", call_id),
            ("CSeq", f"{cseq} {method}"),
            ("Contact", f"<{self.contact}>"),
            ("Allow", "INVITE, ACK, BYE, CANCEL, OPTIONS"),
        )
        message = Message(f"{method} {uri} SIP/2.0", headers, body)
        return message.added("Content-Type", "application/sdp") if body else message

    async def ask(
        self, request: Message, on_progress: Callable[[Message], None] = lambda _progress: None
    ) -> Message:
        """Send a request, again and again until something comes back; its final answer.

        Raises:
            TimeoutError: nobody answers.
        """
        key = (request.branch, request.method)
        answers = self._answers[key] = asyncio.Queue()
        try:
            answer = await self._first_answer(request, answers)
            while answer.status < 200:
                on_progress(answer)
                answer = await answers.get()
            return answer
        finally:
            del self._answers[key]

    async def _first_answer(self, request: Message, answers: asyncio.Queue[Message]) -> Message:
        async with asyncio.timeout(ANSWER_SECONDS):
            while True:
                self.send(request)
                with suppress(TimeoutError):
                    return await asyncio.wait_for(answers.get(), REPEAT_SECONDS)

    def with_password(self, request: Message, answer: Message) -> Message:
        """The request once more, as a new transaction, with what the answer asked for."""
        method, uri = request.start.split()[:2]
        proof = digest(
            answer.header("WWW-Authenticate"), method, uri, self.user, self._password, uuid.uuid4().hex
        )
        number = int(request.header("CSeq").split()[0]) + 1
        fresh = self.request(
            method,
            uri,
            request.header("Call-ID"),
            number,
            local=request.header("From"),
            remote=request.header("To"),
            body=request.body,
        )
        return fresh.added("Authorization", proof)

    def acknowledgement(self, invite: Message, answer: Message) -> Message:
        """The ACK of a refused INVITE, which belongs to the same transaction."""
        kept = [(name, value) for name, value in invite.headers if name in ("Via", "Max-Forwards", "From")]
        number = invite.header("CSeq").split()[0]
        headers = (
            *kept,
            ("To", answer.header("To")),
            ("Call-ID", invite.header("Call-ID")),
            ("CSeq", f"{number} ACK"),
        )
        return Message(f"ACK {invite.start.split()[1]} SIP/2.0", headers)

    def send(self, message: Message) -> None:
        """Put a message on the wire."""
        self._transport.sendto(message.encode(), self._server)

    def answer(self, request: Message, status: int, *, tag: str = "", body: str = "") -> None:
        """Respond to a request."""
        same = [
            (name, value)
            for name, value in request.headers
            if name.lower() in ("via", "from", "record-route")
        ]
        to = request.header("To")
        headers = (
            *same,
            ("To", to if ";tag=" in to or not tag else f"{to};tag={tag}"),
            ("Call-ID", request.header("Call-ID")),
            ("CSeq", request.header("CSeq")),
            ("Contact", f"<{self.contact}>"),
        )
        message = Message(f"SIP/2.0 {status} {REASONS.get(status, 'Answer')}", headers, body)
        self.send(message.added("Content-Type", "application/sdp") if body else message)

    def forget(self, call: PhoneCall) -> None:
        """The call is over."""
        self._calls.pop(call.call_id, None)

    # What asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        try:
            message = parse(data)
        except SipError:
            return
        if not message.status:
            self._asked(message)
        elif answers := self._answers.get((message.branch, message.method)):
            answers.put_nowait(message)
        elif message.method == "INVITE" and (call := self._calls.get(message.header("Call-ID"))):
            call.acknowledge_again()

    def _asked(self, request: Message) -> None:
        call_id = request.header("Call-ID")
        call = self._calls.get(call_id)
        match request.method:
            case "INVITE" if call is None and call_id in self._invited:
                pass  # repeated: we are about to take it, or it is over
            case "INVITE" if call is None:
                self._invited.add(call_id)
                asyncio.get_running_loop().create_task(self._take(request))
            case "OPTIONS":
                self.answer(request, 200, tag="phone")
            case "ACK" if call is None:
                pass
            case _ if call is None:
                self.answer(request, 481, tag="phone")
            case _:
                call.asked(request)

    async def _take(self, invite: Message) -> None:
        remote = parse_sdp(invite.body)
        call = PhoneCall(self, await RtpLine.open(), invite.header("Call-ID"), invite.contact)
        self._calls[call.call_id] = call
        call.rings(invite, remote)
        self.ringing.put_nowait(call)
