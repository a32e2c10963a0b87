"""Processors from the firmware (SMBIOS type 4), and their names as people say them."""

from pathlib import Path

import pytest
from fake_tree import Tree
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.inventory import processors
from agent.inventory.dmidecode import Record
from agent.inventory.processors.names import model
from agent.model.inventory import Processor


def record(version: str = "Intel(R) Core(TM) i5-4300U CPU @ 1.90GHz", **more: str) -> Record:
    fields = {"Type": "Central Processor", "Status": "Populated, Enabled", "Manufacturer": "Intel(R) Corporation"}
    fields |= {"Version": version, "Core Count": "2", "Core Enabled": "2", "Thread Count": "4", "Max Speed": "2900 MHz"}
    return Record(4, 4, fields=fields | {name.replace("_", " "): value for name, value in more.items()})


def read(*records: Record) -> list[Processor]:
    return processors.read(Tree(Path("/nonexistent")), records)


def test_without_a_kernel_the_firmware_tells() -> None:
    assert read(record()) == [
        Processor(vendor="Intel", model="Intel Core i5-4300U", cores=2, threads=4, max_mhz=2900),
    ]


def test_the_kernel_knows_better(tree: Tree) -> None:
    tree.file(
        "/proc/cpuinfo", "processor : 0\nvendor_id : AuthenticAMD\nmodel name : AMD Ryzen 5 3600 6-Core Processor"
    )
    assert [one.model for one in processors.read(tree, [record(), record()])] == ["AMD Ryzen 5 3600"]


def test_an_empty_socket_is_no_processor() -> None:
    assert len(read(record(), record("Not Specified", Status="Unpopulated"))) == 1
    # coreboot calls every socket unpopulated.
    assert [one.model for one in read(record(Status="Unpopulated"))] == ["Intel Core i5-4300U"]
    assert read(record("Unknown", Status="Unpopulated")) == []
    assert read(record(Type="Math Processor")) == []


def test_two_sockets_of_one_name() -> None:
    assert len(read(record(Socket_Designation="LGA"), record(Socket_Designation="LGA"))) == 2


def test_a_structure_for_each_thread() -> None:
    threads = [record(Socket_Designation=f"CPU-{one} (0{two})", Core_Count="", Thread_Count="") for one in "AB"
               for two in range(4)]  # fmt: skip
    assert [(one.cores, one.threads) for one in read(*threads)] == [(None, 4), (None, 4)]


@pytest.mark.parametrize(
    ("cores", "enabled", "threads", "expected"),
    [
        ("4", "4", "8", (4, 8)), ("4", "1", "2", (4, 8)), ("2", "1", "2", (2, 4)), ("4", "4", "1", (4, 4)),
        ("12", "6", "24", (6, 12)), ("192", "2", "2", (2, 2)), ("14", "14", "20", (14, 20)), ("4", "1", "", (4, None)),
        ("0", "0", "0", (None, None)), ("99999", "1", "1", (None, 1)), ("", "", "", (None, None)),
    ],
)  # fmt: skip
def test_counts(cores: str, enabled: str, threads: str, expected: tuple[int | None, int | None]) -> None:
    (found,) = read(record(Core_Count=cores, Core_Enabled=enabled, Thread_Count=threads))
    assert (found.cores, found.threads) == expected


@pytest.mark.parametrize(
    ("version", "most", "expected"),
    [
        ("Intel(R) Core(TM) i5-7200U CPU @ 2.50GHz", "8300 MHz", 2500), ("Intel(R) Core(TM) i5", "8300 MHz", None),
        ("Intel(R) Core(TM) i3-2310M CPU @ 2.10GHz", "4000 MHz", 2100),
        ("Intel(R) Core(TM) i7 @ 2.80GHz", "4700 MHz", 4700),
        ("AMD Ryzen 5 3600 6-Core Processor", "4200 MHz", 4200), ("x @ 3.00GHz", "Unknown", 3000), ("x", "0", None),
        ("x @ 99.00GHz", "9" * 15, None),
    ],
)  # fmt: skip
def test_clock(version: str, most: str, expected: int | None) -> None:
    assert read(record(version, Max_Speed=most))[0].max_mhz == expected


