"""Recorded drives: 126 outputs of smartctl that others published and 36 of donated drives. The table was written from
the files themselves, attribute by attribute."""

import json
import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.inventory.told_drives import from_documents
from agent.model.inventory import Drive
from agent.model.words import Health

Corpus = Callable[[str], Iterator[tuple[str, bytes]]]
Documents = dict[str, dict[str, object]]

# file (as far as it is unlike others): transport, maker, model, gigabytes, rpm (0: does not turn, None: turns, how
# fast is not told), form factor, hours, °C, health, wear, and what is counted beside zero.
TABLE = {
    "smart-fail2": (
        "usb", "Hitachi", "Hitachi HDS721050DLE630", 500, 7200, "3.5 inches", 65592, 25, "failed", None,
        {"reallocated": 1975, "pending": 8},
    ),
    "test0": (
        "usb", "Hitachi", "Hitachi HTS545050B9A300", 500, 5400, "2.5 inches", 1065, 20, "failed", None, {"pending": 13},
    ),
    "SAMSUNG_MZWLL3T2HAJQ": (  # its backup for power cuts failed
        "nvme", "Samsung", "SAMSUNG MZWLL3T2HAJQ-00005", 3200, 0, None, 18376, 40, "failed", 0,
        {"critical_warning": 16},
    ),
    "smart-nvme-failed": (  # failed for scrutiny's own rules only
        "nvme", "Samsung", "Samsung SSD 970 EVO 500GB", 500, 0, None, 12798, 35, "passed", 3, {"media_errors": 7},
    ),
    "smart-megaraid1": (
        "ata", "Western Digital", "WD4000FYYX", 4000, 7200, "3.5 inches", 37788, 36, "passed", None,
        {"reallocated": 387},
    ),
    "HITACHI_H109060SESUN600G": (
        "scsi", "Hitachi", "HITACHI H109060SESUN600G", 600, 10020, "2.5 inches", 22364, 26, "passed", None, {},
    ),
    "HP_73.4G_MAS3735NC": ("scsi", "HP", "HP 73.4G MAS3735NC", 73, 15000, None, None, 28, "passed", None, {}),
    "SEAGATE_ST373453LC_26": (  # 1 reading error and 535 writing errors
        "scsi", "Seagate", "SEAGATE ST373453LC", 73, 15015, None, 102880, 33, "passed", None,
        {"reallocated": 260, "media_errors": 536},
    ),
    "smart-scsi": (
        "scsi", "Seagate", "SEAGATE ST4000NM0043", 4000, 7200, "3.5 inches", 43549, 34, "passed", None,
        {"reallocated": 56},
    ),
    "INTEL_SSDPE2KX080T8_3": ("nvme", "Intel", "INTEL SSDPE2KX080T8", 8001, 0, None, 12164, 30, "passed", 0, {}),
    "INTEL_SSDPE2KX020T7": ("nvme", "Intel", "INTEL SSDPE2KX020T7", 2000, 0, None, 49441, 19, "passed", 75, {}),
    "MTFDHAX1T6MCE": ("nvme", "Micron", "MTFDHAX1T6MCE-1AN1ZABYY", 1600, 0, None, 29891, 32, "passed", 69, {}),
    "KXG60ZNV512G": ("nvme", "Toshiba", "KXG60ZNV512G TOSHIBA", 512, 0, None, 12728, 35, "passed", 4, {}),
    "HUSMR7632BHP301": ("nvme", "HGST", "HUSMR7632BHP301", 3204, 0, None, 482, 40, "passed", 5, {}),
    "smartctl_info_nvme": ("nvme", "Kioxia", "KCD61LUL3T84", 3840, 0, None, None, None, "unknown", None, {}),
    "smart_support_bool": (
        "ata", "Western Digital", "WD Red SA500 2.5 4TB", 4000, "?", None, None, None, "unknown", None, {},
    ),
    "test12": ("nvme", "Western Digital", "WDC WDS100T2B0C-00PXH0", 1000, 0, None, 2450, 49, "passed", 0, {}),
    # 233 Media_Wearout_Indicator stands at 22.
    "SSDSC2BB240G4": ("ata", "Intel", "INTEL SSDSC2BB240G4", 240, 0, "2.5 inches", 69412, 25, "passed", 78, {}),
    "SSDSC2KB240G7": (
        "ata", "Intel", "INTEL SSDSC2KB240G7", 240, 0, "2.5 inches", 49466, 23, "passed", 45, {"reallocated": 4},
    ),
    # 202 Percent_Lifetime_Remain: 99, raw 1.
    "MTFDDAK960TDS": (
        "ata", "Micron", "Micron_5300_MTFDDAK960TDS", 960, 0, "2.5 inches", 26409, 23, "passed", 1,
        {"command_timeout": 8},
    ),
    # 177 Wear_Leveling_Count: 91.
    "MZ7WD240HAFV-00003_21": (
        "ata", "Samsung", "SAMSUNG MZ7WD240HAFV-00003", 240, 0, None, 84619, 27, "passed", 9, {},
    ),
    # Device statistics: 19 % used; 177 at 81.
    "smart-ata-full": (
        "ata", "Samsung", "Samsung SSD 860 EVO 500GB", 500, 0, "2.5 inches", 14551, 36, "passed", 19, {},
    ),
    # 231 SSD_Life_Left: normalized still 100, raw 74.
    "SKC400S371T": (
        "ata", "Kingston", "KINGSTON SKC400S371T", 1024, 0, "2.5 inches", 54450, 31, "passed", 26, {"reallocated": 1},
    ),
    # 169 Remaining_Lifetime_Perc: normalized still 100, raw 96.
    "TS32GMTS400": ("ata", "Transcend", "TS32GMTS400", 32, 0, None, 796, 26, "passed", 4, {}),
    "test14": ("ata", "Kingston", "KINGSTON SA400S37480G", 480, 0, None, 6263, 50, "passed", 15, {}),
    "test21": ("ata", "Crucial", "CT480BX500SSD1", 480, 0, "2.5 inches", 11281, 34, "passed", 3, {}),
    "MB0500EBNCR": (
        "ata", "HP", "MB0500EBNCR", 500, 7200, "3.5 inches", 89214, 26, "passed", None, {"reported_uncorrectable": 1},
    ),
    "ST3500418AS": (
        "ata", "Seagate", "ST3500418AS", 500, 7200, None, 44670, 32, "passed", None,
        {"reallocated": 1, "command_timeout": 1},
    ),
    "ST1000NM0008": ("ata", "Seagate", "ST1000NM0008-2F2100", 1000, 7200, "3.5 inches", 47060, 24, "passed", None, {}),
    "test18": (  # 188: 4295032833
        "ata", "Seagate", "ST1000DL002-9TT153", 1000, 5900, None, 9044, 34, "passed", None,
        {"reported_uncorrectable": 17, "command_timeout": 1},
    ),
    "test5": (  # 188: "0 0 2"
        "ata", "Seagate", "ST1000DX001-1CM162", 1000, 7200, "3.5 inches", 356, 43, "passed", None,
        {"command_timeout": 2},
    ),
    "ide01": (  # 4,661,094 "hours"
        "usb", "Samsung", "SAMSUNG SV2042H", 20, None, None, None, None, "passed", None, {"reallocated": 7},
    ),
    "ide03": ("usb", "Quantum", "QUANTUM FIREBALL CR13.0A", 13, None, None, 38187, None, "passed", None, {}),
    "mini_ide02": (  # 5: "138 (0 26)"
        "usb", "Hitachi", "IC25N060ATMR04-0", 60, None, None, 10739, 24, "passed", None, {"reallocated": 138},
    ),
    "mini_ide04": (  # Power_On_Seconds: 4817152, "1338h+05m+52s"
        "usb", "Fujitsu", "FUJITSU MHS2040AT D", 40, None, None, 1338, 25, "passed", None, {},
    ),
    "mini_sata07": (  # 5: "0 (2000 0)"
        "usb", "Fujitsu", "FUJITSU MHY2250BH", 250, None, None, 2431, 25, "passed", None, {},
    ),
    "sata04": ("usb", "Seagate", "ST3250310AS", 250, None, None, 62364, 24, "passed", None, {}),  # it was too warm once
    "sata16": ("usb", "Seagate", "ST9250320AS", 250, None, None, 5131, 23, "passed", None, {"command_timeout": 51}),
    "test25": ("scsi", "Sun", "Sun Linux", 73, 0, None, None, None, "passed", None, {}),  # 0 °C
    "virtual_scsi": ("scsi", "Microsoft", "Msft Virtual Disk", 274, 0, None, None, None, "unknown", None, {}),
}  # fmt: skip
EMPTY = ("ide07", "smart-fail.json", "smart-pass", "smart-sat")
"""Documents that describe no drive: neither model nor serial number nor size."""


