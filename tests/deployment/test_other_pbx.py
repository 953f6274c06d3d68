"""The trunks of docs/other-pbx.md in a real Asterisk, with a telephone in the place of the other PBX."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import xml.etree.ElementTree as ET
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.acceptance.pbx import Pbx, PbxError
from tests.acceptance.sip_message import Message
from tests.acceptance.sip_phone import SipPhone
from tests.deployment.documents import REPOSITORY, blocks, site_file
from tests.fakes.until import PATIENCE

DOCUMENT = "other-pbx.md"
PASSWORD = "kept-for-the-tests-only"
NOWHERE = "192.0.2.99"
"""No call comes from there: here several trunks and telephones share the loopback address."""
UNREACHED = "sending OPTIONS request to endpoint"
"""In what Asterisk says when it asks there, from the loopback address, whether anybody is: at a moment of
its own choice."""
TO_NEGOTIATORS = "104"


class ThreeCx(SipPhone):
    """It registers, and knows the trunk again by a parameter of its contact."""

    @property
    def contact(self) -> str:
        return super().contact + ";rinstance=2622c879b98cfd93"


@pytest.fixture
def freeswitch_port() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as port:
        port.bind(("127.0.0.1", 0))
        port.setblocking(False)
        yield port


@pytest.fixture
def pbx(freeswitch_port: socket.socket, tmp_path: Path) -> Iterator[Pbx]:
    """With all the trunks of the document, where 7000 is a queue of 3CX and 7001 one of FreeSWITCH."""
    site = tmp_path / "site"
    shutil.copytree(REPOSITORY / "dialplans" / "test", site)
    trunks = site_file(DOCUMENT, "pjsip.conf").replace("write-one-here", PASSWORD)
    trunks = trunks.replace("192.0.2.20:5080", "{}:{}".format(*freeswitch_port.getsockname()))
    (site / "pjsip.conf").write_text(trunks.replace("192.0.2.20", NOWHERE))
    (site / "queues.conf").write_text(site_file(DOCUMENT, "queues.conf"))
    try:
        pbx = Pbx.start(tmp_path / "pbx", "--site", str(site))
    except PbxError as reason:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip(f"no Asterisk here: {reason}")
    yield pbx
    pbx.stop()


@asynccontextmanager
async def freeswitch(pbx: Pbx, port: socket.socket) -> AsyncIterator[SipPhone]:
    transport, phone = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: SipPhone(pbx.sip, "people", ""), sock=port
    )
    yield phone
    transport.close()


async def is_free(pbx: Pbx, trunk: str) -> None:
    """Ask the other PBX whether it is there, until the queue knows that it is."""
    await pbx.console("pjsip", "qualify", trunk)
    while "(Not in use)" not in await pbx.console("queue", "show", "negotiators"):  # noqa: ASYNC110
        await asyncio.sleep(0.05)


async def handed_off(pbx: Pbx, people: SipPhone) -> Message:
    """What the other PBX is told of a caller whom the bot hands to the negotiators."""
    async with SipPhone.at(pbx.sip, "softphone", pbx.passwords["PHONE_PASSWORD"]) as phone:
        await phone.register()
        call = await phone.dial(TO_NEGOTIATORS)
        taken = await people.ringing.get()
        await call.hang_up()
        await taken.ended.wait()
    return taken.offer


def tells_number_topic_and_summary(offer: Message) -> bool:
    caller = '"Payment plan" <sip:2001@'
    return (
        offer.header("From").startswith(caller)
        and offer.header("P-Asserted-Identity").startswith(caller)
        and offer.header("X-Voicebot-Call-Id") == "5f0f6a52-0000-4000-8000-000000000001"
        and offer.header("X-Voicebot-Summary").startswith("Ana: owes $500.00")
    )


async def test_a_caller_goes_on_to_a_queue_at_a_pbx_that_is_known_by_its_address(
    pbx: Pbx, freeswitch_port: socket.socket
) -> None:
    async with asyncio.timeout(PATIENCE), freeswitch(pbx, freeswitch_port) as people:
        await is_free(pbx, "freeswitch")
        offer = await handed_off(pbx, people)

    assert offer.start.startswith("INVITE sip:7001@")
    assert tells_number_topic_and_summary(offer)


async def test_a_caller_goes_on_to_a_queue_at_a_pbx_that_registers_and_it_knows_the_trunk_again(
    pbx: Pbx,
) -> None:
    queues = pbx.directory / "etc" / "site" / "queues.conf"
    queues.write_text(queues.read_text().replace("freeswitch", "threecx"))
    async with asyncio.timeout(PATIENCE), ThreeCx.at(pbx.sip, "threecx", PASSWORD) as people:
        await people.register()
        await pbx.console("queue", "reload", "all")
        await is_free(pbx, "threecx")
        offer = await handed_off(pbx, people)

    assert offer.start.startswith("INVITE sip:7001@")
    assert ";rinstance=2622c879b98cfd93" in offer.start
    assert tells_number_topic_and_summary(offer)


async def test_all_trunks_of_the_document_load_side_by_side_without_a_complaint(pbx: Pbx) -> None:
    endpoints = await pbx.console("pjsip", "show", "endpoints")

    assert all(f"Endpoint:  {name} " in endpoints for name in ("freeswitch", "kamailio", "threecx"))
    assert [complaint for complaint in pbx.complaints if UNREACHED not in complaint] == []


@pytest.mark.parametrize("example", blocks(DOCUMENT, "xml"))
def test_what_freeswitch_is_to_read_is_well_formed(example: str) -> None:
    assert ET.fromstring(example).tag == "include"
