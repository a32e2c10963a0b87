"""A network to practise with: a cable that can be plugged in only in thought, and three wireless networks. Nothing of
the real computer is looked at or changed."""

from agent.model.care import Radio, RadioNetwork, Security, WiredCard
from agent.model.message import say
from agent.stick.wireless import NotJoined, checked

PASSWORD = "bienvenue"  # noqa: S105 - of a network that does not exist, told on the screen
_AROUND = (
    ("Atelier (entraînement)", 82, Security.PASSWORD),
    ("Salle des fêtes (entraînement)", 55, Security.OPEN),
    ("Voisin (entraînement)", 23, Security.PASSWORD),
)
_FIRST, _OPEN = (name.encode()[:32] for name, _, _ in _AROUND[:2])


class SimulatedNet:
    """Satisfies model.care.Net."""

    def __init__(self) -> None:
        self._joined: bytes | None = None

    def wired(self) -> list[WiredCard]:
        return [WiredCard(name="enp0s25", plugged=False)]

    def radio(self) -> Radio:
        return Radio.READY

    def networks(self, *, again: bool) -> list[RadioNetwork]:  # noqa: ARG002 - the same at every look
        found = []
        for name, signal, kind in _AROUND:
            key = name.encode()[:32]
            shown = key.decode("utf-8", "ignore")
            joined = key == self._joined
            found.append(RadioNetwork(key=key.hex(), name=shown, signal_percent=signal, security=kind, joined=joined))
        return found

    def join(self, name: bytes, password: str | None, *, hidden: bool) -> None:
        checked(password)
        if hidden or name not in (_FIRST, _OPEN):
            raise NotJoined(
                say("The network did not accept the password."),
                say("In training this network takes none: it is somebody else's."),
            )
        if name == _FIRST and password != PASSWORD:
            raise NotJoined(
                say("The network did not accept the password."),
                say("In training the password of the first network is “{password}”.", password=PASSWORD),
            )
        self._joined = name
