"""Outbound campaigns: who is to be called, when, and what came of it.

What dials stands here: ``dialer`` asks ``queue`` for a contact, ``choosing`` says whether it may be called
and ``pacing`` how many at once; ``outcomes`` and ``retry`` say what follows. Beside it are four rooms:

    sheets     files of contacts and payments, read row by row
    ledger     promises to pay, and the payments that keep them
    reporting  the figures by which a campaign is judged
    simulated  a campaign tried on simulated people
"""
