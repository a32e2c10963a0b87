"""Simulated NVMe drives over TCP, against a small host on loopback."""

import struct
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress

import pytest
from nvme_client import APART, INLINE, Host
from simulated_ata import Ata
from simulated_nvme import BLOCK_ERASE, FORMAT, IDENTIFY, OLD, SANITIZE, SIZE, Nvme

from agent.training.serve.nvme_tcp import serve_nvme_tcp, subsystem_name
from agent.training.serve.wire import Listener

DONOR = (OLD * SIZE)[:SIZE]
READ, WRITE, FLUSH = 2, 1, 0
MIB = 1 << 20
LOG = {"cdw10": 0x81 | 127 << 16}
Connect = Callable[..., Host]


@pytest.fixture
def connect() -> Iterator[Connect]:
    """Serve a drive, once, and reach it on a new connection."""
    listeners: dict[int, Listener] = {}
    with ExitStack() as stack:

        def make(nvme: Nvme, **settings: object) -> Host:
            if id(nvme) not in listeners:
                listeners[id(nvme)] = stack.enter_context(serve_nvme_tcp(nvme.drive))
            host = Host(listeners[id(nvme)].port, **settings)
            stack.callback(host.close)
            return host

        yield make


def name(nvme: Nvme) -> bytes:
    return subsystem_name(nvme.drive).encode()


def enabled(connect: Connect, nvme: Nvme, **more: object) -> Host:
    host = connect(nvme)
    host.enable(name(nvme), **more)
    return host


def with_data(connect: Connect, nvme: Nvme) -> tuple[Host, Host]:
    """The admin queue, and one for data."""
    admin, data = connect(nvme), connect(nvme)
    number = admin.enable(name(nvme))
    assert data.connect(name(nvme), queue=1, controller=number).status == 0
    return admin, data


def test_an_ata_drive_has_no_controllers() -> None:
    with pytest.raises(ValueError, match="NVMe"):
        serve_nvme_tcp(Ata().drive)


def test_connect_and_enable(connect: Connect) -> None:
    nvme = Nvme()
    host = connect(nvme)
    assert host.connect(name(nvme), apart=True).result & 0xFFFF == 1
    assert host.property_get(0x1C).result == 0
    capabilities = host.property_get(0x00, wide=True).result
    assert capabilities >> 37 & 1, "the NVM command set"
    assert capabilities & 0xFFFF >= 31
    assert host.property_get(0x08).result >= 0x00010300
    assert host.admin(IDENTIFY, 0, 4096, cdw10=1).status == 0x00C, "not enabled"
    host.property_set(0x14, 1)
    assert host.property_get(0x1C).result == 1
    host.property_set(0x14, 1 | 1 << 14)
    assert host.property_get(0x1C).result >> 2 & 3 == 2, "shut down"


@pytest.mark.parametrize(
    ("more", "status"),
    [
        ({"layout": 1}, 0x180),
        ({"controller": 9}, 0x182),
        ({"queue": 1, "controller": 1}, 0x182),
        ({"entries": 1}, 0x182),
        ({"entries": 4096}, 0x182),
    ],
)
def test_connections_that_cannot_be(connect: Connect, more: dict[str, int], status: int) -> None:
    nvme = Nvme()
    assert connect(nvme).connect(name(nvme), **more).status == status


def test_a_subsystem_of_another_name(connect: Connect) -> None:
    assert connect(Nvme()).connect(b"nqn.2014-08.org.example:other").status == 0x182


def test_a_controller_has_one_host_which_may_come_back(connect: Connect) -> None:
    nvme = Nvme()
    first = enabled(connect, nvme)
    assert connect(nvme).connect(name(nvme), host=b"someone else now").status == 0x181
    again = enabled(connect, nvme)
    assert first.hung_up
    again.close()
    for _ in range(50):  # until the target has noticed
        if (ended := connect(nvme).connect(name(nvme), host=b"someone else now")).status == 0:
            break
        time.sleep(0.05)
    assert ended.status == 0


def test_each_host_has_a_controller_where_there_are_two(connect: Connect) -> None:
    nvme = Nvme(controllers=2)
    hosts = [connect(nvme), connect(nvme)]
    assert [host.enable(name(nvme), host=bytes((at,)) * 16) for at, host in enumerate(hosts)] == [1, 2]
    for number, host in enumerate(hosts, 1):
        assert struct.unpack_from("<H", host.admin(IDENTIFY, 0, 4096, cdw10=1).data, 78)[0] == number


