"""The shipped configuration and its commented variants, as Asterisk itself takes them."""

from __future__ import annotations

import asyncio
import re
import ssl
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.pbx import REPOSITORY, Pbx
from tests.acceptance.phone_call import CallError
from tests.acceptance.sip_phone import SipPhone
from tests.fakes.ports import HOST, free_port

ENCRYPTED_TELEPHONE = """
[encrypted](line)
context = from-phones
transport = tls
media_encryption = sdes
aors = encrypted

[encrypted](place)
"""


def variants(name: str) -> str:
    """What a file holds commented out, ready to be taken: lines such as ``;[tls]``, without a space."""
    text = (REPOSITORY / "dialplans" / name).read_text()
    paragraphs = re.findall(r"(?:^;[\[\w].*\n)+", text, re.MULTILINE)
    return "\n".join(re.sub(r"^;", "", paragraph, flags=re.MULTILINE) for paragraph in paragraphs)


def certificate(folder: Path) -> None:
    folder.mkdir()
    made = (
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "1",
        "-subj",
        "/CN=localhost",
    )
    files = ("-keyout", folder / "asterisk.key", "-out", folder / "asterisk.crt")
    subprocess.run((*made, *files), check=True, capture_output=True)


async def test_a_wrong_password_and_an_unknown_name_are_refused(asterisk: Pbx) -> None:
    for user in ("softphone", "nobody"):
        async with SipPhone.at(asterisk.sip, user, "wrong") as phone:
            with pytest.raises(CallError):
                await phone.register()


async def test_telephones_outside_the_named_network_are_refused_before_their_password(
    asterisk: Pbx, tmp_path: Path
) -> None:
    pbx = Pbx.start(tmp_path / "pbx", "--network", "192.0.2.0/24")
    try:
        async with SipPhone.at(pbx.sip, "softphone", pbx.passwords["PHONE_PASSWORD"]) as phone:
            with pytest.raises(CallError, match="403"):
                await phone.register()
    finally:
        pbx.stop()


async def encrypts(address: str, certificate: Path) -> bool:
    """Whether somebody listens there who has the certificate's key, and refuses outdated encryption."""
    host, port = address.split(":")
    context = ssl.create_default_context(cafile=str(certificate))
    context.check_hostname = False
    _, writer = await asyncio.open_connection(host, int(port), ssl=context)
    version = writer.get_extra_info("ssl_object").version()
    writer.close()
    return version in ("TLSv1.2", "TLSv1.3")


async def test_the_encrypted_variants_work_as_they_stand_there_and_nothing_is_complained_about(
    asterisk: Pbx, tmp_path: Path
) -> None:
    certificate(tmp_path / "keys")
    site = tmp_path / "site"
    site.mkdir()
    sections = variants("pjsip.conf").partition("[tls]")
    (site / "pjsip.conf").write_text(
        sections[1] + sections[2].replace("media_encryption = sdes", "") + ENCRYPTED_TELEPHONE
    )
    sips, https = f"{HOST}:{free_port()}", f"{HOST}:{free_port()}"
    (site / "http.conf").write_text(variants("http.conf").replace("192.0.2.5:8089", https))
    (site / "ari.conf").write_text(variants("ari.conf"))
    (site / "websocket_client.conf").write_text(variants("websocket_client.conf"))
    for file in site.iterdir():
        text = file.read_text().replace("/etc/asterisk/keys", str(tmp_path / "keys"))
        file.write_text(text.replace("@SIP_ADDRESS@:5061", sips))

    pbx = Pbx.start(tmp_path / "pbx", "--site", str(site))
    try:
        assert re.search(r"Transport: +tls +tls", await pbx.console("pjsip", "show", "transports"))
        assert await encrypts(sips, tmp_path / "keys" / "asterisk.crt")
        assert await encrypts(https, tmp_path / "keys" / "asterisk.crt")
        assert "HTTPS Server Enabled" in await pbx.console("http", "show", "status")
        assert re.search(r"Yes +No +watcher", await pbx.console("ari", "show", "users"))
        assert "198.51.100.7" in await pbx.console("pjsip", "show", "identifies")
        endpoint = await pbx.console("pjsip", "show", "endpoint", "encrypted")
        assert re.search(r"media_encryption +: sdes", endpoint)
        assert pbx.complaints == []
    finally:
        pbx.stop()
