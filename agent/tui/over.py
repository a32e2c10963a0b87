"""Screens that lie over the others, each at its key: what is below stays as it is, with all that was typed."""

from enum import StrEnum


class Over(StrEnum):
    HELP = "help"
    NETWORK = "network"
    SETTINGS = "settings"
    SUPPORT = "support"


KEYS = {Over.HELP: "F1", Over.NETWORK: "F3", Over.SETTINGS: "F4", Over.SUPPORT: "F9"}
