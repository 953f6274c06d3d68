"""A small Asterisk: ARI over one websocket, with the quirks that were measured on a real one.

Requests are worked on one at a time. The end of a channel is told by ``StasisEnd`` while it is in the
application, and by ``ChannelDestroyed`` if it was dialled or subscribed to; a subscription ends with its
channel. A channel that is not in the application yet cannot be bridged (422). An endpoint that does not exist
is a 500 and no event.
"""

from __future__ import annotations

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote

from websockets.asyncio.client import ClientConnection, connect
from websockets.asyncio.connection import Connection
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from tests.fakes.fake_chan_websocket import FakeMediaChannel
from voicebot.media.frame import Band
from voicebot.telephony.settings import AriSettings

FAR_ENDS = {
    "486": (17, 486),
    "480": (19, 480),
    "404": (1, 404),
    "484": (28, 484),
    "603": (21, 603),
    "408": (18, 408),
    "500": (38, 500),
    "503": (34, 503),
}
"""Cause and SIP status by the number dialled; ``200`` answers, ``180`` rings on, ``100`` does not even ring,
others do not exist."""


class RefusalError(Exception):
    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message


@dataclass
class FakeChannel:
    id: str
    number: str = ""
    state: str = "Ring"
    in_app: bool = False
    arguments: tuple[str, ...] = ()
    native_format: str = "(ulaw)"
    variables: dict[str, str] = field(default_factory=dict)
    continued: dict[str, str] | None = None
    media: FakeMediaChannel | None = None
    moved_to: str = ""
    """The application that it was moved to, and that hears of it."""
    subscribed: bool = False
    """The application hears of it wherever it is: dialled channels are subscribed to by Asterisk itself."""
    connected: str = ""
    """The number at the other end."""

    @property
    def dialplan(self) -> dict[str, Any]:
        """Where it is."""
        if self.in_app:
            return {"app_name": "Stasis", "app_data": ",".join(("voicebot", *self.arguments))}
        if self.continued:
            return {"app_name": "Queue", "app_data": "human,cb(agent-headers^s^1),,,45"}
        return {"app_name": "AppDial2", "app_data": "(Outgoing Line)"}

    def facts(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "name": f"PJSIP/phone-{self.id}",
            "state": self.state,
            "caller": {"name": "", "number": self.number},
            "connected": {"name": "", "number": self.connected},
            "dialplan": {"context": "voicebot", "exten": "100", "priority": 1, **self.dialplan},
            "creationtime": "2026-11-22T10:00:00.000+0000",
            "language": "en",
        }


