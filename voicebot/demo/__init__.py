"""A whole spoken call in one process: a caller made of code, with a voice and ears."""
