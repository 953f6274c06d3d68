"""One call: the stations wired together, and the journal of what happened."""
