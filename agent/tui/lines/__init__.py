"""State to lines of text: pure functions, so that what is shown can be tested without a terminal."""
