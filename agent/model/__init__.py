"""The words of the program as types: every shared model, no I/O, nothing of ours imported.

`words` and `message` do not import pydantic, so that the light drive worker can use them.
This file stays empty of imports for the same reason.
"""
