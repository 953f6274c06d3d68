"""SIP and SDP as far as one small telephone needs them. Pure.

Sources: RFC 3261 (SIP), RFC 7616 (digest), RFC 4566 (SDP).
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, replace
from ipaddress import IPv4Address

COMPACT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}
MOST_BYTES = 65535
HASHES = {"md5": hashlib.md5, "sha-256": hashlib.sha256}


class SipError(Exception):
    """The peer sent what this telephone cannot read."""


@dataclass(frozen=True, slots=True)
class Message:
    """A request or a response."""

    start: str
    headers: tuple[tuple[str, str], ...] = ()
    body: str = ""

    def all(self, name: str) -> list[str]:
        """Every header of that name, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str:
        """The first header of that name; empty without one."""
        return next(iter(self.all(name)), "")

    @property
    def status(self) -> int:
        """The code of a response; 0 for a request."""
        return int(self.start.split()[1]) if self.start.startswith("SIP/2.0 ") else 0

    @property
    def method(self) -> str:
        """What is asked for, or what was: of a response, that of its request."""
        return self.header("CSeq").split()[-1] if self.status else self.start.split()[0]

    @property
    def branch(self) -> str:
        """The transaction it belongs to."""
        found = re.search(r";branch=([^;,\s]+)", self.header("Via"))
        return found[1] if found else ""

    @property
    def contact(self) -> str:
        """Where requests of this dialog go."""
        found = re.search(r"sips?:[^>;\s]+", self.header("Contact"))
        return found[0] if found else ""

    def tag(self, name: str) -> str:
        """The tag of ``From`` or ``To``."""
        found = re.search(r";tag=([^;\s]+)", self.header(name))
        return found[1] if found else ""

    def added(self, name: str, value: str) -> Message:
        """The same with one header more."""
        return replace(self, headers=(*self.headers, (name, value)))

    def encode(self) -> bytes:
        """As it goes over the wire."""
        body = self.body.encode()
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers)]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def parse(datagram: bytes) -> Message:
    """Read one datagram.

    Raises:
        SipError: it is no SIP message.
    """
    if len(datagram) > MOST_BYTES:
        raise SipError("longer than a datagram can be")
    head, _, body = datagram.decode("utf-8", "replace").partition("\r\n\r\n")
    start, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")  # a folded header is one line
    if not re.fullmatch(r"SIP/2\.0 [1-6][0-9]{2} .*|[A-Z]+ \S+ SIP/2\.0", start):
        raise SipError(f"no SIP message begins with {start[:40]!r}")
    message = Message(start, tuple(map(_header, lines)), body)
    for name in ("Via", "From", "To", "Call-ID", "CSeq"):
        if not message.header(name):
            raise SipError(f"{name} is missing")
    if not re.fullmatch(r"[0-9]{1,10} [A-Z]+", message.header("CSeq")):
        raise SipError(f"CSeq is {message.header('CSeq')[:40]!r}")
    return message


def _header(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name.strip():
        raise SipError(f"no header: {line[:40]!r}")
    name = name.strip()
    return COMPACT.get(name.lower(), name), value.strip()


def digest(challenge: str, method: str, uri: str, user: str, password: str, cnonce: str) -> str:
    """The answer to a ``WWW-Authenticate`` header.

    Raises:
        SipError: it asks for a scheme this telephone does not know.
    """
    asked = {key.lower(): value for key, value in re.findall(r'\b(\w+)="?([^",]*)"?', challenge)}
    hashed = HASHES.get(asked.get("algorithm", "md5").lower())
    if not challenge.lower().startswith("digest ") or hashed is None or "nonce" not in asked:
        raise SipError(f"cannot answer {challenge[:60]!r}")

    def h(*parts: str) -> str:
        return hashed(":".join(parts).encode()).hexdigest()

    realm, nonce = asked.get("realm", ""), asked["nonce"]
    one, two = h(user, realm, password), h(method, uri)
    answer = {"username": user, "realm": realm, "nonce": nonce, "uri": uri}
    if "auth" in asked.get("qop", "").split(","):
        answer["response"] = h(one, nonce, "00000001", cnonce, "auth", two)
        extra = f', qop=auth, nc=00000001, cnonce="{cnonce}"'
    else:
        answer["response"], extra = h(one, nonce, two), ""
    if "algorithm" in asked:
        extra += f", algorithm={asked['algorithm']}"
    if "opaque" in asked:
        answer["opaque"] = asked["opaque"]
    return "Digest " + ", ".join(f'{key}="{value}"' for key, value in answer.items()) + extra


@dataclass(frozen=True, slots=True)
class Media:
    """Where the other side wants its sound, and how it takes keys."""

    host: str
    port: int
    event_type: int
    """RTP payload type of telephone events."""


def parse_sdp(body: str) -> Media:
    """The other side's offer or answer.

    Raises:
        SipError: no mu-law sound can be sent there.
    """
    connection = re.search(r"^c=IN IP4 ([0-9.]{7,15})\s*$", body, re.MULTILINE)
    audio = re.search(r"^m=audio ([0-9]{1,5}) RTP/AVP((?: [0-9]{1,3})+)\s*$", body, re.MULTILINE)
    if not connection or not audio or "0" not in audio[2].split() or not 0 < int(audio[1]) < 65536:
        raise SipError("the other side takes no mu-law sound over IPv4")
    events = re.search(r"^a=rtpmap:([0-9]{1,3}) telephone-event/8000", body, re.MULTILINE)
    media = Media(connection[1], int(audio[1]), int(events[1]) if events else 101)
    if media.event_type > 127 or not _is_address(media.host):
        raise SipError(f"nothing can be sent to {media}")
    return media


def _is_address(host: str) -> bool:
    try:
        return bool(IPv4Address(host))
    except ValueError:
        return False


def sdp(host: str, port: int, event_type: int = 101) -> str:
    """What this telephone offers: mu-law in 20 ms packets, and keys as telephone events."""
    lines = (
        "v=0",
        f"o=phone 1 1 IN IP4 {host}",
        "s=-",
        f"c=IN IP4 {host}",
        "t=0 0",
        f"m=audio {port} RTP/AVP 0 {event_type}",
        "a=rtpmap:0 PCMU/8000",
        f"a=rtpmap:{event_type} telephone-event/8000",
        f"a=fmtp:{event_type} 0-16",
        "a=ptime:20",
        "a=sendrecv",
        "",
    )
    return "\r\n".join(lines)
