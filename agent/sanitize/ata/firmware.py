"""The firmware of an open ATA drive, also of one behind a USB bridge that passes ATA commands on."""

from dataclasses import dataclass, replace

from agent.model.message import Message, say
from agent.model.ports import AtaPort, NoAnswer, Ports
from agent.model.words import Method, Technique
from agent.sanitize.ata import areas, identify, sanitize, security
from agent.sanitize.ata.identify import Identify
from agent.sanitize.ata.refusals import FAILED_BEFORE, FOREIGN_PASSWORD, LOCKED, NOT_OFFERED, RUNNING
from agent.sanitize.ata.sanitize import Report, Sanitize, Standing
from agent.sanitize.ata.security import SecurityErase
from agent.sanitize.firmware import About, Checkpoint, Erase, NotAccepted, Offer, Said
from agent.sanitize.opal.discovery import Opal, discovery

_METHODS = (Method.BLOCK, Method.CRYPTO, Method.OVERWRITE)
_AT_WORK = {Standing.RUNNING, Standing.FAILED}
"""Then a drive takes IDENTIFY DEVICE, SANITIZE and little else (ACS-4, 4.17.9)."""


@dataclass(frozen=True)
class _Found:
    """How the drive stands. `report` is None where it does not sanitize."""

    identify: Identify
    report: Report | None
    lock: Opal

    @property
    def standing(self) -> Standing | None:
        return self.report.standing if self.report else None

    @property
    def at_work(self) -> bool:
        return self.standing in _AT_WORK


_PASSWORD_STAYS = say(
    "A password of the former owner is set on the drive, and no overwriting takes it away: after the next start the "
    "drive will ask for it. Have the donor remove it in the computer's setup."
)


class AtaFirmware:
    """Satisfies firmware.DriveFirmware."""

    def __init__(self, ports: Ports, *, leftover: bool = False) -> None:
        """`leftover`: the journal holds a record of the kind `password` of this
        drive, so one that stands there is taken for ours until the drive refuses it. Nothing on the drive tells that: a
        mark would have to be a master password, which stays for ever.

        Raises ValueError where no ATA commands reach the drive.
        """
        if ports.ata is None:
            raise ValueError("no ATA drive")
        self._ports = ports
        self._port: AtaPort = ports.ata
        self._leftover = leftover

    def said(self) -> Said:
        return identify.ask(self._port).said

    def about(self) -> About:
        found = self._look()
        about = found.identify
        hidden = self._hidden(found)
        ours = self._leftover and about.security.enabled
        return About(
            said=about.said,
            offers=tuple(self._offers(found)),
            frozen=about.security.frozen or found.standing is Standing.FROZEN,
            locked=(about.security.locked and not ours) or found.lock.locked,
            shadowed=found.lock.shadowed,
            psid_revert=found.lock.psid_revert,
            hidden=hidden.hidden,
            native_size_bytes=hidden.native_size_bytes,
            boundaries=hidden.boundaries,
            untouched=(_PASSWORD_STAYS,) if about.security.enabled and not about.security.locked and not ours else (),
            leftover_password=ours,
            running=found.standing is Standing.RUNNING,
            failed_before=found.standing is Standing.FAILED,
        )

    def erase(self, technique: Technique, method: Method) -> Erase:
        """A sanitize that runs since before can be had as well, to ask how far it is."""
        found = self._look()
        for offer in self._offers(found):
            if (offer.technique, offer.method) != (technique, method):
                continue
            mine = technique is Technique.ATA_SANITIZE
            if offer.blocked is not None and not (mine and found.standing is Standing.RUNNING):
                raise NotAccepted(offer.blocked)
            if mine:
                return Sanitize(self._port, found.identify, method)
            return SecurityErase(self._port, found.identify, method, bridge=self._ports.bridge, leftover=self._leftover)
        raise NotAccepted(NOT_OFFERED)

    def reveal(self, checkpoint: Checkpoint) -> None:
        areas.reveal(self._port, lambda: identify.ask(self._port), checkpoint)

    def tidy(self, checkpoint: Checkpoint) -> None:
        """Our password is tried once, and only where the journal knows of one; a drive that refuses it counts as
        locked by somebody else from then on."""
        found = self._look()
        if found.standing is Standing.RUNNING:
            raise NotAccepted(RUNNING)
        if found.standing is Standing.FAILED:
            checkpoint({"kind": "leave_failure"})
            if not sanitize.leave_failure(self._port):
                raise NotAccepted(
                    say(
                        "The drive does not leave the state in which its own erase had failed. Erase it by sanitize "
                        "once more; if that fails as well, destroy it."
                    )
                )
        if self._leftover and identify.ask(self._port).security.enabled:
            self._remove_password(checkpoint)

    def _remove_password(self, checkpoint: Checkpoint) -> None:
        # Both pass by themselves: the password may be ours for all that.
        about = identify.ask(self._port).security
        if about.expired or about.frozen:
            raise NotAccepted(
                say(
                    "A password of ours stands on the drive, and the drive lets nobody take it away now. Switch the "
                    "drive off and on."
                )
            )
        checkpoint({"kind": "password_removal"})
        if not security.remove_password(self._port):
            self._leftover = False
            raise NotAccepted(FOREIGN_PASSWORD)

    def _look(self) -> _Found:
        """A drive that says who it is answers; commands without an answer then end at a bridge or driver."""
        about = identify.ask(self._port)
        found = _Found(about, self._report() if about.sanitize else None, Opal())
        return found if found.at_work else replace(found, lock=self._lock())

    def _report(self) -> Report:
        try:
            return sanitize.ask(self._port)
        except NoAnswer:
            return Report(Standing.SILENT)

    def _lock(self) -> Opal:
        try:
            return discovery(self._ports) or Opal()
        except NoAnswer:
            return Opal(
                unread=say("The drive can be locked, but gives no answer when it is asked how its lock stands.")
            )

    def _hidden(self, found: _Found) -> areas.Found:
        # A drive at work refuses to be asked for more; one that does not tell its size has nothing to compare with.
        if found.at_work or not found.identify.sectors:
            return areas.Found()
        try:
            return areas.find(self._port, found.identify)
        except NoAnswer:
            return areas.Found()

    def _offers(self, found: _Found) -> list[Offer]:
        about, report = found.identify, found.report
        # A locked drive aborts SANITIZE and its status alike; the lock is what people can do something about.
        locked = LOCKED if about.security.locked or found.lock.locked else None
        against = locked or (sanitize.blocked(report) if report else None)
        offers = [
            Offer(Technique.ATA_SANITIZE, method, blocked=against) for method in _METHODS if method in about.sanitize
        ]
        against = _against_security(found)
        offers += security.offers(about, against, bridge=self._ports.bridge, leftover=self._leftover)
        return offers


def _against_security(found: _Found) -> Message | None:
    if found.lock.locked:
        return LOCKED
    if found.standing is Standing.FAILED:
        return FAILED_BEFORE
    return sanitize.blocked(found.report) if found.report and found.at_work else None
