"""A self-hosted AI voice agent for Asterisk: the journey of a sound, station by station.

    telephony  a call arrives or is placed, goes to people and comes back: Asterisk over ARI
    contact    whom the law lets be called, when and how often
    media      sound in, sound out: frames, codecs, the transports that carry them
    vad        is that speech?
    stt        which words?
    models     what engines are trained on: fetched, verified, kept under var/
    remote     servers elsewhere that do work for calls, and what is done when they fail
    turns      whose turn is it?
    amd        did a person answer, or a machine?
    dialogue   what now?  (sees words, says words; never sound)
    interpreter  a language model that may be asked what was not understood
    tts        say it
    calls      one call: the stations wired together, and the journal of what happened
    metrics    figures of all calls, for Prometheus
    campaigns  whom to call, when and how often; what follows each attempt
    store      promises, requests, call records and accounts that survive a crash
    inbox      files of contacts and payments, checked whole and then loaded
    front      one server made of several processes
    doors      the ways into the process: ARI, AudioSocket
    demo       a caller made of code;  bench: what it costs;  doctor: what an installation lacks
    simulation thousands of callers against a flow;  replay: past calls on it;  drawing: its picture
    app, serve the parts put together, and the server made of them
    commands   what each command does;  cli: the words people type

Imports run one way: ``cli > commands | demo | bench | serve > doors > reception > app > records > settings
> store > campaigns > metrics > calls | interpreter > dialogue | turns > stt | tts | vad > models | remote >
contact > telephony > media > telemetry > disposition | errors``. Modules whose docstring says *Pure* know
no clock, no socket and no asyncio: values go in, values come out. ``lint-imports`` holds both rules.
"""
