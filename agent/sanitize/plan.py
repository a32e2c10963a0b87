"""What would be done to a drive: a pure function of the drive's facts and the request.

Unlike most of this package it runs in the service, and works on the models. How it decides, in words for the person in
charge: docs/sanitization.md.
"""

from agent.model.inventory import Drive, EraseOffer, HiddenArea
from agent.model.message import Message, say
from agent.model.sanitization import DriveIdentity, Plan, PlanStep, RuledOut, SanitizationRequest
from agent.model.words import Level, PassSet, Pattern, Technique, Verify
from agent.sanitize.choice import REVERT, Choice, against, choose, foreign_lock, offers
from agent.sanitize.expected import firmware_seconds, overwrite_seconds, reachable_bytes
from agent.sanitize.levels import LEVELS, crypto_only, reaches
from agent.sanitize.passes import passes

BEYOND_ADDRESSES = frozenset({"unallocated", "unattached"})
"""Hidden areas that are no part of any address space, but that an erase of the whole drive reaches."""


def identity(drive: Drive) -> DriveIdentity:
    """What a person confirms of this drive."""
    return DriveIdentity.model_validate({name: getattr(drive, name) for name in DriveIdentity.model_fields})


def plan(drive: Drive, request: SanitizationRequest, psid: bool = False) -> Plan:
    """The steps for one drive in order, the level they reach, and why everything else is out.

    `psid`: somebody typed the number from the drive's label, so that a foreign lock can be reverted. Whatever verifies
    the drive verifies its last step: what that step's `verify` says counts, and it may be stricter than the request.
    """
    found = offers(drive, psid)
    choice = choose(drive, request, found)
    obstacles = [*drive.obstacles, *([choice.obstacle] if choice.obstacle else [])]
    steps = [] if obstacles else _steps(drive, request, choice.firmware)
    taken = {(step.technique, step.method) for step in steps}
    return Plan(
        drive=identity(drive),
        steps=steps,
        ruled_out=[
            RuledOut(technique=way[0], method=way[1], reason=against(way, drive, request, found, obstacles))
            for way in LEVELS
            if way not in taken
        ],
        obstacles=obstacles,
        warnings=_warnings(drive, request, choice, psid) if steps else [],
        level=_level(steps),
        seconds_expected=round(sum(step.seconds_expected for step in steps), 1),
        # Without a serial number nobody can name it: only a person who sees the list can mean it.
        single_confirmation=drive.external or drive.serial is None,
    )


def _steps(drive: Drive, request: SanitizationRequest, firmware: EraseOffer | None) -> list[PlanStep]:
    if firmware is None:
        return [_overwrite(drive, request)]
    first = PlanStep(
        technique=firmware.technique,
        method=firmware.method,
        level=reaches(firmware.technique, firmware.method),
        no_fallback=firmware.no_fallback,
        # Its marks and what lay on the drive before can be looked for; what ought to be there now nobody knows.
        verify=Verify.NONE if request.verify is Verify.NONE else Verify.SAMPLED,
        seconds_expected=firmware_seconds(drive, firmware),
    )
    return [first] if _suffices(firmware, request) else [first, _overwrite(drive, request)]


def _suffices(firmware: EraseOffer, request: SanitizationRequest) -> bool:
    """No overwrite need follow. What a firmware left behind has no known content, so only an overwrite can be read back
    in full; and a contract that asks for passes asks for them of every drive."""
    alone = firmware.whole and not crypto_only(firmware.technique, firmware.method)
    return alone and request.verify is not Verify.FULL and request.passes is PassSet.SINGLE


def _overwrite(drive: Drive, request: SanitizationRequest) -> PlanStep:
    written = passes(request.pattern, request.passes)
    # Design, section 6: what was locked by somebody else is read back in full, or it is not erased.
    verify = Verify.FULL if foreign_lock(drive) else request.verify
    size = reachable_bytes(drive, request.reveal)
    return PlanStep(
        technique=Technique.OVERWRITE,
        level=Level.CLEAR,
        pattern=Pattern(written[-1]) if written[-1] in list(Pattern) else None,
        passes=list(written),
        verify=verify,
        seconds_expected=overwrite_seconds(drive, size, len(written), verify),
    )


def _level(steps: list[PlanStep]) -> Level | None:
    """The best of the steps; a new key counts only with an overwrite after it that is read back."""
    counted = [
        step.level
        for number, step in enumerate(steps)
        if not crypto_only(step.technique, step.method)
        or any(
            later.technique is Technique.OVERWRITE and later.verify is not Verify.NONE for later in steps[number + 1 :]
        )
    ]
    return max(counted, key=lambda level: level.rank, default=None)


def _warnings(drive: Drive, request: SanitizationRequest, choice: Choice, psid: bool) -> list[Message]:
    firmware = choice.firmware
    found = list(choice.shortfall)
    if foreign_lock(drive) and (firmware is None or (firmware.technique, firmware.method) != REVERT):
        found.append(_locked(drive, psid))
    if drive.leftover_password:
        found.append(say("An earlier erase by Ordis was cut off and left its password; it is taken away first."))
    if firmware is not None and firmware.no_fallback:
        found.append(say("Should the drive's own erase fail, the drive may stay unusable: it knows no way back."))
    if request.verify is Verify.NONE and not foreign_lock(drive):
        found.append(say("Nothing is to be read back: the drive will not count as erased."))
    for area in drive.hidden_areas:
        if not _reached(area, request, firmware):
            found += [_stays(area), *([area.why] if area.why else [])]
    return found + drive.untouched


def _locked(drive: Drive, psid: bool) -> Message:
    if drive.psid_revert and not psid:
        return say(
            "The drive is locked by its former owner, and the erase will fail. "
            "Type the number that is printed on its label (PSID): that takes the lock away, and all data with it."
        )
    return say(
        "The drive is locked by its former owner, and the erase will fail. "
        "Ask the donor to take the password away; otherwise the drive is to be destroyed."
    )


def _reached(area: HiddenArea, request: SanitizationRequest, firmware: EraseOffer | None) -> bool:
    if area.kind in BEYOND_ADDRESSES and firmware is not None and firmware.whole:
        # After a new key alone no overwrite gets there, and without one it does not count.
        return not crypto_only(firmware.technique, firmware.method)
    return area.removable and request.reveal


def _stays(area: HiddenArea) -> Message:
    if area.kind in BEYOND_ADDRESSES:
        return say(
            "{bytes:bytes} of the drive belong to no address that can be written. Only an erase of the whole drive by "
            "its firmware reaches them; otherwise the certificate names them as an exception.",
            bytes=area.bytes,
        )
    if area.removable:
        return say(
            "{bytes:bytes} of the drive are in a hidden area ({kind}) that stays, since removing it was not allowed. "
            "The certificate names it as an exception.",
            bytes=area.bytes,
            kind=area.kind.upper(),
        )
    return say(
        "{bytes:bytes} of the drive are in a hidden area ({kind}) that cannot be removed. "
        "The certificate names it as an exception.",
        bytes=area.bytes,
        kind=area.kind.upper(),
    )
