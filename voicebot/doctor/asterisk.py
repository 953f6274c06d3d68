"""Is Asterisk there, new enough, and set up for us? ARI tells, over plain HTTP, as every version does."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, Request, build_opener

from voicebot.doctor.installation import ari_is_on
from voicebot.doctor.verdict import Verdict, fails, ok, skipped, warning
from voicebot.settings import Settings
from voicebot.telephony.ari_errors import AriError, AriUnavailableError
from voicebot.telephony.settings import AriSettings

Version = tuple[int, ...]

REST_OVER_WEBSOCKET: Final[Mapping[int, Version]] = {20: (20, 14), 22: (22, 4)}
CHAN_WEBSOCKET: Final[Mapping[int, Version]] = {20: (20, 18), 22: (22, 8), 23: (23, 2)}
"""First release of each branch that has it: REST over the events socket; JSON control of chan_websocket."""

CONTROL: Final = (
    "app_stasis",
    "bridge_softmix",
    "codec_resample",
    "res_ari_applications",
    "res_ari_asterisk",
    "res_ari_bridges",
    "res_ari_channels",
    "res_ari_events",
    "res_http_websocket",
)
SOUND: Final = {
    "websocket": ("chan_websocket", "res_websocket_client"),
    "ulaw": ("chan_rtp", "res_rtp_asterisk", "codec_ulaw"),
    "alaw": ("chan_rtp", "res_rtp_asterisk", "codec_alaw"),
}
BESIDE: Final = (
    "app_audiosocket",
    "app_queue",
    "chan_pjsip",
    "codec_alaw",
    "codec_ulaw",
    "res_ari_endpoints",
    "res_audiosocket",
    "res_pjsip",
)
"""Of use in most installations; calls over ARI do without."""

SHORT_WRITE_MS = 500
"""Asterisk's own 100 ms cut off a bot that is busy for a moment."""
MOST_APART_SECONDS = 1.0


async def ask(ari: AriSettings, path: str) -> Any:
    """The JSON answer to ``GET path``.

    Raises:
        AriError: Asterisk refused.
        AriUnavailableError: it could not be reached, or what answers is no Asterisk.
    """
    return await asyncio.to_thread(_get, ari, path)


def _get(ari: AriSettings, path: str) -> Any:
    url = f"{'https' if ari.tls else 'http'}://{ari.host}:{ari.port}/ari/{path}"
    request = Request(url, headers={"Authorization": ari.authorization})
    try:
        with build_opener(ProxyHandler({})).open(request, timeout=ari.request_seconds) as answer:
            return json.loads(answer.read())
    except HTTPError as error:
        with error:
            raise AriError(error.code, f"GET {path}", error.reason) from None
    except (URLError, OSError) as error:
        why = getattr(error, "reason", error)
        raise AriUnavailableError(f"no Asterisk answers at {ari.host}:{ari.port} ({why})") from None
    except ValueError:
        raise AriUnavailableError(f"what answers at {ari.host}:{ari.port} is no Asterisk") from None


# There, and new enough


async def check_asterisk(settings: Settings) -> Verdict:
    """It answers, knows us, and is new enough."""
    if not ari_is_on(settings):
        return judge_off(audiosocket=settings.audiosocket.enabled)
    if settings.ari.connection == "listen":
        return skipped("Asterisk dials us (ari.connection: listen), and cannot be asked from here")
    info = await ask(settings.ari, "asterisk/info")
    return judge_version(str(info["system"]["version"]), settings.telephony.media)


def judge_off(*, audiosocket: bool) -> Verdict:
    """Without ARI, calls need the other door."""
    turn_on = "set VOICEBOT_ARI__PASSWORD as in Asterisk's ari.conf (docs/asterisk.md)"
    if not audiosocket:
        return fails("ARI and AudioSocket are both off: no call can come in", turn_on)
    return skipped("ARI is off: calls come over AudioSocket alone", f"to turn it on, {turn_on}")


def judge_version(text: str, media: str) -> Verdict:
    """``text`` as Asterisk gives it; ``media`` of the telephony settings."""
    found = f"Asterisk {text}"
    version = parse_version(text)
    if version is None:
        return warning(f"{found}: a version of its own", "see that it has what 22.8 has")
    if not _has(version, REST_OVER_WEBSOCKET):
        return fails(
            f"{found} takes no REST requests over the events socket",
            "install 20.18, 22.8, 23.2 or newer (docs/asterisk.md)",
        )
    if media == "websocket" and not _has(version, CHAN_WEBSOCKET):
        return fails(
            f"{found} has no chan_websocket with JSON control",
            "install 20.18, 22.8, 23.2 or newer, or set telephony.media to ulaw or alaw",
        )
    return ok(found)


def parse_version(text: str) -> Version | None:
    """``22.10.1+dfsg`` as (22, 10, 1); ``None`` for builds such as ``GIT-master-1a2b3c``."""
    found = re.match(r"(?:certified[-/])?(\d+)\.(\d+)(?:\.(\d+))?", text)
    return tuple(int(part or 0) for part in found.groups()) if found else None