def test_identify_says_what_a_host_at_the_end_of_a_network_needs(connect: Connect) -> None:
    nvme = Nvme()
    block = enabled(connect, nvme).admin(IDENTIFY, 0, 4096, cdw10=1).data
    here = nvme.identify(1)
    assert struct.unpack_from("<H", block, 320)[0] > 0
    assert struct.unpack_from("<II", block, 1792) == ((64 + 8192) // 16, 1)
    assert block[:320] == here[:320]
    assert block[768:1024].rstrip(b"\0") == name(nvme)


def test_admin_commands_are_the_drives_own(connect: Connect) -> None:
    nvme = Nvme()
    host = enabled(connect, nvme)
    assert host.admin(SANITIZE, cdw10=BLOCK_ERASE).status == 0
    nvme.clock.advance(5)
    assert struct.unpack_from("<H", host.admin(2, 0xFFFFFFFF, 512, **LOG).data)[0] == nvme.progress == 65536 // 4
    refused = host.admin(FORMAT, 1, cdw10=1 << 9)
    assert (refused.status, refused.again) == (0x01D, True)
    nvme.clock.advance(50)
    assert host.admin(2, 0xFFFFFFFF, 512, **LOG).data[2] & 7 == 1
    assert nvme.residue == (0, 0, 0)
    refused = host.admin(0xC0)
    assert (refused.status, refused.again) == (0x001, False)


def test_data_for_the_admin_queue(connect: Connect) -> None:
    """Namespace Management: its structure comes with the command, or is asked for."""
    nvme = Nvme(None, {"hidden_bytes": MIB}, manages_namespaces=True)
    host = enabled(connect, nvme)
    block = struct.pack("<QQ", 8, 8).ljust(4096, b"\0")
    host.put(host.entry(0x0D, length=4096, kind=INLINE), block)
    assert host.finish().result == 2
    host.put(host.entry(0x0D, length=4096, kind=APART))
    assert host.finish(block).result == 3


def test_reading_and_writing(connect: Connect) -> None:
    nvme = Nvme(None, {"size_bytes": MIB})
    _, queue = with_data(connect, nvme)
    assert queue.io(READ, 0, 128).data == DONOR[:SIZE]
    data = bytes(range(256)) * 2400  # 600 KiB: asked for in several pieces
    assert queue.io(WRITE, 8, len(data) // 512, data).status == 0
    assert queue.io(WRITE, 0, 8, b"in" * 2048, inline=True).status == 0
    assert queue.io(FLUSH, 0, 1, length=0).status == 0
    assert nvme.read(4096, len(data)) == data
    assert queue.io(READ, 0, 8).data == b"in" * 2048


def test_data_begins_where_the_host_wants_it(connect: Connect) -> None:
    nvme = Nvme()
    admin, queue = connect(nvme), connect(nvme, multiple=31)
    number = admin.enable(name(nvme))
    queue.connect(name(nvme), queue=1, controller=number)
    assert queue.io(READ, 0, 1).data == DONOR[:512]


def test_errors_of_the_media(connect: Connect) -> None:
    nvme = Nvme({"unreadable": (5,), "unwritable": (6,), "flush_fails": True})
    _, queue = with_data(connect, nvme)
    assert queue.io(READ, 0, 8).status == 0x281
    assert queue.io(WRITE, 6, 1, bytes(512)).status == 0x280
    assert queue.io(FLUSH, 0, 1, length=0).status == 0x280
    assert queue.io(READ, SIZE // 512, 1).status == 0x080
    assert queue.io(READ, 0, 1).status == 0


def test_no_data_while_it_sanitizes_or_where_it_is_locked(connect: Connect) -> None:
    nvme = Nvme()
    admin, queue = with_data(connect, nvme)
    admin.admin(SANITIZE, cdw10=BLOCK_ERASE)
    assert queue.io(READ, 0, 1).status == queue.io(WRITE, 0, 1, bytes(512)).status == 0x01D
    _, locked = with_data(connect, Nvme(denies_access=True))
    assert locked.io(READ, 0, 1).status == 0x286


def test_only_namespaces_that_the_controller_sees(connect: Connect) -> None:
    nvme = Nvme(None, {"hidden_bytes": 2 * MIB}, more_namespaces=(MIB, MIB), unattached=(3,))
    _, queue = with_data(connect, nvme)
    assert queue.io(READ, 0, 1, nsid=2).status == 0
    assert queue.io(READ, 0, 1, nsid=3).status == queue.io(READ, 0, 1, nsid=0).status == 0x00B


@pytest.mark.parametrize(("length", "status"), [(1024, 0x00F), (0, 0x00F), (1 << 30, 0x002)])
def test_a_length_that_does_not_fit(connect: Connect, length: int, status: int) -> None:
    _, queue = with_data(connect, Nvme())
    assert queue.io(READ, 0, 1, length=length).status == status


def test_odd_descriptors_of_data(connect: Connect) -> None:
    _, queue = with_data(connect, Nvme())
    queue.put(queue.entry(READ, 1, length=512, kind=0x40))
    assert queue.finish().status == 0x011
    queue.put(queue.entry(WRITE, 1, length=512, kind=INLINE, f24=b"\x08"), bytes(512))
    assert queue.finish().status == 0x016
    queue.put(queue.entry(WRITE, 1, length=512, kind=INLINE), bytes(256))
    assert queue.finish().status == 0x00F


def test_an_event_is_waited_for_and_a_second_is_too_many(connect: Connect) -> None:
    host = enabled(connect, Nvme())
    host.put(host.entry(0x0C))
    assert host.admin(0x0C).status == 0x105


def test_keep_alive_is_answered_by_a_drive_that_hangs(connect: Connect) -> None:
    nvme = Nvme({"erase_hangs_at_percent": 10})
    host = enabled(connect, nvme)
    host.admin(SANITIZE, cdw10=BLOCK_ERASE)
    nvme.clock.advance(10)
    host.put(host.entry(2, 0xFFFFFFFF, length=512, f40=LOG["cdw10"].to_bytes(4, "little")))
    assert host.admin(0x18).status == 0
    nvme.drive.power_cut()
    assert host.hung_up


def test_a_silent_host_is_given_up(connect: Connect) -> None:
    nvme = Nvme()
    host = enabled(connect, nvme, patience=100)
    assert host.hung_up
    enabled(connect, nvme)


def test_a_disabled_controller_forgets_and_a_sanitize_goes_on(connect: Connect) -> None:
    nvme = Nvme()
    host = enabled(connect, nvme)
    host.admin(9, cdw10=6, cdw11=0)
    assert host.admin(10, cdw10=6).result == 0
    host.admin(SANITIZE, cdw10=BLOCK_ERASE)
    host.property_set(0x14, 0)
    host.property_set(0x14, 1)
    assert host.admin(10, cdw10=6).result == 1
    assert nvme.status == 2


def test_power_cut_hangs_up_and_power_on_lets_in_again(connect: Connect) -> None:
    nvme = Nvme()
    admin, queue = with_data(connect, nvme)
    nvme.drive.power_cut()
    assert admin.hung_up
    assert queue.hung_up
    nvme.drive.power_on()
    _, queue = with_data(connect, nvme)
    assert queue.io(READ, 0, 1).data == DONOR[:512]


def test_the_end_of_the_admin_queue_is_the_end_of_all(connect: Connect) -> None:
    admin, queue = with_data(connect, Nvme())
    admin.close()
    assert queue.hung_up


def test_a_drive_that_drops_off_the_bus_hangs_up(connect: Connect) -> None:
    _, queue = with_data(connect, Nvme({"vanishes_after_bytes": 4096}))
    queue.io(READ, 0, 8)
    queue.put(queue.entry(READ, 1, length=512))
    assert queue.hung_up


def head(kind: int, length: int, offset: int = 0, whole: int | None = None, flags: int = 0) -> bytes:
    return struct.pack("<BBBBI", kind, flags, length, offset, length if whole is None else whole)


@pytest.mark.parametrize(
    ("unit", "ending"),
    [
        (head(0x33, 24), 1),
        (head(4, 71), 1),
        (head(4, 72, 72, 0xFFFFFFFF), 1),
        (head(4, 72, 0, 8), 1),
        (head(4, 72, 200, 80) + bytes(72), 1),
        (head(4, 72, flags=1), 1),
        (head(0, 128).ljust(128, b"\0"), 2),
        (head(6, 24).ljust(24, b"\0"), 1),
    ],
    ids=["kind", "header", "endless", "too short", "data nowhere", "digest", "again from the start", "nobody's data"],
)
def test_rules_that_are_broken_are_named_and_end_the_connection(connect: Connect, unit: bytes, ending: int) -> None:
    nvme = Nvme()
    host = enabled(connect, nvme)
    host.socket.sendall(unit)
    answer = host.get()
    assert (answer[0], struct.unpack_from("<H", answer, 8)[0]) == (3, ending)
    assert host.hung_up
    enabled(connect, nvme)


@pytest.mark.parametrize("wrong", ["tag", "offset", "too much", "too little", "nothing"])
def test_data_that_was_not_asked_for_ends_the_connection(connect: Connect, wrong: str) -> None:
    nvme = Nvme()
    _, queue = with_data(connect, nvme)
    queue.put(queue.entry(WRITE, 1, length=1024, f48=b"\x01"))
    command, tag, at, _ = struct.unpack_from("<HHII", queue.get(), 8)
    length = {"too much": 2048, "too little": 512, "nothing": 0}.get(wrong, 1024)
    tag, at = (tag + 1 if wrong == "tag" else tag), (4 if wrong == "offset" else at)
    queue.data_out(command, tag, at, b"x" * length, last=True)
    if wrong == "too little":
        queue.data_out(command, tag, 512, b"x" * 512, last=False)
    assert queue.get()[0] == 3
    assert queue.hung_up
    assert nvme.read(0, 1024) == DONOR[:1024]


def test_a_number_that_is_taken(connect: Connect) -> None:
    host = enabled(connect, Nvme())
    entry = host.entry(0x0C)
    host.put(entry)
    host.put(entry)
    assert host.get()[0] == 3


def test_commands_before_the_connect(connect: Connect) -> None:
    host = connect(Nvme())
    host.put(host.entry(IDENTIFY, length=4096))
    assert host.hung_up


@pytest.mark.parametrize("noise", [b"GET / HTTP/1.1\r\n\r\n", bytes(300), b"\xff" * 300, b"\0"])
def test_noise_instead_of_a_greeting(connect: Connect, noise: bytes) -> None:
    nvme = Nvme()
    host = connect(nvme, greet=False)
    with suppress(OSError):  # it may have hung up before
        host.socket.sendall(noise)
        host.socket.shutdown(1)
    assert host.hung_up
    enabled(connect, nvme)
