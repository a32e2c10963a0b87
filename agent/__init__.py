"""Ordis: what is on the stick that tests, erases, grades and reports a donated computer."""

__version__ = "0.1.0"
