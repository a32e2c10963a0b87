"""Settings that come later than the service: on a stick that is plugged in once a computer runs from memory, or was
started over the network."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path

from agent import settings as settings_file
from agent.settings import Settings, SettingsError

log = logging.getLogger("ordis.late")

LOOK_SECONDS = 3.0


async def settings(config: Path | None, busy: Callable[[], bool], use: Callable[[Settings], None]) -> None:
    """Wait for the settings of a stick and `use` them, once: a stick that leaves takes nothing with it. While an intake
    is `busy` they wait: it ends with those that it began with. `config`: the file, where one was named."""
    stick = settings_file.PLACES[0]
    if settings_file.where(config) == stick:
        return
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        if not busy() and await asyncio.to_thread(settings_file.where, config) == stick:
            break
    try:
        new = await asyncio.to_thread(settings_file.load, stick)
    except SettingsError as error:
        log.error("the settings on the stick are not used: %s %s", error.reason, error.hint)  # noqa: TRY400
        return
    log.info("the settings on the stick are used from now on")
    use(new)
