"""What the program's own firmware modules make of a drive: asked in the machine of a real kernel's device, and in the
test of the simulated drive itself."""

import errno
from mmap import mmap

from agent.host.passthrough.open import ports
from agent.host.source import Live
from agent.model.ports import NoAnswer, Ports
from agent.model.words import Method, Technique, Transport
from agent.sanitize.drive_firmware import firmware_of
from agent.sanitize.firmware import Erase, NotAccepted
from agent.sanitize.medium import Medium
from agent.sanitize.overwrite import overwrite
from agent.sanitize.pattern import AddressStream
from agent.sanitize.real import RealDrive
from agent.sanitize.verify import Extent, verify

DATA = bytes(range(1, 256)) * 257 + b"!"
"""64 KiB."""
PATTERN = AddressStream(bytes(range(32)))


class Direct(RealDrive):
    """A real drive whose ports are asked for by the transport that we name: over a network none would be offered, and
    an ATA drive without a link of the kernel's would count as one behind a bridge."""

    def __init__(self, path: str, transport: Transport) -> None:
        super().__init__(path, Live(), transport)
        self._found = ports(self.descriptor, transport)

    @property
    def ports(self) -> Ports:
        return self._found


class Teller:
    """One open drive, and the erases that were begun on it."""

    def __init__(self, medium: Medium) -> None:
        self.medium = medium
        firmware = firmware_of(medium)
        assert firmware is not None
        self.firmware = firmware
        self.ways: dict[tuple[str, str], Erase] = {}

    def tell(self, *words: str) -> str:
        """Do what the words say; how it went is told in words, too, which are equal where everything is."""
        try:
            return repr(self._tell(*words))
        except NotAccepted as refused:
            return f"not accepted: {refused.reason}"
        except NoAnswer:
            return "no answer"
        except OSError as error:
            return "error " + errno.errorcode[error.errno or 0]

    def _tell(self, word: str, *more: str) -> object:
        records: list[object] = []
        match word, *more:
            case ("about",):
                return self.firmware.about()
            case ("who",):
                found = self.medium.identity()
                return found.serial, found.model, found.size_bytes
            case "start", technique, method:
                way = self.firmware.erase(Technique(technique), Method(method))
                self.ways[technique, method] = way
                way.start(records.append)
                return records, way.seconds
            case "status", technique, method:
                return self.ways[technique, method].status()
            case ("rescan",):
                self.medium.rescan()
                return self.medium.identity().size_bytes
            case ("reveal",):
                self.firmware.reveal(records.append)
                self.medium.rescan()
                return records, self.medium.identity().size_bytes
            case ("tidy",):
                self.firmware.tidy(records.append)
                return records
        return self._move(word)

    def _move(self, word: str) -> object:
        """Data by the kernel's block layer."""
        match word:
            case "overwrite":
                written = overwrite(self.medium, self.medium.identity().size_bytes, PATTERN, lambda _: None)
                return written.unwritable.items, written.bytes_written, written.flushed
            case "verify":
                size = self.medium.identity().size_bytes
                found = verify(self.medium, size, PATTERN, Extent(), lambda *_: None)
                return found.unreadable.items, found.mismatched.items, found.bytes_verified
            case "write":
                return _written(self.medium)
        raise ValueError(word)


def _written(medium: Medium) -> tuple[int, int, bool]:
    """Bytes written, and read back from the drive and not from a cache, and whether they are the same."""
    with mmap(-1, len(DATA)) as buffer:
        buffer[:] = DATA
        written = medium.write(buffer, len(DATA), 0)
        medium.flush()
        buffer[:] = bytes(len(DATA))
        before = medium.bytes_read()
        medium.read_into(buffer, len(DATA), 0)
        after = medium.bytes_read()
        assert before is not None
        assert after is not None
        return written, after - before, buffer[:] == DATA
