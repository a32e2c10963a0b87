"""Which of a drive's ways to erase is taken, and why every other one is not. Pure; on the models, in the service."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent.model.inventory import Drive, EraseOffer
from agent.model.message import Message, say
from agent.model.sanitization import SanitizationRequest
from agent.model.words import Level, Method, Technique, Transport, Verify
from agent.sanitize.levels import LEVELS, crypto_only, reaches

Way = tuple[Technique, Method | None]
OVERWRITE: Way = (Technique.OVERWRITE, None)
REVERT: Way = (Technique.OPAL_REVERT, Method.CRYPTO)

_ATA = frozenset({Technique.ATA_SANITIZE, Technique.ATA_SECURITY_ERASE, Technique.OPAL_REVERT})
_SCSI = frozenset({Technique.SCSI_SANITIZE, Technique.SCSI_FORMAT, Technique.OPAL_REVERT})
TECHNIQUES: Mapping[Transport, frozenset[Technique]] = {
    Transport.ATA: _ATA,
    Transport.NVME: frozenset({Technique.NVME_SANITIZE, Technique.NVME_FORMAT, Technique.OPAL_REVERT}),
    # Behind SCSI commands there may be an ATA drive: on a SAS controller, in a USB case.
    Transport.SCSI: _SCSI | _ATA,
    Transport.USB: _SCSI | _ATA,
    Transport.MMC: frozenset({Technique.EMMC_SANITIZE}),
}
"""What drives on each transport may have besides overwriting; those of the others have no firmware to speak to."""

# A disk erases no blocks by itself; on flash the block erase reaches what no address leads to. A key comes last: it
# never counts alone.
_FLASH_ORDER = (
    Method.BLOCK, Method.OVERWRITE, Method.ENHANCED, Method.USER_DATA, Method.NORMAL, Method.SECURE_TRIM, Method.CRYPTO,
)  # fmt: skip
_DISK_ORDER = (
    Method.OVERWRITE, Method.BLOCK, Method.ENHANCED, Method.USER_DATA, Method.NORMAL, Method.SECURE_TRIM, Method.CRYPTO,
)  # fmt: skip

FROZEN = say(
    "The drive's erase commands are frozen until it has been without power. Let the computer sleep and wake it again, "
    "or unplug the drive's cable for ten seconds and plug it in again; then look once more."
)
_NEEDS_PSID = say("It needs the number that is printed on the drive's label (PSID).")
_KEY_UNREAD = say("A new encryption key alone never counts; what is written after it would have to be read back.")


@dataclass(frozen=True)
class Choice:
    """One drive's way: an erase by its firmware or none, and what is to be said about it."""

    firmware: EraseOffer | None = None
    """None: overwriting alone."""
    obstacle: Message | None = None
    """Why what was asked for by name cannot be done; then nothing is."""
    shortfall: tuple[Message, ...] = ()
    """Why the level that was asked for is out of reach."""


def foreign_lock(drive: Drive) -> bool:
    """A lock of the former owner's stands between us and the data; a password that we left ourselves is none."""
    return bool(drive.locked or drive.shadowed) and not drive.leftover_password


def offers(drive: Drive, psid: bool) -> dict[Way, EraseOffer]:
    """What the drive announces, of what there is a level for; the PSID revert where Opal is there."""
    found: dict[Way, EraseOffer] = {
        (offer.technique, offer.method): offer
        for offer in drive.erase_offers
        if (offer.technique, offer.method) in LEVELS
    }
    if drive.psid_revert:
        found.setdefault(REVERT, EraseOffer(technique=Technique.OPAL_REVERT, method=Method.CRYPTO))
    if REVERT in found and not psid and found[REVERT].blocked is None:
        found[REVERT] = found[REVERT].model_copy(update={"blocked": _NEEDS_PSID})
    return found


def choose(drive: Drive, request: SanitizationRequest, found: Mapping[Way, EraseOffer]) -> Choice:
    """The way for this drive; `found` is what `offers` told."""
    if _lock_first(drive, request, found):
        return Choice(found[REVERT], shortfall=_below(request, REVERT))
    if _named(request):
        return _by_name(drive, request, found)
    if request.level is Level.CLEAR:
        return Choice()
    purging = [
        offer
        for way, offer in found.items()
        if reaches(*way) is request.level and not _key_unread(way, request) and offer.blocked is None
    ]
    if purging:
        return Choice(_best(drive, purging))
    # Of a drive with a foreign lock the plan says first of all that.
    return Choice(shortfall=(_OUT_OF_REACH, *([] if foreign_lock(drive) else [_why_none(drive, found)])))


_OUT_OF_REACH = say("The level “purge” cannot be reached on this drive as it is now; overwriting reaches “clear”.")


def _named(request: SanitizationRequest) -> bool:
    return request.technique is not None or request.method is not None


