"""Our own theme: the sixteen colours of the Linux console, by name, so that no terminal has to guess."""

from textual.theme import Theme

# The console has 16 foreground but only 8 background colours: backgrounds below are never bright ones.
THEME = Theme(
    name="ordis",
    ansi=True,
    primary="ansi_cyan",
    secondary="ansi_blue",
    accent="ansi_bright_cyan",
    success="ansi_bright_green",
    warning="ansi_bright_yellow",
    error="ansi_bright_red",
    foreground="ansi_white",
    background="ansi_black",
    surface="ansi_black",
    panel="ansi_black",
    variables={
        "ansi-background": "ansi_black",
        "ansi-foreground": "ansi_white",
        "border": "ansi_cyan",
        "border-blurred": "ansi_white",
    },
)

STRONG = "bold ansi_bright_white"
GOOD = "ansi_bright_green"
DOUBT = "ansi_bright_yellow"
BAD = "ansi_bright_red"
BUSY = "ansi_bright_cyan"
QUIET = "ansi_cyan"
KEY = "ansi_black on ansi_white"
"""Colours by meaning. None of them is ever the only sign."""
