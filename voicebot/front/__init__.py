"""One front and its workers: a process for each core, one place where calls come in."""
