"""One file per screen. A screen shows what the face knows and posts what the person decides."""
