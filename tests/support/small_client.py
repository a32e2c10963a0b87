"""What the small clients of the served drives have in common: a connection to this computer, read exactly."""

import socket


class Connection:
    """Everything waits for at most five seconds."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=5)

    def close(self) -> None:
        self.socket.close()

    def exactly(self, length: int) -> bytes:
        found = b""
        while len(found) < length:
            part = self.socket.recv(length - len(found))
            if not part:
                raise EOFError
            found += part
        return found

    @property
    def hung_up(self) -> bool:
        """The other side has ended the connection."""
        try:
            while self.socket.recv(65536):
                pass
        except ConnectionError:
            pass
        return True
