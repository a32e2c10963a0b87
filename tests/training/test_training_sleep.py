"""The sleep of a training computer frees its simulated drives, and changes nothing else."""

from pathlib import Path

from bench_place import a_drive

from agent.model.ports import AtaCommand
from agent.training import sleep
from agent.training.ata_about import AtaAbout
from agent.training.description import save
from agent.training.drive import open_drive


def frozen(image: Path) -> bool:
    drive = open_drive(image)
    port = drive.ports.ata
    assert port is not None
    word = port.data_in(AtaCommand(0xEC), 1, 10).data[256]  # low byte of word 128
    drive.close()
    return bool(word & 0x08)


def test_a_sleep_frees_what_the_start_has_frozen(tmp_path: Path) -> None:
    for number, freezes in ((1, True), (2, False)):
        about = a_drive(number, ata=AtaAbout(bios_freezes=freezes))
        (tmp_path / f"{number}.img").write_bytes(b"old data" * (about.media_bytes // 8))
        save(about, tmp_path / f"{number}.json")
    assert [frozen(tmp_path / f"{number}.img") for number in (1, 2)] == [True, False]
    assert sleep.sleep(tmp_path) is None
    assert [frozen(tmp_path / f"{number}.img") for number in (1, 2)] == [False, False]
    assert (tmp_path / "1.img").read_bytes().startswith(b"old data")


def test_a_drive_that_is_being_worked_on_is_named(tmp_path: Path) -> None:
    about = a_drive(1)
    (tmp_path / "1.img").write_bytes(bytes(about.media_bytes))
    save(about, tmp_path / "1.json")
    drive = open_drive(tmp_path / "1.img")
    assert "1.img" in str(sleep.sleep(tmp_path))
    drive.close()
