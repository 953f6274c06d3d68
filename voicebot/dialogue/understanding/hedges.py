"""Whether a yes is one without ifs and buts, as it must be where something is promised. Pure."""

from __future__ import annotations

import re

from voicebot.dialogue.understanding.text import fold

_HEDGES = {
    "en": r"if|unless|maybe|perhaps|probably|possibly|hopefully|depends|depending|but|except|guess|try|might"
    r"|(think|hope|suppose) so|not sure|as long as|once|as soon as|when (i|we|my)"
    r"|(cant|cannot|can not|dont|wont) promise",
    "es": r"quiza|quizas|tal vez|talvez|a lo mejor|puede ser|depende|pero|salvo|excepto"
    r"|siempre (que|y cuando)"
    r"|creo|supongo|espero|ojala|trato|tratare|voy a tratar|intentare|no se|no (lo )?prometo"
    r"|cuando (me|yo|tenga|cobre|pueda)|(apenas|en cuanto) (me|tenga|cobre|pueda)"
    r"|si (me (pagan|depositan|llega|alcanza|dan|prestan)|puedo|cobro|tengo|consigo|logro|todo sale|dios)",
}
_FOUND = {language: re.compile(rf"\b(?:{words})\b") for language, words in _HEDGES.items()}


def hedged(text: str, language: str) -> bool:
    """Whether ``text`` takes back, or makes depend on something, what it says yes to."""
    return _FOUND[language].search(fold(text)) is not None
