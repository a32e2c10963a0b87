"""The structures and numbers of the pass-through, against the C headers of this machine; and that it stays light."""

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.host.passthrough.mmc import MMC_IOC_CMD, MMC_IOC_MULTI_CMD, MmcIocCommand
from agent.host.passthrough.nvme import NVME_IOCTL_ADMIN_CMD, NvmePassthruCommand
from agent.host.passthrough.sgio import SG_IO, SgIoHeader

STRUCTURES = {
    "struct sg_io_hdr": SgIoHeader,
    "struct nvme_passthru_cmd": NvmePassthruCommand,
    "struct mmc_ioc_cmd": MmcIocCommand,
}
NUMBERS = {
    "SG_IO": SG_IO,
    "NVME_IOCTL_ADMIN_CMD": NVME_IOCTL_ADMIN_CMD,
    "MMC_IOC_CMD": MMC_IOC_CMD,
    "MMC_IOC_MULTI_CMD": MMC_IOC_MULTI_CMD,
}
C_NAMES = {"pad": "__pad"}


def facts() -> Iterator[tuple[str, int]]:
    """C expressions, and what our side makes of them."""
    yield from NUMBERS.items()
    for name, ours in STRUCTURES.items():
        yield f"sizeof({name})", ctypes.sizeof(ours)
        for field, *_ in ours._fields_:
            c_field = C_NAMES.get(field, field)
            yield f"offsetof({name}, {c_field})", getattr(ours, field).offset
            yield f"sizeof((({name} *)0)->{c_field})", getattr(ours, field).size


@pytest.mark.runs_programs
def test_every_size_offset_and_number_is_the_headers(tmp_path: Path) -> None:
    if not shutil.which("gcc"):
        pytest.skip("there is no gcc here")
    expressions = dict(facts())
    lines = "".join(f'printf("%llu\\n", (unsigned long long)({one}));\n' for one in expressions)
    headers = ("stddef.h", "stdio.h", "sys/ioctl.h", "scsi/sg.h", "linux/nvme_ioctl.h", "linux/mmc/ioctl.h")
    source = tmp_path / "facts.c"
    source.write_text("".join(f"#include <{one}>\n" for one in headers) + f"int main(void) {{\n{lines}return 0; }}\n")
    program = str(tmp_path / "facts")
    compiled = subprocess.run(["gcc", "-o", program, str(source)], check=False, capture_output=True, text=True)
    if ".h: No such file" in compiled.stderr:
        pytest.skip(f"a header is missing here: {compiled.stderr.splitlines()[0]}")
    assert compiled.returncode == 0, compiled.stderr
    printed = subprocess.run([program], check=True, capture_output=True, text=True).stdout.split()
    assert dict(zip(expressions, map(int, printed), strict=True)) == expressions


def test_sizes_on_a_64_bit_machine() -> None:
    """What the numbers of the ioctls carry: the size stands in their bits 29:16."""
    assert ctypes.sizeof(NvmePassthruCommand) == NVME_IOCTL_ADMIN_CMD >> 16 & 0x3FFF == 72
    assert ctypes.sizeof(MmcIocCommand) == MMC_IOC_CMD >> 16 & 0x3FFF == 72
    if ctypes.sizeof(ctypes.c_void_p) == 8:
        assert ctypes.sizeof(SgIoHeader) == 88


@pytest.mark.runs_programs
def test_it_is_light() -> None:
    ask = "import sys, agent.host.passthrough.open; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", ask], check=True, capture_output=True, text=True)
    assert "agent.host.passthrough.ata" in done.stdout.split()
    assert {"pydantic", "pyudev", "psutil", "asyncio", "subprocess"} & set(done.stdout.split()) == set()
