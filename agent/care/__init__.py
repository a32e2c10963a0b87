"""What the service does for a person beside the intake. Loaded when it is first asked for."""
