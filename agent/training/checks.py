"""The process of a check in training: as agent.checks, but for what would watch, listen, sound or send."""

from collections.abc import Mapping

from agent.checks import __main__ as child
from agent.checks import bluetooth, camera, sound, wifi
from agent.checks.base import Bench, Check
from agent.model.check import CheckResult
from agent.training import senses


def _camera(bench: Bench) -> CheckResult:
    return camera.check(bench, take=senses.frame)


def _sound(bench: Bench) -> CheckResult:
    return sound.check(bench, senses.listen, senses.plugged, senses.turned_up)


def _wifi(bench: Bench) -> CheckResult:
    return wifi.check(bench, senses.look_around, senses.switched_on)


def _bluetooth(bench: Bench) -> CheckResult:
    return bluetooth.check(bench, senses.switch_on, senses.switched_on)


PLAYED: Mapping[str, Check] = {
    camera.ID: _camera,
    sound.ID: _sound,
    wifi.ID: _wifi,
    bluetooth.ID: _bluetooth,
}

if __name__ == "__main__":
    child.main(PLAYED)
