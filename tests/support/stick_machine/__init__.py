"""A computer that starts the real stick: QEMU with firmware, drives, battery and keyboard of a donated PC.

tests/machine/image uses it; docs/machine-tests.md says what is real in it and what is not.
"""
