"""Yesterday's calls on today's flow: what would have come of them."""
