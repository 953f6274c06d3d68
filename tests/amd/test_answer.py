import pytest

from voicebot.amd.answer import Answerer, AnswerJudge
from voicebot.amd.signals import Signal
from voicebot.disposition import Disposition


@pytest.mark.parametrize(
    ("language", "hello", "seconds"),
    [
        ("en", "hello", 0.5),
        ("en", "yes", 0.4),
        ("en", "hello who is this", 1.2),
        ("en", "good morning example dental this is maria how can i help you", 3.8),
        ("en", "he is not in would you like to leave a message", 2.4),
        ("es", "bueno", 0.4),
        ("es", "aló", 0.4),
        ("es", "sí dígame quién habla", 1.5),
        ("es", "buenas tardes clínica ejemplo en qué le puedo servir con quién hablo", 3.9),
    ],
)
def test_whoever_says_hello_and_waits_is_a_person(language: str, hello: str, seconds: float) -> None:
    judge = AnswerJudge(language)
    judge.talks(1.0, seconds)
    judge.heard(2.0, hello, seconds)
    assert judge.verdict is not Answerer.MACHINE
    assert judge.points < 0


@pytest.mark.parametrize(
    ("language", "greeting", "disposition"),
    [
        ("en", "hi leave a message after the beep", Disposition.MACHINE),
        ("es", "deje su mensaje después del tono", Disposition.MACHINE),
        ("en", "the number you have dialed is not in service", Disposition.SIT_INVALID),
        ("es", "el número que usted marcó no existe", Disposition.SIT_INVALID),
        ("es", "el número que usted marcó está apagado", Disposition.UNREACHABLE),
        ("en", "please state your name and why you are calling", Disposition.SCREENED),
        ("es", "diga su nombre y el motivo de su llamada", Disposition.SCREENED),
        (
            "en",
            "if you record your name and reason for calling ill see if this person is",
            Disposition.SCREENED,
        ),
        ("en", "the person you are calling is using a screening service from google", Disposition.SCREENED),
        ("en", "go ahead and say your name and why youre calling", Disposition.SCREENED),
        ("en", "please stay on the line while i try to connect you", Disposition.SCREENED),
        ("es", "si graba su nombre y el motivo de la llamada veré si está disponible", Disposition.SCREENED),
        ("es", "hola di tu nombre y por qué llamas", Disposition.SCREENED),
    ],
)
def test_the_words_of_a_machine_are_enough_in_mid_sentence(
    language: str, greeting: str, disposition: Disposition
) -> None:
    judge = AnswerJudge(language)
    judge.hears(2.2, greeting)
    assert (judge.verdict, judge.disposition) == (Answerer.MACHINE, disposition)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "i got your voicemail yesterday"),
        ("en", "you left me a voicemail"),
        ("en", "you people keep leaving messages i have three of your voicemails"),
        ("en", "i never check my voicemail"),
        ("en", "this isn't a voicemail i am right here"),
        ("en", "every call goes to voicemail"),
        ("es", "me dejaron un mensaje en el buzón"),
        ("es", "ya escuché su mensaje en el buzón de voz"),
        ("es", "siempre me mandan al buzón"),
        ("es", "yo le dejé un mensaje ayer en la contestadora"),
        ("es", "mi buzón está lleno"),
        ("es", "no es un buzón soy yo"),
        ("es", "está llamando al número equivocado"),
        ("es", "la persona que busca no está"),
        ("en", "i am away from home call me tomorrow"),
    ],
)
def test_a_person_who_talks_of_a_mailbox_is_none(language: str, said: str) -> None:
    judge = AnswerJudge(language)
    judge.heard(1.0, "hello" if language == "en" else "bueno", 0.5)
    judge.said(6.0, said)
    judge.heard(6.0, said, 2.4)
    assert judge.verdict is not Answerer.MACHINE


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "you have reached my voicemail"),
        ("en", "the mailbox is full"),
        ("en", "your call has been forwarded to voicemail"),
        ("en", "voicemail of five five five zero one four two"),
        ("en", "hi you've reached ana leave a voicemail"),
        ("es", "usted se ha comunicado con el buzón de voz"),
        ("es", "su llamada será transferida al buzón"),
        ("es", "buzón de voz de telmex"),
        ("es", "deja un mensaje y te llamo"),
        ("en", "the subscriber you have called is not available"),
        ("en", "i am either on the phone or away from my desk"),
        ("es", "la persona a la que intenta llamar no se encuentra"),
        ("es", "el usuario al que usted está llamando no está disponible"),
        ("es", "está llamando al cinco cinco cinco"),
    ],
)
def test_a_mailbox_that_says_what_it_is_is_one(language: str, said: str) -> None:
    judge = AnswerJudge(language)
    judge.hears(2.2, said)
    assert judge.verdict is Answerer.MACHINE


