from voicebot.bench.wire import SOUND, AudioSocketWire
from voicebot.media.audiosocket_protocol import header


async def test_a_bot_that_speaks_before_anybody_listens_breaks_no_call() -> None:
    wire, heard = AudioSocketWire(), list[bytes]()
    message = header(SOUND, 320) + bytes(320)
    wire.data_received(message)
    wire.on_sound = heard.append
    wire.data_received(message[:100])
    wire.data_received(message[100:])
    assert heard == [bytes(320)]
