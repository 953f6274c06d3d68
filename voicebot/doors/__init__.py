"""Where calls come into the process, and where they are placed: each way of reaching a PBX is a door."""
