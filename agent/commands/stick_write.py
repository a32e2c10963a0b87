"""`ordis stick write`: an image onto a stick."""

from agent.commands.options import Options
from agent.host.source import Live
from agent.model.message import say
from agent.stick.write import Order, write_image


def run(options: Options) -> int:
    """0 written and read back."""
    options.real_only()
    order = Order(
        image=options.file, device=options.device, serial=options.serial, keep=bool(options.keep_data),
        lose=bool(options.lose_data), virtual=bool(options.allow_virtual),
    )  # fmt: skip
    last = -1

    def show(what: str, done: int, total: int) -> None:
        nonlocal last
        percent = done * 100 // max(total, 1)
        if percent != last:
            last = percent
            options.event("progress", phase=what, bytes_done=done, bytes_total=total)
            options.note(f"{percent} %  {options.tell(_PHASES[what])}")

    volume = write_image(Live(), order, show)
    options.note("")
    options.event("result", written=True, volume=volume, kept=order.keep)
    options.line(say("The image is on the stick ({volume}), and was read back.", volume=volume))
    options.line(
        say("The data partition is kept.") if order.keep else say("At its first start it makes a new key: enrol it.")
    )
    return 0


_PHASES = {"check": say("checking the image"), "write": say("writing"), "verify": say("reading back")}
