"""What an ATA drive can do to itself: identify, hidden areas, SANITIZE DEVICE, SECURITY ERASE UNIT."""