def test_a_greeting_of_a_few_seconds_and_a_beep_are_a_machine_without_any_words() -> None:
    judge = AnswerJudge("en")
    judge.talks(2.5, 2.2)
    judge.heard(3.0, "", 2.2)
    judge.signalled(3.6, Signal.BEEP)
    assert judge.verdict is Answerer.MACHINE


def test_a_greeting_that_begins_like_a_person_is_a_machine_all_the_same() -> None:
    judge = AnswerJudge("en")
    judge.heard(1.2, "hello", 0.5)
    before = judge.verdict
    judge.heard(4.0, "just kidding leave a message", 2.0)
    assert (before, judge.verdict) == (Answerer.HUMAN, Answerer.MACHINE)


def test_without_any_words_it_is_known_by_length_and_beep() -> None:
    judge = AnswerJudge("en")
    judge.talks(4.0, 4.0)
    before = judge.verdict
    judge.signalled(5.0, Signal.BEEP)
    assert (before, judge.verdict) == (Answerer.UNSURE, Answerer.MACHINE)
    assert [str(one) for one in judge.evidence] == [
        "4.0 s: talks for 4 s without a pause (+1)",
        "5.0 s: a beep (+4)",
    ]


def test_somebody_who_talks_on_and_on_in_one_breath_is_a_machine() -> None:
    judge = AnswerJudge("en")
    judge.hears(3.7, "welcome to the home of the happy people who love to dance all")
    judge.talks(4.0, 4.0)
    before = judge.verdict
    judge.talks(7.0, 7.0)
    assert (before, judge.verdict) == (Answerer.UNSURE, Answerer.MACHINE)


def test_without_any_words_who_talks_for_five_seconds_in_one_breath_is_a_machine() -> None:
    judge = AnswerJudge("en")
    judge.hears(2.2, "")
    judge.talks(4.0, 4.0)
    before = judge.verdict
    judge.talks(5.0, 5.0)
    assert (before, judge.verdict) == (Answerer.UNSURE, Answerer.MACHINE)


@pytest.mark.parametrize(
    ("language", "so_far"),
    [
        ("en", "hey hold on a second please i am just getting out of the car"),
        ("es", "espéreme tantito por favor que estoy manejando"),
    ],
)
def test_who_is_heard_to_say_no_words_of_a_machine_may_finish_a_long_sentence(
    language: str, so_far: str
) -> None:
    judge = AnswerJudge(language)
    judge.hears(3.4, so_far)
    judge.talks(4.0, 4.0)
    judge.talks(6.5, 6.5)
    assert judge.verdict is not Answerer.MACHINE


def test_a_greeting_that_begins_with_a_name_and_goes_on_has_answered_nobody() -> None:
    judge = AnswerJudge("es")
    judge.hears(2.2, "hola habla ana")
    assert judge.points == 0


def test_a_beep_alone_is_no_machine() -> None:
    judge = AnswerJudge("en")
    judge.signalled(0.5, Signal.BEEP)
    assert judge.verdict is Answerer.UNSURE


def test_a_network_that_cannot_connect_is_enough() -> None:
    judge = AnswerJudge("en")
    judge.signalled(1.1, Signal.SIT_VACANT)
    assert (judge.verdict, judge.disposition) == (Answerer.MACHINE, Disposition.SIT_INVALID)


def test_a_beep_that_a_detector_takes_for_a_word_is_no_person() -> None:
    judge = AnswerJudge("en")
    judge.signalled(3.0, Signal.BEEP)
    before = judge.points
    judge.heard(3.6, "", 0.4)
    assert judge.points == before