@pytest.fixture(scope="module")
def recorded() -> Callable[[Corpus], Documents]:
    """Every document once, read for the first test that wants it."""
    read: Documents = {}

    def documents(corpus: Corpus) -> Documents:
        if not read:
            for archive in ("smart.tar.xz", "donated-pcs.tar.xz"):
                for name, content in corpus(archive):
                    if name.endswith(".json") or "smartctl/" in name:
                        told = json.loads(content)
                        for number, one in enumerate(told if isinstance(told, list) else [told]):
                            read[f"{name.rsplit('/', 1)[-1]}-{number}"] = one
        return read

    return documents


def drives(documents: Documents) -> dict[str, Drive]:
    return {name: found[0] for name, one in documents.items() if (found := from_documents({name: one}))}


def test_by_hand(corpus: Corpus, recorded: Callable[[Corpus], Documents]) -> None:
    found = drives(recorded(corpus))
    for part, expected in TABLE.items():
        drive = next(drive for name, drive in found.items() if part in name)
        turns = {True: drive.rotation_rpm, False: 0, None: "?"}[drive.rotational]
        smart = dict(drive.smart) if drive.smart else {}
        counted = {name: value for name, value in smart.items() if value and not name.endswith("_percent")}
        told = (
            drive.transport.value, drive.vendor, drive.model, drive.size_bytes // 10**9, turns, drive.form_factor,
            drive.power_on_hours, drive.temperature_celsius, drive.health.value, drive.wear_percent, counted,
        )  # fmt: skip
        assert told == expected, part


