"""A flow as a picture: what an operator looks at before reading it."""
