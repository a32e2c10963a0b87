"""Profiles that only training offers, so that importlib.resources finds them from a wheel."""
