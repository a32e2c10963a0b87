"""What the machine is: one small module per part, `collect` puts them together.

Nothing is imported here: the drive's worker needs `obstacles`, and no pydantic with it.
"""
