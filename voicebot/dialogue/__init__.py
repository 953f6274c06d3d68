"""What now? The dialogue sees words and says words; it never meets sound, a clock or a socket."""
