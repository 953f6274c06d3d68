"""A campaign tried on simulated people: who they are, when it is their turn, what becomes of them."""
