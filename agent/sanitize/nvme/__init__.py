"""NVMe drives: what a subsystem says of itself, and how its firmware erases it (NVMe Base 2.0)."""
