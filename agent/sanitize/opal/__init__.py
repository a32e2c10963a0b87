"""TCG Opal and its kin: what a self-encrypting drive tells about its locks, and the way to take them back."""
