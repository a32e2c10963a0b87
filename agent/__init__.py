"""Ordis: what is on the stick that tests, erases, grades and reports a donated computer."""

import os

# In search of plugins Pydantic would read at each start what every installed package says of itself.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

__version__ = "0.1.0"
