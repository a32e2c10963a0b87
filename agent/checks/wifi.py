"""Every Wi-Fi radio: its driver, its switch, and whether it hears networks. Their names are never kept nor told."""

import re
import time
from collections.abc import Callable

from agent.checks.base import Bench, against, figures
from agent.host.rfkill import SwitchedOn, Switches, switched_on
from agent.host.wifi import Around, look_around
from agent.inventory import network
from agent.model.check import CheckResult
from agent.model.inventory import Inventory, NetworkInterface
from agent.model.message import Message, say
from agent.model.part_checks import WifiCheck
from agent.model.profile import Checks
from agent.model.words import Outcome

ID = "wifi"
TITLE = say("Wi-Fi")
LOADS = frozenset({"network"})

_LOOK_SECONDS = 8
"""One look through all channels."""
_BUSY_SECONDS = 3
"""Before another look while NetworkManager takes one itself."""
# "iwlwifi 0000:03:00.0: Direct firmware load for iwlwifi-7260-17.ucode failed with error -2", "no suitable firmware
# found!", "b43 ssb0:0: Firmware file "b43/ucode5.fw" not found".
_MISSING = re.compile(r"fail|not found|no suitable|unable|could not", re.IGNORECASE)


def applies(inventory: Inventory) -> bool:
    return any(card.wireless for card in inventory.network)


def subjects(inventory: Inventory) -> list[str]:
    return list(dict.fromkeys(card.name for card in inventory.network if card.wireless))


def missed(inventory: Inventory) -> Message | None:
    if not inventory.machine.chassis.portable:
        return None
    return say(
        "No Wi-Fi card was found. Look in the BIOS whether it is switched off, and under the cover whether it is there."
    )


def expected_seconds(checks: Checks, _inventory: Inventory) -> float:
    return checks.wifi.looks * _LOOK_SECONDS


def check(
    bench: Bench, look: Callable[[str], Around] | None = None, switched_on: SwitchedOn = switched_on
) -> CheckResult:
    """Training plays what does the work here. Raises ToolMissing, ToolTimeout, OSError."""
    card = next((one for one in network.read(bench.source) if one.name == bench.subject and one.wireless), None)
    with switched_on(bench.source, "wlan") as switches:
        around = (
            _listen(bench, look or look_around) if card is not None and card.driver and not switches.hard else Around()
        )
    settings = bench.checks.wifi
    outcome, reason = judge(card, _firmware_missing(bench, card), switches, around, settings)
    best = max(around.signals_dbm, default=None)
    return CheckResult(
        id=ID,
        subject=bench.subject,
        title=TITLE,
        outcome=outcome,
        reason=reason,
        figures=[
            *figures(driver=card.driver if card else None, networks=around.networks),
            *against("signal_best_dbm", best, settings.weak_dbm),
        ],
    )


def judge(
    card: NetworkInterface | None, firmware_missing: bool, switches: Switches, around: Around, settings: WifiCheck
) -> tuple[Outcome, Message]:
    """Pure. Passed needs a network that was heard, and one that is strong enough or does not tell its strength."""
    if card is None:
        return Outcome.ERROR, say("The Wi-Fi card has gone away. Start the computer again.")
    if firmware_missing and not around.networks:
        return Outcome.FAILED, say(
            "The Wi-Fi card does not work because its firmware is not on this stick. It may work with another system; "
            "else replace the card."
        )
    if card.driver is None:
        return Outcome.FAILED, say("No driver works with this Wi-Fi card. Replace it, or use an adapter.")
    if switches.hard:
        return Outcome.ERROR, say(
            "Wi-Fi is switched off by a switch or key on the case, or in the BIOS. Switch it on, then start the check "
            "again."
        )
    if around.error:
        return Outcome.ERROR, say(
            "The Wi-Fi card could not listen (error {number}). Start the check again.", number=-around.error
        )
    return _heard(around, settings)


def _heard(around: Around, settings: WifiCheck) -> tuple[Outcome, Message]:
    if not around.networks:
        return Outcome.FAILED, say(
            "The Wi-Fi card hears no network. If others hear some at this place, its antennas are loose or it is "
            "faulty."
        )
    if not around.signals_dbm:
        return Outcome.PASSED, say("The Wi-Fi card hears networks ({count}).", count=around.networks)
    best = max(around.signals_dbm)
    if best < settings.weak_dbm:
        return Outcome.DEGRADED, say(
            "The Wi-Fi card hears networks ({count}), but even the strongest only weakly ({best} dBm). Go nearer to an "
            "access point and start the check again; if it stays weak, an antenna is loose.",
            count=around.networks, best=round(best),
        )  # fmt: skip
    return Outcome.PASSED, say(
        "The Wi-Fi card hears networks ({count}), the strongest at {best} dBm.", count=around.networks, best=round(best)
    )


def _listen(bench: Bench, look: Callable[[str], Around]) -> Around:
    """The first look that hears something, else the last one."""
    looks, around = bench.checks.wifi.looks, Around()
    for number in range(looks):
        bench.report(100 * number / looks, say("listening for networks"), (looks - number) * _LOOK_SECONDS)
        around = look(bench.subject or "")
        if around.busy:
            time.sleep(_BUSY_SECONDS)
        elif around.networks or around.error:
            break
    return around


def _firmware_missing(bench: Bench, card: NetworkInterface | None) -> bool:
    """Whether the kernel's log says so of this card or its driver. A driver that works has found one of the versions
    that it asked for, so what it did not find at once says nothing."""
    if card is None:
        return False
    with bench.kernel_log() as kernel:
        lines = [text for _, text in kernel.since_start()]
    who = [word for word in (card.driver, card.name) if word]
    mine = [line for line in lines if "irmware" in line and any(word in line for word in who)]
    return any(_MISSING.search(line) and not (card.driver and "Direct firmware load" in line) for line in mine)