class FakeAri:
    """Listens on a free port; the test plays the callers and the called."""

    def __init__(self, *, media_uri: Callable[[], str] = lambda: "", password: str = "secret") -> None:
        self.channels: dict[str, FakeChannel] = {}
        self.bridges: dict[str, set[str]] = {}
        self.requests: list[str] = []
        """``METHOD path`` of every request, in order."""
        self.unwanted: set[str] = set()
        """Types of events that are not to be sent."""
        self.dialled: list[str] = []
        self.cleared: dict[str, str] = {}
        """Causes with which channels were hung up from our side."""
        self.connections = 0
        self.closes_at_once = False
        """Accepts connections and closes them."""
        self.refuses_with: int | None = None
        """HTTP status for connections."""
        self.stuck = asyncio.Event()
        """While clear, requests are not worked on."""
        self.stuck.set()
        self.starting = False
        """Connections are there already, and every request is refused."""
        self.refused_paths: dict[str, tuple[int, str]] = {}
        """Status and message of requests whose path ends so."""
        self.knows: dict[str, str] = {}
        """Variables and functions of the dialplan."""
        self.cuts_after = ""
        """A request whose path ends so is worked on, and the connection breaks before its answer."""
        self.rtp_from = ("127.0.0.1", 0)
        """Where media channels send RTP from."""
        self.rtp_to = ""
        self.media_dials = True
        """Whether externalMedia dials us."""
        self._media_uri = media_uri
        self._password = password
        self._server: Server | None = None
        self._sockets: set[Connection] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._session, "127.0.0.1", 0, process_request=self._admit, compression=None, close_timeout=0.5
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self.stuck.set()
        self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        assert self._server is not None
        return int(next(iter(self._server.sockets)).getsockname()[1])

    def settings(self, **other: Any) -> AriSettings:
        patient = {"connect_seconds": 60, "request_seconds": 60}  # a machine may be slow
        return AriSettings.model_validate({"port": self.port, "password": self._password, **patient, **other})

    # What the world does

    async def call_in(
        self,
        channel_id: str = "1700000000.1",
        native_format: str = "(ulaw)",
        arguments: tuple[str, ...] = ("inbound", "100"),
    ) -> FakeChannel:
        """Somebody calls, and the dialplan gives the call to the application."""
        channel = FakeChannel(channel_id, "5550100", native_format=native_format)
        self.channels[channel.id] = channel
        await self.enter(channel, *arguments)
        return channel

    async def enter(self, channel: FakeChannel, *arguments: str) -> None:
        channel.in_app, channel.arguments = True, arguments
        await self.tell({"type": "StasisStart", "args": list(arguments), "channel": channel.facts()})

    async def pick_up(self, channel_id: str) -> None:
        """Somebody whom we ring answers."""
        await self._pick_up(self.channels[channel_id], ["out"])

    async def hang_up(self, channel: FakeChannel, cause: int = 16) -> None:
        """The other side hangs up."""
        await self.tell({"type": "ChannelVarset", "variable": "STASISSTATUS", "channel": channel.facts()})
        del self.channels[channel.id]
        for bridged in self.bridges.values():
            bridged.discard(channel.id)
        if channel.in_app or channel.subscribed:
            await self.tell({"type": "ChannelHangupRequest", "cause": cause, "channel": channel.facts()})
        if channel.in_app:
            await self.tell({"type": "StasisEnd", "channel": channel.facts()})
        if channel.subscribed:
            await self.tell(self._destroyed(channel, cause))
        if channel.media:
            await channel.media.close()

    async def destroy(self, channel: FakeChannel, cause: int, sip_status: int | None) -> None:
        """A dial ends unanswered."""
        if self.channels.pop(channel.id, None) is None:
            return
        why = {"cause": cause, **({"tech_cause": sip_status} if sip_status else {})}
        for bridged in self.bridges.values():
            bridged.discard(channel.id)
        if channel.in_app:
            await self.tell({"type": "ChannelHangupRequest", **why, "channel": channel.facts()})
            await self.tell({"type": "StasisEnd", "channel": channel.facts()})
        await self.tell(self._destroyed(channel, cause) | why)

    async def agent_rings(self, caller: FakeChannel, number: str) -> None:
        """A queue rings an agent for a caller who is away."""
        caller.connected = number
        await self._tell_of_away(caller, {"type": "ChannelConnectedLine", "channel": caller.facts()})
        await self._tell_of_dial(caller, number, "RINGING")

    async def agent_answers(self, caller: FakeChannel, number: str) -> None:
        """The agent takes the call."""
        await self._tell_of_dial(caller, number, "ANSWER")

    async def _tell_of_dial(self, caller: FakeChannel, number: str, status: str) -> None:
        peer = FakeChannel(f"agent-{number}", number, state="Up" if status == "ANSWER" else "Ringing")
        dial = {"type": "Dial", "dialstatus": status, "caller": caller.facts(), "peer": peer.facts()}
        await self._tell_of_away(caller, dial)

    async def _tell_of_away(self, channel: FakeChannel, event: dict[str, Any]) -> None:
        if channel.subscribed:
            await self.tell(event)

    def _destroyed(self, channel: FakeChannel, cause: int) -> dict[str, Any]:
        return {"type": "ChannelDestroyed", "cause": cause, "cause_txt": "?", "channel": channel.facts()}

    async def dial(self, port: int, *, password: str = "", protocol: str = "ari") -> None:
        """Dial a bot that listens, as a persistent ``outbound_websocket`` does.

        Raises:
            InvalidStatus: it refuses.
        """
        credentials = b64encode(f"voicebot:{password or self._password}".encode()).decode()
        socket = await connect(
            f"ws://127.0.0.1:{port}/ari",
            additional_headers={"Authorization": f"Basic {credentials}"},
            subprotocols=[Subprotocol(protocol)],
            compression=None,
            proxy=None,
        )
        self.connections += 1
        self._spawn(self._dialled(socket))

    async def _dialled(self, socket: ClientConnection) -> None:
        async with socket:
            await socket.send(json.dumps({"type": "ApplicationRegistered", "application": "voicebot"}))
            await self._session(socket)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def cut(self) -> None:
        """The connection breaks; calls and sound go on."""
        for socket in tuple(self._sockets):
            socket.transport.abort()

    async def tell(self, event: dict[str, Any]) -> None:
        if event["type"] in self.unwanted:
            return
        event = {"application": "voicebot", "timestamp": "2026-11-22T10:00:00.000+0000", **event}
        for socket in tuple(self._sockets):
            with suppress(ConnectionClosed):
                await socket.send(json.dumps(event))

    async def replaced(self) -> None:
        await self.tell({"type": "ApplicationReplaced"})

    # ARI

    def _admit(self, _: ServerConnection, request: Request) -> Response | None:
        self.connections += 1
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        status = self.refuses_with
        if b64decode(given).decode() != f"voicebot:{self._password}":
            status = 401
        return None if status is None else Response(status, "Refused", request.headers.__class__())

    async def _session(self, socket: Connection) -> None:
        if self.closes_at_once:
            return
        self._sockets.add(socket)
        try:
            async for message in socket:
                await self.stuck.wait()
                await self._work_on(socket, json.loads(message))
        except WebSocketException:
            pass
        finally:
            self._sockets.discard(socket)

    async def _work_on(self, socket: Connection, request: dict[str, Any]) -> None:
        self.requests.append(f"{request['method']} {request['uri']}")
        query = {pair["name"]: pair["value"] for pair in request.get("query_strings", [])}
        body = json.loads(request.get("message_body", "{}"))
        path = [unquote(part) for part in request["uri"].split("/")]
        later: list[Awaitable[None]] = []
        try:
            if self.starting:
                raise RefusalError(503, "Asterisk not booted")
            if path[-1] in self.refused_paths:
                raise RefusalError(*self.refused_paths[path[-1]])
            answer, status = self._answer(request["method"], path, query, body, later), 200
            if path[-1] == self.cuts_after:
                self.cut()
        except RefusalError as refusal:
            answer, status = {"message": refusal.message}, refusal.status
        response = {"type": "RESTResponse", "request_id": request["request_id"], "status_code": status}
        if answer is not None:
            response |= {"content_type": "application/json", "message_body": json.dumps(answer)}
        with suppress(ConnectionClosed):  # what was asked is done, whoever hears of it
            await socket.send(json.dumps({**response, "reason_phrase": "?", "uri": request["uri"]}))
        for work in later:
            await work

    def _answer(
        self,
        method: str,
        path: list[str],
        query: dict[str, str],
        body: dict[str, Any],
        later: list[Awaitable[None]],
    ) -> Any:
        match method, path:
            case "GET", ["applications"]:
                names = {"voicebot", *(c.moved_to for c in self.channels.values() if c.moved_to)}
                return [{"name": name, "channel_ids": self._heard_by(name)} for name in sorted(names)]
            case "GET", ["applications", name]:
                return {"name": name, "channel_ids": self._heard_by(name)}
            case "POST", ["applications", _, "subscription"]:
                self._subscribe(query["eventSource"].removeprefix("channel:"))
            case "DELETE", ["applications", _, "subscription"]:
                self._channel(query["eventSource"].removeprefix("channel:")).subscribed = False
            case "GET", ["bridges"]:
                return [{"id": name} for name in self.bridges]
            case "GET", ["channels"]:
                return [channel.facts() for channel in self.channels.values()]
            case "PUT", ["applications", name, "eventFilter"]:
                self.unwanted = {entry["type"] for entry in body["disallowed"]}
            case "POST", ["channels"]:
                channel = self._dialled_channel(query, body)
                self.dialled.append(channel.number)
                later.append(self._ring(channel, query["appArgs"].split(",")))
                return channel.facts()
            case "POST", ["channels", "create"]:
                channel = self._dialled_channel(query, body)
                later.append(self.enter(channel, *query.get("appArgs", "").split(",")))
                return channel.facts()
            case "POST", ["channels", "externalMedia"]:
                return self._external_media(query, later)
            case "POST", ["bridges", name]:
                self.bridges[name] = set()
                return {"id": name}
            case "DELETE", ["bridges", name]:
                if self.bridges.pop(name, None) is None:
                    raise RefusalError(404, "Bridge not found")
            case "POST", ["bridges", name, "addChannel"]:
                self._add_channels(name, query["channel"].split(","))
            case _, ["channels", name, *what]:
                return self._of_channel(method, self._channel(name), what, query, body, later)
            case _:
                raise RefusalError(404, "Resource not found")
        return None

    def _of_channel(
        self,
        method: str,
        channel: FakeChannel,
        what: list[str],
        query: dict[str, str],
        body: dict[str, Any],
        later: list[Awaitable[None]],
    ) -> Any:
        match method, what:
            case "POST", ["answer"]:
                channel.state = "Up"
            case "POST", ["dial"]:
                self.dialled.append(channel.number)
                later.append(self._ring(channel, []))
            case "GET", ["variable"]:
                if query["variable"] == "CHANNEL(audionativeformat)":
                    return {"value": channel.native_format}
                if query["variable"] not in self.knows:
                    raise RefusalError(404, "Provided variable was not found")
                return {"value": self.knows[query["variable"]]}
            case "POST", ["variables"]:
                channel.variables |= body["variables"]
            case "POST", ["move"]:
                channel.moved_to, channel.arguments = query["app"], tuple(query["appArgs"].split(","))
                later.append(self.tell({"type": "StasisEnd", "channel": channel.facts()}))
            case "POST", ["continue"]:
                channel.continued, channel.in_app = query, False
                for bridged in self.bridges.values():
                    bridged.discard(channel.id)
                later.append(self.tell({"type": "StasisEnd", "channel": channel.facts()}))
            case "DELETE", []:
                self.cleared[channel.id] = query.get("reason_code", "")
                if channel.in_app:
                    later.append(self.hang_up(channel, int(query.get("reason_code", 16))))
                else:
                    later.append(self.destroy(channel, 16, None))
            case _:
                raise RefusalError(404, "Resource not found")
        return None

    def _heard_by(self, app: str) -> list[str]:
        heard = [c for c in self.channels.values() if c.in_app or c.subscribed]
        return [c.id for c in heard if app == (c.moved_to or app)]

    def _subscribe(self, name: str) -> None:
        if name not in self.channels:
            raise RefusalError(422, "Event source does not exist")
        self.channels[name].subscribed = True

    def _channel(self, name: str) -> FakeChannel:
        if name not in self.channels:
            raise RefusalError(404, "Channel not found")
        return self.channels[name]

    def _dialled_channel(self, query: dict[str, str], body: dict[str, Any]) -> FakeChannel:
        number = query["endpoint"].removeprefix("PJSIP/").partition("@")[0]
        if number not in ("200", "180", "100", "Local/s", *FAR_ENDS):
            raise RefusalError(500, "Allocation failed")
        if query["channelId"] in self.channels:
            raise RefusalError(409, "Channel with given unique ID already exists")
        channel = FakeChannel(
            query["channelId"], number, "Down", variables=body.get("variables", {}), subscribed=True
        )
        self.channels[channel.id] = channel
        return channel

    async def _ring(self, channel: FakeChannel, arguments: list[str]) -> None:
        number = channel.number
        if number != "100":
            await self.tell({"type": "Dial", "dialstatus": "RINGING", "peer": channel.facts()})
        if number == "200":
            await self._pick_up(channel, arguments)
        elif number in FAR_ENDS:
            await self.destroy(channel, *FAR_ENDS[number])

    async def _pick_up(self, channel: FakeChannel, arguments: list[str]) -> None:
        channel.state = "Up"
        await self.tell({"type": "ChannelStateChange", "channel": channel.facts()})
        await self.tell({"type": "Dial", "dialstatus": "ANSWER", "peer": channel.facts()})
        if not channel.in_app:
            await self.enter(channel, *arguments)

    def _rtp_media(
        self, channel: FakeChannel, query: dict[str, str], later: list[Awaitable[None]]
    ) -> dict[str, Any]:
        self.rtp_to = query["external_host"]
        channel.state = "Up"
        later.append(self.enter(channel))
        host, port = self.rtp_from
        variables = {"UNICASTRTP_LOCAL_ADDRESS": host, "UNICASTRTP_LOCAL_PORT": str(port)}
        return {**channel.facts(), "channelvars": variables if port else {}}

    def _external_media(self, query: dict[str, str], later: list[Awaitable[None]]) -> dict[str, Any]:
        channel = FakeChannel(query["channelId"], state="Down", subscribed=True)
        self.channels[channel.id] = channel
        if query["transport"] == "udp":
            return self._rtp_media(channel, query, later)
        if self.media_dials:
            self._spawn(self._dial_media(channel, query))
        return channel.facts()

    async def _dial_media(self, channel: FakeChannel, query: dict[str, str]) -> None:
        parameters = query["transport_data"].removeprefix("f(json)v(").removesuffix(")").replace(",", "&")
        band = Band.WIDE if query["format"] == "slin16" else Band.NARROW
        try:
            media = channel.media = await FakeMediaChannel.dial(f"{self._media_uri()}?{parameters}", band)
        except (WebSocketException, OSError):
            await self.destroy(channel, 3, None)
            return
        await media.start(band)
        channel.state = "Up"
        await self.enter(channel)
        await media.run()
        if channel.id in self.channels:
            await self.hang_up(channel)

    def _add_channels(self, bridge: str, names: list[str]) -> None:
        if bridge not in self.bridges:
            raise RefusalError(404, "Bridge not found")
        for name in names:
            if name not in self.channels:
                raise RefusalError(400, "Channel not found")
            if not self.channels[name].in_app:
                raise RefusalError(422, "Channel not in Stasis application")
        self.bridges[bridge].update(names)
