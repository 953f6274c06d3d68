"""Decodes utterances in a process of its own: pocketsphinx holds the interpreter lock for a whole utterance.

``python -m voicebot.stt.sphinx_worker FD LANGUAGE...`` answers the jobs that come over the socket ``FD``.
"""

from __future__ import annotations

import os
import signal
import sys
from collections import OrderedDict
from multiprocessing.connection import Connection

from pocketsphinx import Decoder

from voicebot.media.frame import Band
from voicebot.stt.conditioning import by_content, samples, wideband
from voicebot.stt.jobs import Answer, Job
from voicebot.stt.jsgf import sentences, with_alternatives, words_of
from voicebot.stt.phonemes import NARROW, pronunciation
from voicebot.stt.plausible import SpokenWord, confidence

GRAMMARS_KEPT = 64
"""Compiled grammars each decoder keeps."""
_ON_NARROW = "_narrow"
_NARROW = {word: word + _ON_NARROW for word in NARROW}


class SphinxDecoder:
    """One language's decoder, with the grammars it was last asked for."""

    def __init__(self, language: str) -> None:
        own_words = {} if language == "en" else {"dict": os.devnull}
        # A word costs little and silence is likely: with the defaults the pauses between words fill up
        # with words.
        self._decoder = Decoder(lm=None, loglevel="FATAL", wip=0.02, silprob=0.3, **own_words)
        self._grammars: OrderedDict[str, str] = OrderedDict()

    def decode(self, job: Job) -> Answer:
        """The words of the grammar that were spoken, or none."""
        sound, band = by_content(samples(job.pcm), Band(job.rate))
        self._activate(with_alternatives(job.grammar, _NARROW) if band is Band.NARROW else job.grammar)
        pcm = wideband(sound, band)
        self._decoder.start_utt()
        # All at once: the cepstral mean of the whole utterance is far better than a running one.
        self._decoder.process_raw(pcm, False, True)
        self._decoder.end_utt()
        heard = self._decoder.hyp()
        text = heard.hypstr.replace(_ON_NARROW, "") if heard else ""
        if not sentences(job.grammar).fullmatch(f" {text}"):
            return Answer()
        sure = confidence(self._words(), pcm, Band.WIDE)
        return Answer(text, sure) if sure else Answer()

    def _words(self) -> list[SpokenWord]:
        """The words just decoded, without the silences and noises between them."""
        return [
            SpokenWord(found.start_frame, found.end_frame, len(self._spelled(found.word).split()))
            for found in self._decoder.seg()
            if found.word[0] not in "<["
        ]

    def _activate(self, grammar: str) -> None:
        if grammar not in self._grammars:
            self._add_missing_words(grammar)
            name = f"grammar{len(self._grammars)}"
            if len(self._grammars) == GRAMMARS_KEPT:
                _, name = self._grammars.popitem(last=False)
            self._decoder.add_jsgf_string(name, grammar)
            self._grammars[grammar] = name
        self._grammars.move_to_end(grammar)
        self._decoder.activate_search(self._grammars[grammar])

    def _add_missing_words(self, grammar: str) -> None:
        missing = sorted(word for word in words_of(grammar) if not self._spelled(word))
        for word in missing:
            self._decoder.add_word(word, _pronunciation(word), word == missing[-1])

    def _spelled(self, word: str) -> str:
        return self._decoder.lookup_word(word) or ""


def _pronunciation(word: str) -> str:
    plain = word.removesuffix(_ON_NARROW)
    return NARROW[plain] if plain != word else pronunciation(word)


class Decoders:
    """The decoders of all languages heard so far."""

    def __init__(self, languages: list[str]) -> None:
        self._decoders = {language: SphinxDecoder(language) for language in languages}

    def answer(self, job: Job) -> Answer:
        """The words of one utterance, or why there are none."""
        try:
            decoder = self._decoders.get(job.language) or SphinxDecoder(job.language)
            self._decoders[job.language] = decoder
            return decoder.decode(job)
        except (RuntimeError, ValueError) as error:
            return Answer(error=f"pocketsphinx could not decode: {error}")


def serve(connection: Connection, languages: list[str]) -> None:
    """Answers jobs until the other side is gone. The first message is an empty answer: ready."""
    decoders = Decoders(languages)
    connection.send(Answer())
    while True:
        try:
            connection.send(decoders.answer(connection.recv()))
        except (EOFError, OSError):
            return


if __name__ == "__main__":
    # The keyboard's interrupt goes to the whole group; the parent decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(Connection(int(sys.argv[1])), sys.argv[2:])
