"""Whom the law lets be contacted, and when: ``may_contact`` stands before every attempt on every channel."""

from voicebot.contact.deciding import may_contact as may_contact
from voicebot.contact.own import OwnRules as OwnRules
from voicebot.contact.own import stricter as stricter
from voicebot.contact.own import stricter_book as stricter_book
from voicebot.contact.people import Channel as Channel
from voicebot.contact.people import Consent as Consent
from voicebot.contact.people import ConsentKind as ConsentKind
from voicebot.contact.people import History as History
from voicebot.contact.people import Past as Past
from voicebot.contact.people import PastKind as PastKind
from voicebot.contact.people import Person as Person
from voicebot.contact.rulebook import Rulebook as Rulebook
from voicebot.contact.rules import ContactRules as ContactRules
from voicebot.contact.verdict import Reason as Reason
from voicebot.contact.verdict import Verdict as Verdict
