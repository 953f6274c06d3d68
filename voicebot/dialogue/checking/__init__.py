"""What is wrong with a flow before anybody follows it: lint, proofs, rehearsals."""
