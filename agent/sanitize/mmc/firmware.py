"""The firmware of an open eMMC device. Untested on hardware."""

from agent.model.message import say
from agent.model.ports import MmcPort
from agent.model.words import Method, Technique
from agent.sanitize.firmware import About, Checkpoint, Erase, NotAccepted, Offer, Said
from agent.sanitize.mmc import card, sanitize, secure_trim
from agent.sanitize.mmc.ext_csd import SECTOR, ExtCsd

_BUSY_SECONDS = 24 * 3600.0
"""For an erase that runs already: a busy card does not tell how long it takes, nor of which kind it is."""
_METHODS = (Method.BLOCK, Method.SECURE_TRIM)
_RUNNING = say("The drive is erasing itself already.")


class MmcFirmware:
    """Satisfies sanitize.firmware.DriveFirmware. Methods raise NoAnswer and OSError."""

    def __init__(self, port: MmcPort) -> None:
        self._port = port

    def said(self) -> Said | None:
        """Serial and model stand in the CID, which this port does not read; a busy card says nothing at all."""
        if card.status(self._port).busy:
            return None
        return _said(ExtCsd.read(self._port))

    def about(self) -> About:
        now = card.status(self._port)
        if now.busy:
            return About(
                None,
                tuple(Offer(Technique.EMMC_SANITIZE, way, _BUSY_SECONDS, _RUNNING) for way in _METHODS),
                running=True,
            )
        register = ExtCsd.read(self._port)
        said = _said(register)
        return About(
            said,
            offers=tuple(_offers(register)),
            locked=now.locked,
            native_size_bytes=said.size_bytes if said else None,
            untouched=register.untouched,
        )

    def erase(self, technique: Technique, method: Method) -> Erase:
        """While the card is busy it does not tell what it offers: then the erase is made all the same, to ask for its
        status and to start it again."""
        busy = card.status(self._port).busy
        register = None if busy else ExtCsd.read(self._port)
        if technique is Technique.EMMC_SANITIZE:
            if method is Method.BLOCK and (register is None or register.sanitizes):
                return sanitize.Sanitize(self._port, sanitize.longest(register) if register else _BUSY_SECONDS)
            if method is Method.SECURE_TRIM and (register is None or register.trims_securely):
                return secure_trim.SecureTrim(self._port, secure_trim.longest(register) if register else _BUSY_SECONDS)
        raise NotAccepted(say("The drive does not offer to erase itself in this way."))

    def reveal(self, checkpoint: Checkpoint) -> None:
        """Nothing of the user area is ever hidden; the other partitions are named as untouched."""

    def tidy(self, checkpoint: Checkpoint) -> None:
        """A cut-off erase leaves nothing behind."""


def _said(register: ExtCsd) -> Said | None:
    return Said(None, None, register.sectors * SECTOR) if register.sectors else None


def _offers(register: ExtCsd) -> list[Offer]:
    """In the order of preference. The times that a card announces are limits far off what it takes, so no offer tells
    them."""
    offers = []
    if register.sanitizes:
        offers.append(Offer(Technique.EMMC_SANITIZE, Method.BLOCK))
    if register.trims_securely:
        offers.append(Offer(Technique.EMMC_SANITIZE, Method.SECURE_TRIM))
    return offers
