"""A whole intake on the real image: by keyboard on its screen, and without anybody."""

import json

import truth
from conftest import Bench, only
from stick_machine.workshop import Workshop

TAG = "A-0815"
INITIALS = "jd"


def enrol(bench: Bench, workshop: Workshop) -> None:
    done = bench.computer.ordis("key")
    assert done.code == 0, done.text
    workshop.enrol(done.out.split()[-1])


@only("secure")
def test_by_keyboard(bench: Bench, workshop: Workshop) -> None:
    """The tag typed and the profile chosen on the start screen, every drive confirmed by the end of its serial."""
    enrol(bench, workshop)
    computer = bench.computer
    computer.wait_for_text("Banc d'essai")
    computer.type_into_field(TAG)
    computer.qmp.press("ret")  # on to the lot, which stays empty
    computer.qmp.press("ret")
    computer.type_into_field(INITIALS)
    computer.qmp.press("ret")
    computer.wait_for_text("> Banc d'essai (proposé)")
    computer.picture("2-chosen")
    computer.qmp.press("ret")
    text = computer.wait_for_text("Non, ne rien effacer")
    computer.picture("3-confirm")
    assert "STICK-1" not in text
    computer.qmp.press("down")  # past what cannot be chosen yet, to the first drive
    ends = {"sd": "beef", "nvme": "ME01", "sata": "TA02", "usb": "SB03"}  # the list's order
    for end in ends.values():
        computer.type_into_field(end)
        computer.qmp.press("ret")
    computer.wait_for_text("Effacer : disque 1, 2, 3, 4", seconds=60)
    computer.picture("4-typed")
    computer.qmp.press("ret")  # from the tag's field to the button
    computer.wait_for_text("> Effacer : disque 1, 2, 3, 4", seconds=60)
    computer.qmp.press("ret")
    computer.wait_for_text("Effacement : QEMU NVMe Ctrl")
    computer.picture("5-checklist")
    computer.wait_for_text("Recommencer")
    computer.picture("6-result")
    assert "Rapport enregistré, et reçu par l'atelier" in computer.screen()


@only("secure")
def test_its_report(bench: Bench, workshop: Workshop) -> None:
    report = workshop.reports()[TAG]
    assert (report["training"], report["profile"], report["time_source"]) == (False, "bench", "machine_clock")
    assert (report["volunteer"], report["inventory"]["machine"]["serial"]) == (INITIALS, "PC0TEST7")
    named = [drive for drive in bench.drives if drive.serial]
    found = truth.check(report, named, bench.before)
    assert bench.drive("sd").left("sd") == []
    assert found.pop("0xdeadbeef").startswith("sanitized")
    assert set(found) == {drive.serial for drive in named}  # the stick is no drive of this machine's
    assert found["S3TESTNVME01"] == truth.PROVED
    assert {check["id"] for check in report["checks"] if check["outcome"] == "passed"} >= {"processor", "memory"}
    assert bench.stick.digest_before_state() == bench.stick_before


@only("uefi")
def test_without_a_screen(bench: Bench, workshop: Workshop) -> None:
    """All drives but the external one, which looks like a stick of ours besides."""
    enrol(bench, workshop)
    done = bench.computer.ordis(
        "intake", "--headless", "--json", "--profile", "bench", "--asset-tag", "H-1", "--erase", "all"
    )
    last = json.loads(done.out.splitlines()[-1])
    assert last["event"] == "result", done.text[-2000:]
    assert last["delivery"]["status"] == "delivered"
    report = workshop.reports()["H-1"]
    assert report == last["report"]
    inside = [drive for drive in bench.drives if drive.kind != "usb"]
    found = truth.check(report, inside, bench.before)
    # QEMU's SATA drives leave DRQ set after IDENTIFY, and its pvscsi has every answer that is shorter than the room for
    # it look like an error of the bus: nobody can ask these drives for hidden areas, and the report says so.
    doubtful = {drive.serial: "sanitized_with_exceptions" for drive in inside if drive.kind in ("sata", "sas")}
    assert found == {drive.serial: truth.PROVED for drive in inside} | doubtful, report["sanitizations"]
    label = bench.drive("usb")
    assert label.digest() == bench.before[label.file.name]
    assert bench.stick.digest_before_state() == bench.stick_before


def test_the_stick_is_known_again(bench: Bench) -> None:
    """Of the stick nothing has changed but its data partition, whatever was done with it."""
    bench.computer.good("sync")
    assert bench.stick.digest_before_state() == bench.stick_before
