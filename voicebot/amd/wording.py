"""What the words of whoever answered tell: a mailbox, a network, an assistant that screens calls. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Final

from voicebot.dialogue.understanding.meaning import Intent, Meaning, Question, Setting
from voicebot.dialogue.understanding.parse import understand
from voicebot.dialogue.understanding.text import fold
from voicebot.disposition import Disposition

_SURE, _LIKELY = 0.5, 0.3
"""How probable the intent ``voicemail`` is of the words of a machine."""
_ANY_DAY: Final = date(2000, 1, 1)
"""No date that is spoken matters here."""


def _any(*phrases: str) -> re.Pattern[str]:
    """Any of them, in folded text."""
    return re.compile(f" (?:{'|'.join(phrases)})(?= |$)")


_SAID: Final[Mapping[Disposition, re.Pattern[str]]] = {
    Disposition.SCREENED: _any(
        "screening service|(?:being|is) screened|call assist(?:ant)?",
        "(?:state|say|record) your name (?:and|after|so)",
        "(?:say|tell me) (?:why|the reason) (?:youre|you are|for your|of your) call(?:ing)?",
        "stay on the line while i (?:try|see|check)|see if (?:this|the) person is",
        "(?:diga|di|grabe|graba|indique|indica) (?:su|tu) nombre (?:y|despues|tras)",
        "permanezca en la linea mientras|vere si (?:esta|la persona)",
        "motivo de (?:su|la|tu) llamada|filtra(?:ndo)? (?:las )?llamadas",
    ),
    Disposition.SIT_INVALID: _any(
        "number .*(?:disconnected|(?:no longer|not) (?:in service|a working|assigned|valid))",
        "cannot be completed as dialed",
        "numero .*(?:no existe|no esta (?:asignado|en servicio)|no corresponde a|no es valido)",
        "numero .*fuera de circulacion",
    ),
    Disposition.UNREACHABLE: _any(
        "(?:switched|turned) off|out of (?:the )?(?:coverage|service area)",
        "(?:esta|encuentra) apagado|fuera (?:del area|de cobertura|de servicio)",
        "(?:linea|numero) .*suspendid[ao]",
    ),
}
_GREETING: Final = _any(
    "(?:i|we) cant come to the phone|(?:cant|unable to|not available to) take your call",
    "sorry (?:(?:i|we) )?missed your call|(?:leave|record) (?:a|your|me a) (?:short |brief )?message",
    "(?:at|after) the (?:tone|beep)|know what to do",
    "(?:customer|person|party|subscriber) you (?:are (?:calling|trying to reach)|have (?:called|dialed))",
    "either on the phone or away|away from my (?:desk|phone)",
    "(?<! le)(?<! les)(?<! te)(?<! ya)(?<! yo)(?<! que) (?:deje|deja|dejame|dejenos|grabe|graba)"
    " (?:un|su|tu) (?:breve )?mensaje",
    "(?:despues|tras) (?:del?|de la|el|la) (?:tono|senal|pitido)|al terminar los tonos|se cobrara",
    "(?:persona|cliente|usuario|abonado|suscriptor) (?:(?:a|con) (?:la|el) |al )?que (?:usted )?"
    "(?:intenta|desea|trata de|quiere|esta) (?:llama|comunica|localiza|contacta)[a-z]*",
    "esta llamando al (?:cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|[0-9])",
    "el abonado|numero (?:que|al que) usted|llamadas entrantes",
    "no (?:puedo|podemos) (?:contestar|atender) (?:tu|su) llamada|sabes? que hacer",
)
_PLACE: Final = _any("mailbox|voice ?mail(?:box|s)?|buzon|contestadora?|correo de voz")
"""Where messages are kept: a machine is one, and people talk of it."""
_OWN: Final = _any(
    "(?:i|you|we|she|he|they|somebody|someone)(?:ve| have)? (?:just |already |never |did |didnt )?"
    "(?:left|leave|got|get|heard|hear|received|listened|listen|checked|check|sent|send|saw|called)",
    "i (?:have|had)",
    "(?:your|that|those|any|no) voice ?mails?|to voice ?mail",
    "(?:isnt|not) (?:a|my|the) (?:voice ?mail|mailbox|machine)",
    "(?:me|le|les|te|nos) (?:dejo|deje|dejaron|dejaste|dejamos|han dejado|ha dejado|mando|mandaron|manda)",
    "(?:escuche|oi|recibi|revise|reviso|vi|tengo|tenia|tiene|tienen) .*(?:buzon|contestadora?|correo de voz)",
    "(?:mi|tu|al) (?:buzon|contestadora?|correo de voz)",
    "no (?:es|soy) (?:un|una|el|la) (?:buzon|contestadora?)",
)
"""How people talk of it: of messages that were left, heard or sent."""
_MACHINES_OWN: Final = _any(
    "reached (?:my|the) voice ?mail|(?:forwarded|transferred) to|transferid[ao] al|comunicado (?:con|al)",
)
"""What machines say with the same words."""
_OFFER: Final = re.compile("(?<! if) (?:do you want|would you like) to leave (?:a|your) message(?= |$)")
"""Of a person who takes messages for somebody else."""
_ANSWERS: Final = _any(
    "who is (?:this|calling)|whos (?:this|calling|there)|(?:can|may) i help|help you|speaking",
    "quien (?:habla|es|llama)|de parte de quien|con quien|en que (?:le|te|puedo)|a sus ordenes|habla ella",
)


def machine_words(text: str, language: str) -> Disposition | None:
    """How the contact ends that is answered with ``text``; ``None`` where people may say so."""
    for disposition, said in _SAID.items():
        if said.search(fold(text)):
            return disposition
    folded = fold(text)
    if _OFFER.search(folded):
        return None
    if _GREETING.search(folded):
        return Disposition.MACHINE
    if _of_a_person(folded):
        return None
    sure = _PLACE.search(folded) or _like_voicemail(_meant(text, language)) >= _SURE
    return Disposition.MACHINE if sure else None


def like_a_machine(text: str, language: str) -> bool:
    """Whether ``text`` is more of a greeting than of anything that people say, but not surely one."""
    return not _of_a_person(fold(text)) and _like_voicemail(_meant(text, language)) >= _LIKELY


def answers_us(text: str, language: str) -> bool:
    """Whether only somebody who listens says ``text``: an answer, or a question of their own."""
    meant = _meant(text, language)
    told = meant.intent is not None and not _like_voicemail(meant)
    return told or asks(text, language)


def asks(text: str, language: str) -> bool:
    """Whether ``text`` has a question that only somebody who listens asks, be it before they have finished;
    a greeting too begins with a name."""
    return bool(_ANSWERS.search(fold(text)))


def word_count(text: str) -> int:
    """How many words it has."""
    return len(fold(text).split())


def _of_a_person(folded: str) -> bool:
    """Whether somebody talks of a mailbox who is none."""
    return bool(_OWN.search(folded)) and not _MACHINES_OWN.search(folded)


def _meant(text: str, language: str) -> Meaning:
    return understand(text, Setting(language=language, today=_ANY_DAY, question=Question.IDENTITY))


def _like_voicemail(meant: Meaning) -> float:
    if Intent.VOICEMAIL in (meant.intent, *meant.secondary):
        return 1.0
    return meant.confidence if meant.likeliest is Intent.VOICEMAIL else 0.0