def _has(version: Version, since: Mapping[int, Version]) -> bool:
    """Branches between and before those of the table never got it; those behind it have it from the start."""
    if version[0] in since:
        return version >= since[version[0]]
    return version[0] > max(since)


# Set up for us


async def check_modules(settings: Settings) -> Verdict:
    """What calls run on is loaded."""
    return judge_modules(await ask(settings.ari, "asterisk/modules"), settings.telephony.media)


def judge_modules(modules: Iterable[Mapping[str, Any]], media: str) -> Verdict:
    """Modules as ARI lists them."""
    running = {str(one["name"]).removesuffix(".so") for one in modules if one["status"] == "Running"}
    missing = [name for name in (*CONTROL, *SOUND[media]) if name not in running]
    lacking = [name for name in BESIDE if name not in running]
    if missing:
        return fails(f"not loaded: {', '.join(missing)}", _load(missing))
    if lacking:
        return warning(
            f"not loaded, which calls over ARI can do without: {', '.join(lacking)}", _load(lacking)
        )
    return ok(f"{len(running)} modules run, none is missing")


def _load(names: Sequence[str]) -> str:
    return (
        f"write `load = {names[0]}.so` and so on into modules.conf (see dialplans/modules.conf), then restart"
    )


async def check_write_timeout(settings: Settings) -> Verdict:
    """Asterisk is patient with us."""
    try:
        options = await ask(settings.ari, "asterisk/config/dynamic/res_ari/general/general")
    except AriError as error:
        if error.status != 404:
            raise
        options = []  # releases before 22.5 keep it to themselves
    return judge_write_timeout({str(one["attribute"]): str(one["value"]) for one in options})


def judge_write_timeout(options: Mapping[str, str]) -> Verdict:
    """The options of ``[general]`` in ari.conf."""
    written = options.get("websocket_write_timeout", "")
    if not written.isdecimal():
        return skipped("Asterisk does not tell its websocket_write_timeout")
    found = f"Asterisk waits {written} ms for us to take an event"
    if int(written) < SHORT_WRITE_MS:
        return warning(found, "set websocket_write_timeout = 1000 under [general] of ari.conf")
    return ok(found)


async def check_application(settings: Settings) -> Verdict:
    """Whether a voicebot is at work."""
    names = {str(one["name"]) for one in await ask(settings.ari, "applications")}
    return judge_application(settings.ari.app, names)


def judge_application(app: str, names: set[str]) -> Verdict:
    """Both ways are fine: one process serves an application, or none does yet."""
    if app in names:
        return ok(f"a running voicebot serves the application {app!r}")
    return ok(f"nobody serves the application {app!r} now: callers go to people until `voicebot serve` runs")


async def check_asterisk_clock(settings: Settings) -> Verdict:
    """Its clock and ours agree."""
    before = datetime.now(UTC)
    ping = await ask(settings.ari, "asterisk/ping")
    after = datetime.now(UTC)
    theirs = datetime.strptime(str(ping["timestamp"]), "%Y-%m-%dT%H:%M:%S.%f%z")
    return judge_apart((theirs - before).total_seconds(), (theirs - after).total_seconds())


def judge_apart(since_asked: float, since_answered: float) -> Verdict:
    """Seconds from our asking, and from our hearing the answer, to the moment that Asterisk wrote in it."""
    apart = 0.0 if since_answered <= 0 <= since_asked else min(since_asked, since_answered, key=abs)
    if abs(apart) > MOST_APART_SECONDS:
        return warning(
            f"Asterisk's clock is {abs(apart):.1f} s {'ahead of' if apart > 0 else 'behind'} ours",
            "let both machines take their time from one server (chrony)",
        )
    return ok(f"Asterisk's clock and ours agree within {max(abs(apart), since_asked - since_answered):.3f} s")


async def check_endpoints(settings: Settings) -> Verdict:
    """Telephones and trunks, as information; trunks with limits must exist."""
    listed = await ask(settings.ari, "endpoints")
    return judge_endpoints(
        {str(one["resource"]): str(one.get("state", "unknown")) for one in listed},
        set(settings.telephony.trunks),
    )


def judge_endpoints(states: Mapping[str, str], trunks: set[str]) -> Verdict:
    """States by the endpoint's name."""
    if unknown := sorted(trunks - states.keys()):
        return warning(
            f"no endpoint in Asterisk is called {', '.join(unknown)}",
            "name the trunks in telephony.trunks as pjsip.conf does",
        )
    if offline := sorted(name for name in trunks if states[name] == "offline"):
        return warning(
            f"trunks that cannot be reached: {', '.join(offline)}",
            "see `pjsip show endpoint` and your carrier",
        )
    told = ", ".join(f"{name} {state}" for name, state in sorted(states.items()))
    return ok(told or "Asterisk has no telephone and no trunk")
