"""What an eMMC device can do to itself: erase, sanitize, secure trim (JESD84-B51). Untested on hardware."""
