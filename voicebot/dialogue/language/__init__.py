"""What an operator writes, as types: flows, conditions, quantities, prompts, and the rules of countries."""
