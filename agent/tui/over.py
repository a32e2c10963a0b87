"""Screens that lie over the others, each at its key: what is below stays as it is, with all that was typed."""

from enum import StrEnum


class Over(StrEnum):
    HELP = "help"
    NETWORK = "network"
    SETTINGS = "settings"
    SUPPORT = "support"
    PLOTS = "plots"


KEYS = {Over.HELP: "F1", Over.NETWORK: "F3", Over.SETTINGS: "F4", Over.PLOTS: "F6", Over.SUPPORT: "F9"}
