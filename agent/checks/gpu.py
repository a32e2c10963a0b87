"""Graphics: every adapter has a driver of its own, and the kernel's log no error of it."""

import re

from agent.checks.base import Bench, against, figures
from agent.host.boot import words
from agent.host.source import Source
from agent.inventory import graphics, pci
from agent.model.check import CheckResult
from agent.model.inventory import Inventory
from agent.model.message import Message, say
from agent.model.profile import Checks
from agent.model.words import Outcome

ID = "gpu"
TITLE = say("Graphics")
LOADS: frozenset[str] = frozenset()

_DRM = "/sys/class/drm"
_SECONDS = 2
_ERROR = 3
"""The kernel's level of an error (RFC 5424)."""
_MOST = 256
# Drivers that show what the firmware drew, or hold the adapter for something else.
_PLAIN = {"simpledrm", "simple-framebuffer", "efifb", "vesafb", "bochs-drm", "vfio-pci", "pci-stub"}
# The adapter stopped, or never started.
_SERIOUS = re.compile(
    r"GPU HANG|GPU reset|ring \S+ timeout|VRAM is lost|lockup|fell off the bus|failed to (load|init)|init\w* failed"
    r"|failed with error -|Fatal|uncorrectable",
    re.IGNORECASE,
)
# What adapters that are well say too: of a screen or its cable, and of a picture that came a moment late.
_HARMLESS = re.compile(
    r"EDID|link training|FIFO underrun|Atomic update failure|Direct firmware load|AUX|DP-?\w* sink|HDCP|backlight"
    r"|vblank|flip_done|optional",
    re.IGNORECASE,
)


def applies(inventory: Inventory) -> bool:
    return bool(inventory.graphics)


def missed(_inventory: Inventory) -> Message:
    return say("No graphics adapter was found.")


def expected_seconds(_checks: Checks, _inventory: Inventory) -> float:
    return _SECONDS


def check(bench: Bench) -> CheckResult:
    """Raises nothing of its own."""
    adapters = graphics.functions(bench.source)
    with bench.kernel_log() as kernel:
        lines = kernel.since_start() if kernel.readable else None
    wrong = None if lines is None else errors(lines, [one.address for one in adapters])
    outcome, reason = judge(adapters, wrong, held_back=held_back(bench.source))
    return CheckResult(
        id=ID,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=[
            *figures(adapters=len(adapters), drivers=", ".join(one.driver or "-" for one in adapters) or None),
            *against("log_errors", None if wrong is None else len(wrong), 0),
            *figures(screens_connected=screens(bench.source)),
        ],
    )


def judge(adapters: list[pci.Function], wrong: list[str] | None, *, held_back: bool) -> tuple[Outcome, Message]:
    """Pure. `wrong` are the kernel's complaints, None where its log cannot be read; `held_back`: this system was told
    to leave graphics drivers out."""
    if not adapters:
        return Outcome.ERROR, say("No graphics adapter shows any more. Start the computer again.")
    serious = [line for line in wrong or [] if _SERIOUS.search(line)]
    if serious:
        return Outcome.FAILED, say(
            "The graphics adapter stopped or did not start, says the kernel ({line}). Start the computer again; if it "
            "comes back, the adapter is faulty.", line=serious[0],
        )  # fmt: skip
    if any(one.driver is None or one.driver in _PLAIN for one in adapters):
        if held_back:
            return Outcome.ERROR, say(
                "This system was started without graphics drivers (nomodeset), so they could not be tested. Start it "
                "by its first menu entry."
            )
        return Outcome.DEGRADED, say(
            "The picture works, but without acceleration: no driver took the graphics adapter. Videos will not run "
            "smoothly."
        )
    if wrong:
        return Outcome.DEGRADED, say(
            "The graphics adapter works, but the kernel met an error ({line}). Look whether the picture stays clean.",
            line=wrong[0],
        )
    if wrong is None:
        return Outcome.ERROR, say("Every graphics adapter has its driver, but the kernel's log could not be read.")
    return Outcome.PASSED, say("Every graphics adapter has its driver, and the kernel met no error.")


def errors(lines: list[tuple[int, str]], addresses: list[str]) -> list[str]:
    """What the kernel says of these PCI functions as an error, or whatever the level as a stop; bounded."""
    found = []
    for level, text in lines:
        mine = any(address in text for address in addresses)
        if mine and not _HARMLESS.search(text) and (level <= _ERROR or _SERIOUS.search(text)):
            found.append(text)
    return found[:_MOST]


def screens(source: Source) -> int:
    """How many connectors have a screen."""
    connectors = [name for name in source.names(_DRM)[:_MOST] if re.fullmatch(r"card\d+-.+", name)]
    return sum(1 for name in connectors if source.text(f"{_DRM}/{name}/status") == "connected")


def held_back(source: Source) -> bool:
    return "nomodeset" in words(source)
