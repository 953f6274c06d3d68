"""What now? The dialogue sees words and says words; it never meets sound, a clock or a socket.

language        what an operator writes, as types          reading   from files to a flow
checking        lint, proofs and rehearsals of a flow      understanding   from words to meaning

Read ``language.flow`` first, then ``conversation``: a flow being followed, by a ``walk`` from state to
state. ``hearing`` is what an answer amounts to, ``asking`` how a question is put, ``repair`` what is done
about an answer that failed.
"""
