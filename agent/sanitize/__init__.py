"""Erasing and its proof: plan → guard → technique → verification → evidence.

All but `plan` runs in the drive's worker, so it does without pydantic.
"""
