"""From files to a flow: YAML with its places and traps, files laid over one another, sub-flows put in."""
