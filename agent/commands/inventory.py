"""`ordis inventory`: what this machine is."""

from agent.commands.options import Options
from agent.inventory import collect
from agent.report.summary import machine_lines
from agent.workplace import workplace


def run(options: Options) -> int:
    place = workplace(options.mode, options.settings)
    fast = collect.fast(place.source, find_drives=place.find_drives)
    options.event("inventory", inventory=fast)
    inventory = collect.slow(place.source, fast)
    options.event("result", inventory=inventory)
    for text in machine_lines(inventory, options.language):
        options.text(text)
    for part in inventory.unreadable:
        options.text(f"  {part.part}: {options.tell(part.reason)}")
    return 0
