"""How finely and how often a drive's surface is told of. Shared by the worker, which has no pydantic, and the check."""

ZONES = 256
"""Parts of the drive that are told apart: a curve over the whole drive has no more points on any screen."""
CLASSES_MS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
"""Upper bounds of the classes of the histogram of read times; one more class holds what took longer."""
LIVE_SECONDS = 2.0
"""Between two words on what was measured so far: about a column of a minute's curve."""
