"""What each word of the command line does, one module each. A command returns its exit code or raises Problem."""
