"""Real machines: our own recordings, and a sample of a public collection. Every grade has its reasons; none crashes."""

import importlib.util
import itertools
import tarfile
from pathlib import Path

import pytest
from graded_machines import erased

from agent.grading.rubric import grade
from agent.host.recorded import Recorded
from agent.inventory import collect
from agent.model.grade import Grade
from agent.model.profile import GradeThresholds
from agent.model.words import GradeLetter

TESTS = Path(__file__).parents[1]
CORPUS = TESTS.parents[1] / "shared/corpus/dmi.tar.xz"
EVERY = 60
"""Of the whole collection tools/grade_table.py grades every machine."""
_spec = importlib.util.spec_from_file_location("grade_table", TESTS.parent / "tools/grade_table.py")
assert _spec is not None
assert _spec.loader is not None
grade_table = importlib.util.module_from_spec(_spec)


@pytest.fixture(scope="module", autouse=True)
def tool() -> None:
    import sys

    sys.modules["grade_table"] = grade_table  # its dataclass looks there for itself
    assert _spec is not None
    assert _spec.loader is not None
    _spec.loader.exec_module(grade_table)


def sound(found: Grade) -> None:
    assert found.reasons
    assert [axis.axis for axis in found.axes] == [
        "processor", "memory", "drive", "battery", "stress", "functions", "cosmetic",
    ]  # fmt: skip
    assert all(str(axis.reason) and str(axis.value) for axis in found.axes)
    assert found.systems
    assert all(system.reasons and system.source for system in found.systems)
    assert Grade.model_validate_json(found.model_dump_json()) == found


MACHINES = {
    "all_in_one": "C", "desktop": "C", "homemade": "C", "mini_pc": "C", "notebook": "C", "tablet": "D",
}  # fmt: skip


@pytest.mark.parametrize("name", MACHINES)
def test_our_recorded_machines(name: str) -> None:
    inventory = collect.recorded(Recorded(TESTS / "inventory/machines" / name))
    found = grade(inventory, [], [erased(drive) for drive in inventory.drives], GradeThresholds())
    sound(found)
    assert (found.letter, found.provisional) == (MACHINES[name], True)
    held = grade(inventory, [], [], GradeThresholds())
    assert held.letter is GradeLetter.HOLD  # nothing was erased
    sound(held)


def test_a_sample_of_the_collection() -> None:
    if not CORPUS.exists():
        pytest.skip("the recorded machines (dmi.tar.xz) are not here")
    machines = []
    with tarfile.open(CORPUS) as tar:
        for member in itertools.islice((each for each in tar if each.isfile()), 0, None, EVERY):
            content = tar.extractfile(member)
            assert content is not None
            machines.append(grade_table.graded(member.name, content.read().decode("utf-8", "replace")))
    assert len(machines) > 40
    for machine in machines:
        sound(machine.grade)
        assert machine.grade.provisional
    rows = grade_table.table(machines)
    assert rows[-1].startswith(f"| all |  | {len(machines)} |")


@pytest.mark.parametrize(
    ("name", "maker", "cpuid", "level"),
    [
        ("Intel(R) Core(TM) i5-4570", "Intel", "C3 06 03 00 FF FB EB BF", 3),
        ("Intel(R) Core(TM) i7-2600", "Intel", "A7 06 02 00 FF FB EB BF", 2),
        ("Intel(R) Celeron(R) G3900", "Intel", "E3 06 05 00 FF FB EB BF", 2),
        ("Intel(R) Core(TM)2 Duo CPU P7550", "Intel(R) Corporation", "7A 06 01 00 FF FB EB BF", 1),
        ("Intel(R) Pentium(R) M", "Intel", "D8 06 00 00 FF FB E9 AF", 0),
        ("Intel(R) Pentium(R) 4", "Intel", "43 0F 00 00 FF FB EB BF", None),
        ("AMD FX(tm)-8370", "AMD", "20 0F 60 00 FF FB 8B 17", 2),
        ("AMD A10-8700P", "AuthenticAMD", "FF FB 8B 17 01 0F 66 00", 3),
        ("AMD Ryzen 5 3500U", "Advanced Micro Devices, Inc.", "81 0F 81 00 FF FB 8B 17", 3),
        ("ARMv8", "Not Specified", "00 00 00 00 01 00 00 00", None),
        ("Intel", "Intel", "rubbish", None),
    ],
)
def test_the_level_that_the_tool_estimates(name: str, maker: str, cpuid: str, level: int | None) -> None:
    assert grade_table.level({"Version": name, "Manufacturer": maker, "ID": cpuid}) == level
