"""Each fact that forbids erasing has its own sentence; nothing else has one."""

import sys
from dataclasses import fields, replace

import pytest

from agent.host.blockuse import BlockUse, LoopUse
from agent.host.run import run
from agent.host.topology import Kind
from agent.inventory.obstacles import judge
from agent.model.words import Transport

IDLE = BlockUse("sda", transport=Transport.ATA, size_bytes=500_107_862_016)
LOOP = BlockUse("loop0", Kind.LOOP, Transport.LOOP, size_bytes=4096, loop=LoopUse("/tmp/x.img"))

ALONE = {
    "mounted": replace(IDLE, mounted=("/mnt", "/srv")),
    "swap": replace(IDLE, swap=("/dev/sda2",)),
    "holders": replace(IDLE, holders=("dm-0 (vg-root)",)),
    "process": replace(IDLE, processes=((42, "dd"),)),
    "read-only": replace(IDLE, read_only=True),
    "hidden": replace(IDLE, hidden=True),
    "zoned": replace(IDLE, zoned=True),
    "protected": replace(IDLE, protected=True),
    "odd sector": replace(IDLE, logical_sector_bytes=520),
    "odd sector too": replace(IDLE, logical_sector_bytes=528),
    "stick": replace(IDLE, ordis_labels=("ORDIS",)),
    "hidden namespace": replace(IDLE, hidden=True, namespaces=("nvme0n1", "nvme0n2")),
    "network": replace(IDLE, transport=Transport.NETWORK),
    "virtio": replace(IDLE, transport=Transport.VIRTIO),
    "unknown": replace(IDLE, transport=Transport.UNKNOWN),
    "empty": replace(IDLE, size_bytes=0),
}
LOOPS = {
    "loop without file": replace(LOOP, loop=None),
    "loop deleted": replace(LOOP, loop=LoopUse("/tmp/x.img (deleted)", deleted=True, regular=False)),
    "loop over device": replace(LOOP, loop=LoopUse("/dev/sda", regular=False)),
    "loop over part": replace(LOOP, loop=LoopUse("/tmp/x.img", whole=False)),
    "loop shared": replace(LOOP, loop=LoopUse("/tmp/x.img", shared_with=("loop1",))),
}


@pytest.mark.parametrize("transport", [Transport.ATA, Transport.NVME, Transport.SCSI, Transport.MMC, Transport.USB])
def test_an_idle_drive_has_no_obstacle(transport: Transport) -> None:
    assert judge(replace(IDLE, transport=transport)) == []


@pytest.mark.parametrize("fact", ALONE)
def test_each_fact_gives_one_sentence(fact: str) -> None:
    found = judge(ALONE[fact])
    assert len(found) == 1
    assert "?" not in str(found[0])


def test_the_sentences_differ() -> None:
    texts = [message.text for use in [*ALONE.values(), *LOOPS.values()] for message in judge(use, allow_virtual=True)]
    texts.remove(judge(ALONE["protected"])[0].text)  # an odd sector and protection data share theirs …
    texts.remove(judge(ALONE["odd sector"])[0].text)  # … three times
    assert len(texts) == len(set(texts)) == len(ALONE) + len(LOOPS) - 2


def test_the_sentences_name_names() -> None:
    assert "/mnt, /srv" in str(judge(ALONE["mounted"])[0])
    assert "vg-root" in str(judge(ALONE["holders"])[0])
    told = str(judge(ALONE["process"])[0])
    assert "dd" in told
    assert "42" in told


def test_every_process_is_named() -> None:
    assert len(judge(replace(IDLE, processes=((1, "a"), (2, "b"))))) == 2


def test_long_lists_stay_one_sentence() -> None:
    told = str(judge(replace(IDLE, mounted=tuple(f"/mnt/{n}" for n in range(50))))[0])
    assert "…" in told
    assert len(told) < 120


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.DRIVE, Kind.LOOP)])
def test_what_is_no_drive_is_said_and_named(kind: Kind) -> None:
    found = judge(replace(IDLE, name="thing7", kind=kind, mounted=("/",)), allow_virtual=True)
    assert len(found) == 1
    assert "thing7" in str(found[0])


def test_kinds_have_their_own_sentences() -> None:
    texts = {judge(replace(IDLE, kind=kind))[0].text for kind in Kind if kind not in (Kind.DRIVE, Kind.LOOP)}
    assert len(texts) == len(Kind) - 2


def test_a_loop_device_is_no_drive_unless_allowed() -> None:
    assert judge(LOOP, allow_virtual=True) == []
    assert len(judge(LOOP)) == 1


@pytest.mark.parametrize("fact", LOOPS)
def test_loop_devices(fact: str) -> None:
    assert len(judge(LOOPS[fact], allow_virtual=True)) == 1


def test_a_mounted_loop_device() -> None:
    assert len(judge(replace(LOOP, mounted=("/mnt",)), allow_virtual=True)) == 1


def test_every_fact_is_judged() -> None:
    """A field that is added to BlockUse must be judged, or be named here as no ground for refusal."""
    assert {field.name for field in fields(BlockUse)} == {
        "name", "kind", "transport", "external", "size_bytes", "logical_sector_bytes", "mounted", "swap", "holders",
        "processes", "read_only", "hidden", "zoned", "protected", "ordis_labels", "namespaces", "nsid", "loop",
    }  # fmt: skip


@pytest.mark.runs_programs
def test_the_worker_can_judge_without_heavy_imports() -> None:
    ask = (
        "import agent.inventory.obstacles, agent.host.blockuse, agent.inventory.identity, sys; "
        "print(sorted({'pydantic', 'pyudev', 'requests', 'textual'} & set(sys.modules)))"
    )
    ran = run([sys.executable, "-c", ask], timeout=60)
    assert ran.out.strip() == "[]", ran.err


def test_an_absurd_sector_can_be_told() -> None:
    """Twenty digits are believed of the kernel; canonical JSON keeps sixteen."""
    [problem] = judge(replace(IDLE, logical_sector_bytes=10**20 - 1))
    assert problem.values["size"] == 2**53 - 1
