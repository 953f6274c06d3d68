"""What now? The dialogue sees words and says words; it never meets sound, a clock or a socket.

Read ``flow`` first (what an operator writes), then ``conversation`` (a flow being followed; ``hearing`` is
what an answer amounts to, ``asking`` how a question is put). ``loader``, ``lint``, ``paths`` and ``proof``
say what is wrong with a flow before anybody follows it; ``script`` holds conversations with it.
"""
