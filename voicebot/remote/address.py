"""Where a server is, as operators write it. Pure."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def _address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write an address such as http://127.0.0.1:8080/v1")
    if "@" in parts.netloc:
        raise ValueError("a secret has no place in an address; set its key in the environment instead")
    if parts.port == 0:  # one that is no port at all, urllib refuses by itself
        raise ValueError("the port is from 1 to 65535")
    return value.rstrip("/")


Address = Annotated[str, AfterValidator(_address)]
"""The base of an HTTP API, without a slash at its end and without secrets."""


def host_of(address: str) -> str:
    """The name or number of the machine."""
    return urlsplit(address).hostname or ""


def websocket(address: str) -> str:
    """The same address for websockets."""
    return address.replace("http", "ws", 1)


def is_here(host: str) -> bool:
    """Whether that is this machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