@pytest.mark.parametrize(
    ("version", "family", "expected"),
    [
        ("CPU Version", "Pentium 4", "Intel Pentium 4"), ("Not Specified", "Core i5", "Intel Core i5"),
        ("Genuine Intel(R) CPU", "Other", None), ("Celeron", "", "Intel Celeron"),
        ("<BAD INDEX>", "<OUT OF SPEC>", None),
    ],
)  # fmt: skip
def test_where_the_name_says_nothing_the_family_does(version: str, family: str, expected: str | None) -> None:
    assert read(record(version, Family=family))[0].model == expected


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("Intel(R) Xeon(R) CPU E5-2670 0 @ 2.60GHz", "Intel Xeon E5-2670"),
        ("11th Gen Intel(R) Core(TM) i7-1165G7 @ 2.80GHz", "Intel Core i7-1165G7"),
        ("Intel(R) Core(TM) i5 CPU       M 520  @ 2.40GHz", "Intel Core i5-520M"),
        ("Intel(R) Core(TM) i7 CPU       Q 740  @ 1.73GHz", "Intel Core i7-740QM"),
        ("Intel(R) Core(TM) i3 CPU         540  @ 3.07GHz", "Intel Core i3-540"),
        ("Intel(R) Core(TM)2 Duo CPU     T7300  @ 2.00GHz", "Intel Core 2 Duo T7300"),
        ("AMD Ryzen 7 5800H with Radeon Graphics", "AMD Ryzen 7 5800H"),
        ("AMD FX(tm)-8320 Eight-Core Processor", "AMD FX-8320"),
        ("AMD A8-4500M APU with Radeon(tm) HD Graphics", "AMD A8-4500M"),
        ("AMD Athlon(tm) 64 X2 Dual Core Processor 4200+", "AMD Athlon 64 X2 4200+"),
        ("AMD A10-9600P RADEON R5, 10 COMPUTE CORES 4C+6G", "AMD A10-9600P"), ("", None), (None, None),
    ],
)  # fmt: skip
def test_names(told: str | None, expected: str | None) -> None:
    assert model(told) == expected


FIELDS = ["Type", "Status", "Version", "Family", "Manufacturer", "Core Count", "Core Enabled", "Thread Count",
          "Max Speed", "Current Speed", "Socket Designation"]  # fmt: skip
VALUES = st.text(max_size=40) | st.sampled_from(
    ["Central Processor", "Populated, Enabled", "Unpopulated", "2", "4", "1", "0", "9" * 15, "\x1b[2J[red]<script>",
     "Intel(R) Core(TM) i5 CPU M 520 @ 2.40GHz", "@ ٣.00GHz", "x" * 9000, "8300 MHz", "AMD", "²"]
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(st.lists(st.dictionaries(st.sampled_from(FIELDS), VALUES), max_size=6))
def test_whatever_the_firmware_says(tables: list[dict[str, str]]) -> None:
    for found in read(*(Record(place, 4, fields=fields) for place, fields in enumerate(tables))):
        assert (found.cores or 1) <= (found.threads or 1024)
        assert 16 <= (found.max_mhz or 16) <= 6200
        assert found.x86_64_level is None


def test_cores_of_a_hybrid_processor(tree: Tree) -> None:
    numbers = [0, 0, 1, 1, 8, 9, 10, 11]  # two fast cores of two threads, four small ones
    blocks = [
        f"processor : {place}\nphysical id : 0\ncore id : {core}\ncpu cores : 6" for place, core in enumerate(numbers)
    ]
    tree.file("/proc/cpuinfo", "\n\n".join(blocks))
    assert [(one.cores, one.threads) for one in processors.read(tree)] == [(6, 8)]


def test_cores_of_two_dies_share_their_numbers(tree: Tree) -> None:
    blocks = [f"processor : {place}\nphysical id : 0\ncore id : {place % 6}\ncpu cores : 12" for place in range(12)]
    tree.file("/proc/cpuinfo", "\n\n".join(blocks))
    assert [(one.cores, one.threads) for one in processors.read(tree)] == [(12, 12)]
