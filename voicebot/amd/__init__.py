"""Who answered a call that we placed: a person, or a machine (answering-machine detection)."""
