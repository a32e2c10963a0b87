"""The only door to the kernel and to other programs. Nothing else runs one, opens a device or reads /sys and /proc."""
