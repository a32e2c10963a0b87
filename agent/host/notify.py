"""Telling systemd how this service is (sd_notify(3)), where systemd started it."""

import logging
import os
import socket

log = logging.getLogger("ordis.host")

_VARIABLE = "NOTIFY_SOCKET"


class Manager:
    """Whoever started this process and wants to know. Where nobody does, every word is lost."""

    def __init__(self) -> None:
        # Taken out: what this process starts must not speak for it.
        self._address = os.environ.pop(_VARIABLE, "")

    @property
    def listens(self) -> bool:
        return self._address.startswith(("/", "@"))

    def ready(self) -> None:
        """The service answers. Never raises."""
        self._tell("READY=1")

    def stopping(self) -> None:
        """The service ends in good order. Never raises."""
        self._tell("STOPPING=1")

    def _tell(self, text: str) -> None:
        if not self.listens:
            return
        # @ stands for the zero byte of an abstract address.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as speaking:
                speaking.settimeout(5)
                speaking.sendto(text.encode(), address)
        except (OSError, ValueError) as error:
            log.warning("systemd was not told %s: %s", text, error)
