"""One question to a TPM 2.0: is your self-test passed?

TCG TPM 2.0 Library, part 3 "Commands": TPM2_SelfTest (10.2) and TPM2_GetTestResult (10.4); both change nothing.
"""

import os
import select
import struct

DEVICE = "/dev/tpmrm0"
"""The kernel's resource manager, which several programs may use at once."""
_NO_SESSIONS = 0x8001
_SELF_TEST, _TEST_RESULT = 0x143, 0x17C
_SUCCESS, _TESTING = 0x000, 0x90A
_SECONDS = 10
"""For each answer; the slowest self-tests take some seconds."""
_ANSWER_BYTES = 4096


def self_test(path: str = DEVICE) -> int | None:
    """The response code that the TPM gives as the result of its self-test: 0 where it passed. None where it could not
    be asked or has not finished. Never raises."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        # Only what has not been tested yet. Its own answer counts too: a TPM that failed says so here already.
        code, _ = _ask(descriptor, struct.pack(">HIIB", _NO_SESSIONS, 11, _SELF_TEST, 0))
        if code not in (_SUCCESS, _TESTING):
            return code
        code, rest = _ask(descriptor, struct.pack(">HII", _NO_SESSIONS, 10, _TEST_RESULT))
        return code or _result(rest)
    except (OSError, struct.error):
        return None
    finally:
        os.close(descriptor)


def _ask(descriptor: int, command: bytes) -> tuple[int, bytes]:
    os.write(descriptor, command)
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    if not waiting.poll(_SECONDS * 1000):
        raise TimeoutError("tpm")
    answer = os.read(descriptor, _ANSWER_BYTES)
    _, size, code = struct.unpack_from(">HII", answer)
    if size != len(answer):
        raise OSError("tpm: an answer of another length than it says")
    return code, answer[10:]


def _result(rest: bytes) -> int | None:
    """Behind the maker's own data (its length goes before) stands the result."""
    (length,) = struct.unpack_from(">H", rest)
    (code,) = struct.unpack_from(">I", rest, 2 + length)
    return None if code == _TESTING else int(code)
