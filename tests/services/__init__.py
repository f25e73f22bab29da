"""The real services that tests talk to. `tests/conftest.py` makes fixtures of them."""
