from __future__ import annotations

from base64 import b64encode
from http import HTTPStatus

from pydantic import SecretStr
from websockets.http11 import Request
from websockets.streams import StreamReader

from tests.fuzz.mutate import MANY, inputs
from voicebot.media.clock import MediaClock
from voicebot.media.frame import Band
from voicebot.media.settings import MediaWebSocketSettings
from voicebot.media.websocket import ExpectedMedia, MediaWebSocketServer

CREDENTIALS = b64encode(b"asterisk:secret")
"""A multiple of three bytes, so that only one text stands for it."""
SETTINGS = MediaWebSocketSettings(port=0, password=SecretStr("secret"))
REFUSALS = {HTTPStatus.UNAUTHORIZED, HTTPStatus.BAD_REQUEST, HTTPStatus.FORBIDDEN}
TOKEN = "00ff" * 16


def handshake(path: str, authorization: bytes = b"Basic " + CREDENTIALS) -> bytes:
    return (
        b"GET " + path.encode() + b" HTTP/1.1\r\n"
        b"Upgrade: websocket\r\n"
        b"Authorization: " + authorization + b"\r\n"
        b"Sec-WebSocket-Protocol: media\r\n"
        b"Host: 127.0.0.1:9093\r\n\r\n"
    )


REQUESTS = (
    handshake(f"/media?call=call-1&token={TOKEN}"),
    handshake(f"/media?token={TOKEN}&call=call-1&x=%ff%00"),
    handshake("//[?call=call-1&token=%"),
    handshake("/media?" + "a=&" * 20, b"Basic a:b\xff"),
    handshake(f"/media?call=call-1&token={TOKEN}", b"Bearer x"),
)


async def test_any_request_is_admitted_by_its_own_token_and_password_or_refused() -> None:
    server = MediaWebSocketServer(SETTINGS, MediaClock())
    seen = dict.fromkeys((None, *REFUSALS), 0)
    with server.expect("call-1", Band.NARROW) as expected:
        expected.token = TOKEN
        for data in inputs(14, REQUESTS, 5 * MANY):  # four in five are no HTTP any more
            if (request := as_request(data)) is not None:
                seen[answer := answered(server, expected, request)] += 1
                assert answer is not None or knows_both(data)
    assert sum(seen.values()) > MANY
    assert min(seen.values()) > MANY * 0.05


def knows_both(data: bytes) -> bool:
    """Its sender has the password and the token; ``urlsplit`` drops tabs and line ends, like browsers."""
    return CREDENTIALS in data and TOKEN.encode() in data.translate(None, b"\t\r\n")


def answered(server: MediaWebSocketServer, expected: ExpectedMedia, request: Request) -> HTTPStatus | None:
    """The refusal; ``None`` for a connection that was admitted, which takes the token."""
    status = server._refusal(request)
    assert expected.taken is (status is None)
    expected.taken = False
    return status


def as_request(data: bytes) -> Request | None:
    """What the websocket library makes of it; it answers itself what is no HTTP."""
    stream = StreamReader()
    stream.feed_data(data)
    stream.feed_eof()
    parsing = Request.parse(stream.read_line)
    try:
        next(parsing)
    except StopIteration as done:
        request = done.value
        assert isinstance(request, Request)
        return request
    except Exception:
        return None
    raise AssertionError("the stream has ended and the library waits for more")
