"""Whether a drive says of itself that it is the one that the kernel has on record. Light: its worker asks as well."""

from typing import Protocol

from agent.model.message import Message, say


class Named(Protocol):
    """Anything that says which drive it is."""

    @property
    def serial(self) -> str | None: ...

    @property
    def model(self) -> str | None: ...

    @property
    def size_bytes(self) -> int | None: ...


def another(known: Named, said: Named) -> Message | None:
    """Why the drive is not the one that the kernel shows; None where nothing contradicts."""
    if said.serial and known.serial:
        if _bare(said.serial) != _bare(known.serial):
            return say(
                "The drive itself gives the serial number {said}, the system gives {known}. "
                "Switch the computer off and on again; if that does not help, erase the drive in another computer.",
                said=said.serial,
                known=known.serial,
            )
    elif said.model and known.model and not _alike(said.model, known.model):
        return say(
            "The drive itself says that it is a {said}, the system says {known}. "
            "Switch the computer off and on again; if that does not help, erase the drive in another computer.",
            said=said.model,
            known=known.model,
        )
    if said.size_bytes and known.size_bytes and said.size_bytes != known.size_bytes:
        return say(
            "The drive itself says that it holds {said:bytes}, the system says {known:bytes}. "
            "Switch the computer off and on again; if that does not help, erase the drive in another computer.",
            said=said.size_bytes,
            known=known.size_bytes,
        )
    return None


def _bare(text: str) -> str:
    """Without what the kernel, udev and the drives themselves write differently."""
    return "".join(char for char in text.casefold() if char.isalnum())


def _alike(one: str, other: str) -> bool:
    """The kernel cuts long models, and puts some makers in front."""
    return _bare(one) in _bare(other) or _bare(other) in _bare(one)