def _lock_first(drive: Drive, request: SanitizationRequest, found: Mapping[Way, EraseOffer]) -> bool:
    """A lock that can be taken back goes before all else, unless something else was named that works beside it."""
    revert = found.get(REVERT)
    if not foreign_lock(drive) or revert is None or revert.blocked is not None:
        return False
    return request.technique in (None, Technique.OVERWRITE, Technique.OPAL_REVERT) and request.method is None


def _by_name(drive: Drive, request: SanitizationRequest, found: Mapping[Way, EraseOffer]) -> Choice:
    meant = [
        way
        for way in LEVELS
        if request.technique in (None, way[0])
        and (request.method is None or request.method is way[1])
        # Who names a method alone means an erase of the data; only by its name is a lock reverted.
        and (way != REVERT or request.technique is Technique.OPAL_REVERT)
    ]
    if meant == [OVERWRITE]:
        return Choice(shortfall=_below(request, OVERWRITE))
    if not meant:
        return Choice(obstacle=say("There is no such way to erase: this technique has no such method."))
    usable = [found[way] for way in meant if way in found and found[way].blocked is None]
    if not usable:
        # Most is said by an offer that is there and blocked.
        ranked = sorted(meant, key=lambda way: way not in found)
        return Choice(obstacle=_unavailable(ranked[0], drive, found) or _NOT_OFFERED)
    best = _best(drive, usable)
    return Choice(best, shortfall=_below(request, (best.technique, best.method)))


def _below(request: SanitizationRequest, way: Way) -> tuple[Message, ...]:
    if reaches(*way).rank >= request.level.rank:
        return ()
    return (say("The level “purge” was asked for; the way that was chosen reaches “clear”."),)


def _best(drive: Drive, usable: Iterable[EraseOffer]) -> EraseOffer:
    order = _DISK_ORDER if drive.rotational else _FLASH_ORDER
    ways = list(LEVELS)
    return min(
        usable,
        key=lambda offer: (
            order.index(offer.method),
            offer.no_fallback,
            not offer.whole,
            ways.index((offer.technique, offer.method)),
        ),
    )


def _key_unread(way: Way, request: SanitizationRequest) -> bool:
    return crypto_only(*way) and request.verify is Verify.NONE


def _why_none(drive: Drive, found: Mapping[Way, EraseOffer]) -> Message:
    """The sentence that helps most, where no way to purge is left."""
    purging = [way for way in LEVELS if reaches(*way) is Level.PURGE]
    if blocked := next((way for way in purging if way in found and found[way].blocked is not None), None):
        return _unavailable(blocked, drive, found) or _NOT_OFFERED
    if any(way in found for way in purging):
        return _KEY_UNREAD
    if drive.transport in TECHNIQUES and not drive.firmware_asked:
        return _NOT_ASKED
    return say("It has no erase command that reaches that level, or none that gets through to it.")


_NOT_ASKED = say("What the drive's firmware offers could not be asked.")
_NOT_OFFERED = say("The drive does not offer this way to erase.")


def _unavailable(way: Way, drive: Drive, found: Mapping[Way, EraseOffer]) -> Message | None:
    """Why the drive cannot be erased this way now; None where it can."""
    if way == OVERWRITE:
        return None
    if offer := found.get(way):
        # Only of a drive that we speak to directly a sleep or a re-plug is known to help.
        if offer.blocked and drive.frozen and way[0] in _ATA - {Technique.OPAL_REVERT}:
            return FROZEN if drive.transport is Transport.ATA and not foreign_lock(drive) else offer.blocked
        return offer.blocked
    if way[0] not in TECHNIQUES.get(drive.transport, ()):
        return say("Not for this kind of drive.")
    if not drive.firmware_asked:
        return _NOT_ASKED
    if way == REVERT:
        return say("The drive has no lock that the number on its label (PSID) could take back.")
    if drive.transport is Transport.USB:
        return say("The drive does not offer this way to erase, or its USB adapter does not pass it on.")
    return _NOT_OFFERED


def against(
    way: Way, drive: Drive, request: SanitizationRequest, found: Mapping[Way, EraseOffer], obstacles: list[Message]
) -> Message:
    """Why this way, which is not among the plan's steps, is out."""
    if unavailable := _unavailable(way, drive, found):
        return unavailable
    if obstacles:
        return obstacles[0]
    if way == OVERWRITE:
        return say("Not needed: the drive erases itself, and samples are read back.")
    if _key_unread(way, request):
        return _KEY_UNREAD
    if _named(request):
        return say("Something else was asked for by name.")
    if way == REVERT:
        return say("Only for a drive that is locked, or where it is asked for by name.")
    if request.level is Level.CLEAR:
        return say("Not needed: overwriting reaches the level “clear”, and proves it.")
    if reaches(*way).rank < request.level.rank:
        return say("It reaches only the level “clear”.")
    return say("It could be done; a better way was found.")