def test_all(corpus: Corpus, recorded: Callable[[Corpus], Documents]) -> None:
    documents = recorded(corpus)
    found = drives(documents)
    assert len(documents) >= 161
    assert {name for name in documents if name not in found} == {name for name in documents if name.startswith(EMPTY)}
    for name, drive in found.items():
        document = documents[name]
        told = document.get("smart_status")
        passed = told.get("passed") if isinstance(told, dict) else None
        wanted = {True: Health.PASSED, False: Health.FAILED, None: Health.UNKNOWN}[passed]
        assert drive.health is wanted, name
        assert drive.vendor, name
        assert drive.path == document["device"]["name"], name  # type: ignore[index]
        if document.get("ata_smart_attributes") or document.get("nvme_smart_health_information_log"):
            assert drive.smart_supported, name
        if drive.rotational is False and drive.transport.value != "scsi" and drive.smart is not None:
            assert drive.wear_percent is not None, name
    hours = [drive.power_on_hours for drive in found.values() if drive.power_on_hours is not None]
    assert len(hours) / len(found) > 0.95


def test_a_folder_of_documents_only(corpus: Corpus, recorded: Callable[[Corpus], Documents]) -> None:
    """Many call their drive /dev/sda; each is a drive of its own."""
    documents = recorded(corpus)
    assert len(from_documents(documents)) == len(documents) - len(EMPTY)


BAD = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.lists(st.integers(), max_size=2)
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(chance=st.randoms(use_true_random=False), values=st.lists(BAD, min_size=1, max_size=4))
def test_damaged_documents(
    corpus: Corpus, recorded: Callable[[Corpus], Documents], chance: random.Random, values: list[object]
) -> None:
    """Whatever is overwritten or cut off in a real answer: no exception, sane numbers, no failure made good."""
    documents = recorded(corpus)
    document = json.loads(json.dumps(documents[chance.choice(sorted(documents))]))
    for value in values:
        _damage(document, chance, value)
    for drive in from_documents({"sda": document}):
        _sane(drive)
        if _calls_itself_failed(document):
            assert drive.health is not Health.PASSED


def _damage(node: object, chance: random.Random, value: object) -> None:
    while isinstance(node, (dict, list)) and node:
        key = chance.choice(sorted(node) if isinstance(node, dict) else range(len(node)))
        child = node[key]
        if not isinstance(child, (dict, list)) or not child or chance.random() < 0.1:
            node[key] = value
            return
        node = child


def _calls_itself_failed(document: dict[str, object]) -> bool:
    status, log = document.get("smart_status"), document.get("nvme_smart_health_information_log")
    warning = log.get("critical_warning") if isinstance(log, dict) else None
    return (isinstance(status, dict) and status.get("passed") is False) or (
        isinstance(warning, (int, float)) and warning > 0
    )


def _sane(drive: Drive) -> None:
    assert drive.power_on_hours is None or drive.power_on_hours < 24 * 366 * 41
    assert drive.temperature_celsius is None or -40 <= drive.temperature_celsius <= 125
    assert drive.wear_percent is None or drive.wear_percent <= 255
    assert drive.rotation_rpm is None or 1000 < drive.rotation_rpm < 65535
