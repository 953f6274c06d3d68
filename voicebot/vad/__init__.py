"""Is that speech?

vad        what turn-taking needs of a detector
silero     the neural model, many callers in one run
    batch      the clock and the thread that feed it      stream     one caller's share of a batch
webrtc     a light choice      energy   by loudness alone      framewise   the shell of both
background, levels, decimate, gate    how loud, over what noise, in which band, whose voice
engines    the choice, by ``settings``
"""
