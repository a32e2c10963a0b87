"""Drives from what they told: documents of smartctl, nvme-cli and Ordis itself, put to the drives that the system
lists, or, where it lists none such (a folder may hold nothing but documents), made into drives of their own.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.inventory.asked import with_answer
from agent.inventory.makers import maker
from agent.inventory.smart import identity as smart_identity
from agent.inventory.smart import with_smart
from agent.inventory.smart.nvme_cli import as_smartctl
from agent.inventory.values import count, dig, real
from agent.model.inventory import Drive
from agent.model.words import Transport

Document = Mapping[str, object]
Documents = Mapping[str, Document]

_NVME_NODE = re.compile(r"(nvme\d+)(?:c\d+)?(?:n\d+)?", re.ASCII)
_KERNEL_NAME = re.compile(r"(sd[a-z]+|hd[a-z]|nvme\d+(n\d+)?|mmcblk\d+|sr\d+)", re.ASCII)
_HIDDEN_SERIAL = re.compile(r"\W*(redacted\w*|anonymous\w*|removed|hidden|x+)\W*", re.IGNORECASE)


@dataclass
class _Answers:
    """What was told under one name, or under the names of one NVMe controller."""

    name: str
    smartctl: list[Document] = field(default_factory=list)
    nvme: list[Document] = field(default_factory=list)
    firmware: list[Document] = field(default_factory=list)


def from_documents(
    smartctl: Documents, nvme: Documents | None = None, firmware: Documents | None = None
) -> list[Drive]:
    """The drives that documents describe, in the order of the documents. See `completed`."""
    return completed([], smartctl, nvme or {}, firmware or {})


def completed(drives: Sequence[Drive], smartctl: Documents, nvme: Documents, firmware: Documents) -> list[Drive]:
    """The drives with what they told, and after them the drives of which only documents tell.

    `smartctl` and `firmware` go by the drive's kernel name, `nvme` by name and command ("nvme0n1.smart-log"); any of
    them may have any other name, and belongs to a listed drive then if it alone has the same serial number. A document
    that names another serial number than the drive of its name is another drive's. Never raises.
    """
    found = list(drives)
    places = {_key(node): place for place, drive in enumerate(drives) for node in (*drive.namespaces, drive.path)}
    told: list[Drive] = []
    for key, answers in _by_name(smartctl, nvme, firmware).items():
        rest, place = answers, places.get(key)
        if place is None:
            place = _place_by_serial(drives, answers)
        if place is not None:
            found[place], rest = _taken(found[place], answers)
        told.extend(_own(rest))
    return [*found, *told]


def _by_name(smartctl: Documents, nvme: Documents, firmware: Documents) -> dict[str, _Answers]:
    found: dict[str, _Answers] = {}
    for name, document in smartctl.items():
        found.setdefault(_key(name), _Answers(name)).smartctl.append(document)
    for name, document in nvme.items():
        node = name.split(".")[0]
        found.setdefault(_key(node), _Answers(node)).nvme.append(as_smartctl(document, node))
    for name, document in firmware.items():
        found.setdefault(_key(name), _Answers(name)).firmware.append(document)
    return found


def _key(path: str) -> str:
    """The kernel's name; of NVMe the controller's, since tools are asked by the one or by the other."""
    name = path.rsplit("/", 1)[-1]
    node = _NVME_NODE.fullmatch(name)
    return node[1] if node else name


def _place_by_serial(drives: Sequence[Drive], answers: _Answers) -> int | None:
    """The listed drive with the serial number that the answers give, if just one has it."""
    serials = {
        _bare(serial)
        for document in (*answers.smartctl, *answers.nvme)
        if (serial := smart_identity.serial(document)) and not _HIDDEN_SERIAL.fullmatch(serial)
    }
    places = [place for place, drive in enumerate(drives) if drive.serial and _bare(drive.serial) in serials]
    return places[0] if len(places) == 1 else None


def _taken(drive: Drive, answers: _Answers) -> tuple[Drive, _Answers]:
    """The drive with the answers that can be its own, and those that cannot."""
    rest = _Answers(answers.name)
    # nvme-cli first: where both tell, smartctl's word counts.
    for documents, left in ((answers.nvme, rest.nvme), (answers.smartctl, rest.smartctl)):
        for document in documents:
            if _may_be(drive, document):
                drive = with_smart(drive, document)
            else:
                left.append(document)
    for answer in answers.firmware:
        drive = with_answer(drive, answer)
    return drive, rest


def _may_be(drive: Drive, document: Document) -> bool:
    """False where both name a serial number and not the same. A USB adapter has one of its own; SAS drives add the
    board's number to theirs."""
    told, known = smart_identity.serial(document), drive.serial
    if not told or not known or drive.transport is Transport.USB:
        return True
    if _HIDDEN_SERIAL.fullmatch(told) or _HIDDEN_SERIAL.fullmatch(known):
        return True
    return _bare(told) in _bare(known) or _bare(known) in _bare(told)


def _bare(serial: str) -> str:
    return "".join(char for char in serial.casefold() if char.isalnum())


def _own(answers: _Answers) -> Iterator[Drive]:
    """The drives that these answers describe: one, or none, or more where they name different serial numbers."""
    described: list[Drive] = []
    if any(smart_identity.no_disk(document) for document in answers.smartctl):
        return iter(())
    for document in (*answers.smartctl, *answers.nvme):
        place = next((place for place, drive in enumerate(described) if _may_be(drive, document)), None)
        if place is None:
            described.append(_identified(Drive(path=_path(document, answers.name)), document))
        else:
            described[place] = _identified(described[place], document)
    for place, drive in enumerate(described):
        for document in (*answers.nvme, *answers.smartctl):
            if _may_be(drive, document):
                described[place] = with_smart(described[place], document)
    for answer in answers.firmware:
        if not described:
            described.append(Drive(path=_path({}, answers.name)))
        described[0] = with_answer(_said(described[0], answer), answer)
    return (drive for drive in described if drive.model or drive.serial or drive.size_bytes)


def _path(document: Document, name: str) -> str:
    """The node that the tool was given; where it does not say, what the document's name tells."""
    told = smart_identity.device_name(document)
    return told or (f"/dev/{name}" if _KERNEL_NAME.fullmatch(name) else name)


def _identified(drive: Drive, document: Document) -> Drive:
    """What the system tells of a drive that it lists, here from a document; what is known stays."""
    logical, physical = smart_identity.sector_bytes(document)
    transport = drive.transport if drive.transport is not Transport.UNKNOWN else smart_identity.transport(document)
    return drive.model_copy(
        update={
            "transport": transport,
            "external": transport is Transport.USB,
            "size_bytes": drive.size_bytes or smart_identity.size_bytes(document) or 0,
            "logical_sector_bytes": logical or drive.logical_sector_bytes,
            "physical_sector_bytes": physical or drive.physical_sector_bytes,
            "serial": drive.serial or smart_identity.serial(document),
        }
    )


def _said(drive: Drive, answer: Document) -> Drive:
    """The identity that a drive gave when Ordis itself asked it."""
    model = real(dig(answer, "said", "model"))
    return drive.model_copy(
        update={
            "vendor": drive.vendor or maker(model),
            "model": drive.model or model,
            "serial": drive.serial or real(dig(answer, "said", "serial")),
            "size_bytes": drive.size_bytes or count(dig(answer, "said", "size_bytes")) or 0,
        }
    )
