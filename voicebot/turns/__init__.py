"""Whose turn is it?

timing     how long to wait before deciding          events    what was decided
run        one stretch of speech: where it began, where it stopped, how sure it is
pace       how long this caller pauses
echo       the bot's own voice on the caller's leg
smart_turn    has the caller finished, by the sound alone?    log_mel   what its model is given
detector   utterances, pauses, barge-ins, coughs and silence out of a detector's verdicts
"""
