"""Everything that is looked at, in the order it is told."""

from __future__ import annotations

from voicebot.doctor.asterisk import (
    check_application,
    check_asterisk,
    check_asterisk_clock,
    check_endpoints,
    check_modules,
    check_write_timeout,
)
from voicebot.doctor.clock import check_clock, check_jitter, check_zone
from voicebot.doctor.examination import Check
from voicebot.doctor.installation import check_facts, check_flows, check_secrets
from voicebot.doctor.interpreter import check_interpreter
from voicebot.doctor.line import check_echo, check_queues
from voicebot.doctor.ports import check_ari_port, check_audiosocket_port, check_media_port
from voicebot.doctor.servers import check_servers
from voicebot.doctor.speech import check_recognizer, check_vad, check_voice
from voicebot.doctor.storage import check_folder, check_processes, check_space, check_store

_READ = "correct the file that is named; `voicebot check` tells all that is wrong with flows"
_SPEECH = "pip install 'voicebot[embedded]', or choose another engine; see that the machine is not overloaded"
_INTERPRETER = (
    "see that its server runs, that understanding.interpreter has its base_url (most end in /v1) and a model "
    "that follows instructions, and VOICEBOT_INTERPRETER_KEY its key; or remove understanding.interpreter"
)
_DATABASE = "see VOICEBOT_DATABASE_URL and var_dir; put back a backup if the file is damaged"
_MACHINE = "see that the machine is not overloaded, and try again"
_ARI = (
    "start Asterisk (./scripts/asterisk start) with http.conf and ari.conf enabled; give ari.host, ari.port, "
    "ari.username and VOICEBOT_ARI__PASSWORD as they say there"
)
_CALL = "see Asterisk's log, and docs/asterisk.md for what the dialplan must have"

CHECKS: tuple[Check, ...] = (
    Check("flows", check_flows, _READ, seconds=60),
    Check("facts", check_facts, "set inbound.language and inbound.facts, and tts.voices", needs=("flows",)),
    Check("passwords", check_secrets, "see docs/asterisk.md"),
    Check("speech servers", check_servers, "see docs/speech.md", seconds=30),
    Check("voice", check_voice, _SPEECH, seconds=30),
    Check("recogniser", check_recognizer, _SPEECH, needs=("voice",), seconds=60),
    Check("voice activity", check_vad, _SPEECH, needs=("voice",), seconds=30),
    Check("interpreter", check_interpreter, _INTERPRETER, seconds=60),
    Check("folder", check_folder, "set var_dir to a folder that voicebot may write to"),
    Check("disk space", check_space, "set var_dir to a folder that voicebot may write to"),
    Check("database", check_store, _DATABASE, needs=("folder",), seconds=30),
    Check("processes", check_processes, _DATABASE, needs=("database",), seconds=30),
    Check("clock", check_clock, "see `timedatectl`"),
    Check("time zone", check_zone, "see `timedatectl`"),
    Check("ticks", check_jitter, _MACHINE, alone=True),
    Check("AudioSocket port", check_audiosocket_port, "set audiosocket.host and audiosocket.port"),
    Check("media port", check_media_port, "set media.host and media.port"),
    Check("ARI port", check_ari_port, "set ari.listen_host and ari.listen_port"),
    Check("Asterisk", check_asterisk, _ARI),
    Check("modules", check_modules, _ARI, needs=("Asterisk",)),
    Check("write time-out", check_write_timeout, _ARI, needs=("Asterisk",)),
    Check("application", check_application, _ARI, needs=("Asterisk",)),
    Check("Asterisk's clock", check_asterisk_clock, _ARI, needs=("Asterisk",)),
    Check("telephones", check_endpoints, _ARI, needs=("Asterisk",)),
    Check("queues", check_queues, _CALL, needs=("flows", "modules"), alone=True, seconds=30),
    Check("echo", check_echo, _CALL, needs=("modules", "media port"), alone=True, seconds=30),
)
