"""A subsystem of several namespaces under a real kernel: found by topology, opened as one drive, erased whole."""

import json
from typing import Any

import pytest
from simulated_nvme import Nvme
from virtual_machine import Machine

pytestmark = [pytest.mark.machine, pytest.mark.runs_programs]
MIB = 1 << 20

BEGIN = """
import json, sys, types
from mmap import mmap
sys.path.insert(0, "/ordis")
class Unknown(Exception): pass
def unknown(*_): raise Unknown
# The machine has no udev.
sys.modules["pyudev"] = types.SimpleNamespace(
    Context=object, DeviceNotFoundError=Unknown, Devices=types.SimpleNamespace(from_name=unknown)
)
from agent.host.source import Live
from agent.host.topology import controllers, namespaces, nsid
from agent.model.words import Method, Technique
from agent.sanitize.nvme.firmware import NvmeFirmware
from agent.sanitize.nvme.nodes import NvmeNodes
source, name = Live(), sys.argv[1].rsplit("/", 1)[-1]
names = namespaces(source, name)
def opened():
    return NvmeNodes.open(["/dev/" + one for one in names], source)
"""
FOUND = """
drive = opened()
firmware = NvmeFirmware(drive)
about = firmware.about()
busy = 0
try:
    opened()
except OSError as error:
    busy = error.errno
with mmap(-1, 8192) as buffer:
    buffer[:] = b"mark" * 2048
    wrote = drive.write(buffer, 8192, (1 << 20) - 4096)
drive.flush()
drive.rescan()
print(json.dumps({
    "names": names, "nsids": [nsid(source, one) for one in names], "controllers": len(controllers(source, name)),
    "size": drive.identity().size_bytes, "said": firmware.said().size_bytes, "native": about.native_size_bytes,
    "hidden": [area.kind for area in about.hidden], "offers": len(about.offers), "busy": busy, "wrote": wrote,
    "border": drive.window((1 << 20) - 4, 8).decode(),
}))
"""
FORMAT = """
way = NvmeFirmware(opened()).erase(Technique.NVME_FORMAT, Method.USER_DATA)
way.start(lambda record: None)
print(json.dumps(way.status().state))
"""
START = """
way = NvmeFirmware(opened()).erase(Technique.NVME_SANITIZE, Method.BLOCK)
way.start(lambda record: None)
print(json.dumps(way.status().state))
"""
FOLLOW = """
drive = opened()
way = NvmeFirmware(drive).erase(Technique.NVME_SANITIZE, Method.BLOCK)
print(json.dumps([way.status().state, drive.identity().size_bytes]))
"""


def test_a_subsystem_is_one_drive(machine: Machine, nvme_tcp) -> None:
    nvme = Nvme(
        None, {"size_bytes": MIB, "hidden_bytes": 2 * MIB}, more_namespaces=(MIB, MIB), unattached=(3,),
        manages_namespaces=True,
    )  # fmt: skip

    def told(script: str) -> Any:
        return json.loads(machine.good("python3", "-c", BEGIN + script, path, seconds=120))

    with nvme_tcp(nvme.drive) as path:
        found = told(FOUND)
        # The kernel numbers them as they come, in whatever order; theirs is that of the NSIDs.
        names = found.pop("names")
        assert sorted(name[name.rindex("n") :] for name in names) == ["n1", "n2"]
        assert found == {
            "nsids": [1, 2], "controllers": 1, "size": 2 * MIB, "said": 2 * MIB, "native": 3 * MIB,
            "hidden": ["unattached"], "offers": 5, "busy": 16, "wrote": 8192, "border": "markmark",
        }  # fmt: skip
        assert nvme.drive.window(MIB - 4, 8) == b"markmark"
        assert told(FORMAT) == "done"
        assert all(start >= 2 * MIB for start, _ in nvme.drive.residue().visible)
        assert told(START) == "running"
        nvme.clock.advance(100)
        assert told(FOLLOW) == ["done", 2 * MIB]
    assert nvme.residue == (0, 0, 0)
