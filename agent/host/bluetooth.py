"""Switching a Bluetooth controller on: it then loads its firmware, resets and answers, which is a test of it.

By the kernel's own interface (HCIDEVUP, HCIDEVDOWN in include/net/bluetooth/hci_sock.h), which needs no other program.
"""

import errno
import fcntl
import socket

_BLUETOOTH, _HCI = 31, 1
"""AF_BLUETOOTH and BTPROTO_HCI; this Python may have been built without their names."""
_UP, _DOWN = 0x400448C9, 0x400448CA
"""_IOW('H', 201, int) and _IOW('H', 202, int)."""


def switch_on(number: int) -> int:
    """Switch controller `hciNUMBER` on, and off again if it was off. 0 where it answered, else the error's number
    (errno): ERFKILL, ETIMEDOUT, EIO … The kernel waits at most ten seconds for each answer. Never raises."""
    try:
        with socket.socket(_BLUETOOTH, socket.SOCK_RAW | socket.SOCK_CLOEXEC, _HCI) as control:
            try:
                fcntl.ioctl(control, _UP, number)
            except OSError as error:
                return 0 if error.errno == errno.EALREADY else error.errno or errno.EIO
            fcntl.ioctl(control, _DOWN, number)
            return 0
    except OSError as error:
        return error.errno or errno.EIO
