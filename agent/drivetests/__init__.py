"""Tests of one drive that only read, or that the drive carries out by itself. They run in the drive's worker (no
pydantic) and bring facts home as JSON; agent.checks judges them.
"""
