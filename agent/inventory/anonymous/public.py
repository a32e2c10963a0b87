"""What is no secret: makers, models and part numbers, which thousands of machines share.

A serial number or name that is but a part of one ("ThinkPad"), or is a model's whole name, is replaced where it stands
and searched nowhere else: the models would suffer.
"""

import re
from collections.abc import Iterator

from agent.host.recording import Record
from agent.inventory.anonymous.binary import edid_texts
from agent.inventory.anonymous.standins import Kind, bare, strong

_FIELD = re.compile(
    r"\t(Product Name|Manufacturer|Vendor|Version|Family|SKU Number|Part Number|Name|Type|Locator|Bank Locator|"
    r"Socket Designation|Internal Reference Designator|External Reference Designator): (.+)"
)
_FILES = re.compile(
    r".*(?<!/dm)/(model|model_name|product|vendor|manufacturer|name|technology|(product|board|bios|sys|chassis)_(name|vendor|"
    r"version|family|sku))"
)
_KEYS = ("model_name", "model_family", "product", "vendor", "scsi_model_name", "scsi_product", "scsi_vendor", "mn")
_MODELS = ("Product Name", "model", "model_name", "product", "product_name", "board_name", "scsi_model_name", "mn")
_SURE = 10
"""Characters of a number that is a piece's wherever it stands: no model's name has it in it by accident."""


class Public:
    """The public words of a recording."""

    def __init__(self, record: Record) -> None:
        told = [(where, bare(value)) for where, value in _values(record)]
        self._values = {value for _, value in told}
        self._models = {value for where, value in told if where in _MODELS}

    def holds(self, value: str, kind: Kind) -> bool:
        """Whether the bare value is a part of a public one, or all of a model's name; a word, all of any."""
        if kind < Kind.SERIAL:
            return False
        if value in self._models:
            return True
        word = kind is Kind.NAME or not strong(value)
        return len(value) < _SURE and any(value in one and (value != one or word) for one in self._values)


def _values(record: Record) -> Iterator[tuple[str, str]]:
    """Where it stands, and what."""
    for found in _FIELD.finditer(record.dmidecode or ""):
        yield found[1], found[2]
    for path, data in record.files.items():
        if file := _FILES.fullmatch(path):
            yield file[1], data.decode("utf-8", "replace")
    for data in record.edids.values():
        yield from (("model", text) for text in edid_texts(data))
    for documents in record.documents.values():
        for document in documents.values():
            yield from ((key, str(document[key])) for key in _KEYS if key in document)
