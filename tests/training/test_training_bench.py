"""The three training drives: small, recognisable as training, and with something to erase."""

from pathlib import Path

import pytest

from agent.model.words import Transport
from agent.sanitize.medium import Refused
from agent.training.bench import BENCH, list_drives, make_bench
from agent.training.description import Description, Kind, save
from agent.training.drive import kept_path, open_drive
from agent.training.store import FileStore

MIB = 1 << 20


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bench for tests that only look."""
    folder = tmp_path_factory.mktemp("bench")
    make_bench(folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    make_bench(tmp_path / "drives")
    return tmp_path / "drives"


def test_three_drives_as_the_inventory_shows_them(untouched: Path) -> None:
    drives = list_drives(untouched)
    assert [drive.path for drive in drives] == [str(untouched / name) for name in ("hdd.img", "nvme.img", "ssd.img")]
    assert [drive.transport for drive in drives] == [Transport.ATA, Transport.NVME, Transport.ATA]
    assert [drive.rotational for drive in drives] == [True, False, False]
    assert [drive.size_bytes for drive in drives] == [512 * MIB, 384 * MIB, 256 * MIB]
    for drive in drives:
        assert drive.simulated
        assert drive.obstacles == []
        assert drive.model.startswith("Simulated ")
        assert drive.serial.startswith("SIM-")
        opened = open_drive(drive.path)
        told = opened.identity()
        assert (told.serial, told.model, told.size_bytes) == (drive.serial, drive.model, drive.size_bytes)
        assert opened.coverage().native_size_bytes == drive.size_bytes
        assert opened.logical_sector_bytes == drive.logical_sector_bytes
        assert opened.smart()["smart_status"]["passed"] is True
        opened.close()
    assert len({drive.serial for drive in drives}) == 3


def test_health_as_promised(untouched: Path) -> None:
    hdd, nvme, ssd = (open_drive(drive.path) for drive in list_drives(untouched))
    raw = {row["id"]: row["raw"]["value"] for row in hdd.smart()["ata_smart_attributes"]["table"]}
    assert hdd.smart()["power_on_time"]["hours"] == 21_000
    assert [raw[number] for number in (5, 187, 188, 197, 198)] == [0] * 5
    assert {row["id"]: row["value"] for row in ssd.smart()["ata_smart_attributes"]["table"]}[177] == 100 - 23
    assert nvme.smart()["nvme_smart_health_information_log"]["percentage_used"] == 4
    for drive in (hdd, nvme, ssd):
        drive.close()


def test_there_is_something_to_erase(untouched: Path) -> None:
    for listed in list_drives(untouched):
        drive = open_drive(listed.path)
        boot = drive.head(512)
        assert boot[510:] == b"\x55\xaa"
        assert boot[450] == 7  # the type of the partition
        first = int.from_bytes(boot[454:458], "little")
        assert 0 < first < first + int.from_bytes(boot[458:462], "little") <= listed.size_bytes // 512
        for offset in (512, listed.size_bytes // 2, listed.size_bytes - 512):
            assert "ancien propriétaire" in drive.window(offset, 512).decode()
        drive.close()
    assert sum(file.stat().st_blocks * 512 for file in untouched.iterdir()) < 64 * MIB


def spoil(folder: Path) -> None:
    for listed in list_drives(folder):
        with open(listed.path, "r+b") as file:
            file.write(b"erased")


def heads(folder: Path) -> list[bytes]:
    found = []
    for listed in list_drives(folder):
        with open(listed.path, "rb") as file:
            found.append(file.read(6))
    return found


def test_a_fresh_bench_replaces_and_a_resumed_one_keeps(folder: Path) -> None:
    new = heads(folder)
    spoil(folder)
    make_bench(folder, fresh=False)
    assert heads(folder) == [b"erased"] * 3
    make_bench(folder)
    assert heads(folder) == new


def test_what_is_missing_is_made_when_resuming(folder: Path) -> None:
    spoil(folder)
    (folder / "ssd.img").unlink()
    (folder / "hdd.json").unlink()
    (folder / "hdd.img.new").write_bytes(b"left by an interruption")
    assert len(list_drives(folder)) == 1
    make_bench(folder, fresh=False)
    assert [head == b"erased" for head in heads(folder)] == [False, True, False]
    assert not (folder / "hdd.img.new").exists()


def test_a_new_drive_remembers_nothing_of_the_old_one(folder: Path) -> None:
    drive = open_drive(folder / "ssd.img")
    drive.power_cut()
    drive.close()
    assert kept_path(folder / "ssd.img").exists()
    make_bench(folder, fresh=False)
    assert kept_path(folder / "ssd.img").exists()
    make_bench(folder)
    assert not kept_path(folder / "ssd.img").exists()


def test_the_other_kinds_are_listed_too(tmp_path: Path) -> None:
    about = {"serial": "S", "firmware": "F", "size_bytes": MIB}
    kinds = {
        "a": Description(kind=Kind.SAS_HDD, model="A SAS disk with a long name", rotation_rpm=10_000, **about),
        "b": Description(kind=Kind.SAS_SSD, model="B", **about),
        "c": Description(kind=Kind.EMMC, model="C", **about),
    }
    for name, description in kinds.items():
        save(description, tmp_path / f"{name}.json")
        FileStore.create(str(tmp_path / f"{name}.img"), description.media_bytes).close()
    drives = list_drives(tmp_path)
    assert [drive.transport for drive in drives] == [Transport.SCSI, Transport.SCSI, Transport.MMC]
    assert [drive.rotational for drive in drives] == [True, False, False]
    for listed in drives[:2]:
        opened = open_drive(listed.path)
        assert (opened.identity().model, opened.identity().serial) == (listed.model, listed.serial)
        opened.close()


def test_a_drive_at_work_is_not_replaced(folder: Path) -> None:
    drive = open_drive(folder / "hdd.img")
    with pytest.raises(OSError, match="busy"):
        make_bench(folder)
    assert drive.head(512)[510:] == b"\x55\xaa"
    drive.close()


def test_what_is_no_file_is_neither_replaced_nor_followed(folder: Path, tmp_path: Path) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"keep")
    (folder / "hdd.img").unlink()
    (folder / "hdd.img").symlink_to(precious)
    with pytest.raises(Refused):
        make_bench(folder)
    assert precious.read_bytes() == b"keep"
    assert (folder / "hdd.img").is_symlink()


def test_a_path_that_the_report_could_not_hold_is_refused(tmp_path: Path) -> None:
    for name in ("x" * 190, "two  spaces", "bell\a"):
        with pytest.raises(Refused, match="too long or has odd characters"):
            make_bench(tmp_path / name)
        assert not (tmp_path / name).exists()


def test_a_broken_description_is_told(folder: Path) -> None:
    (folder / "ssd.json").write_text('{"kind": "ata_ssd"}')
    with pytest.raises(Refused, match=r"ssd\.json"):
        list_drives(folder)


def test_an_empty_folder_has_no_drives(tmp_path: Path) -> None:
    assert list_drives(tmp_path) == []
    assert list_drives(tmp_path / "absent") == []


def test_the_bench_is_sound() -> None:
    for description in BENCH.values():
        assert description.faults == type(description.faults)()
        assert description.counters == type(description.counters)()
        assert description.bytes_per_second is not None
