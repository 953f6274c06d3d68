"""Small, real stand-ins shared by all tests."""
