"""Tracking by the firmware, as the makers' drivers show it."""

import pytest
from fake_tree import Tree
from hypothesis import given
from hypothesis import strategies as st

from agent.inventory import firmware_locks
from agent.model.inventory import FirmwareLock

CLASS = "/sys/class/firmware-attributes"


def setting(tree: Tree, driver: str, name: str, value: str) -> None:
    tree.file(f"{CLASS}/{driver}/attributes/{name}/current_value", value)


@pytest.mark.parametrize(
    ("driver", "name", "value", "active"),
    [
        ("dell-wmi-sysman", "Computrace", "Activate", True),
        ("dell-wmi-sysman", "Computrace", "Deactivate", False),
        ("dell-wmi-sysman", "Absolute", "Enabled", None),
        ("dell-wmi-sysman", "Absolute", "PermanentlyDisabled", False),
        ("thinklmi", "ComputraceModuleActivation", "Enable", None),
        ("thinklmi", "AbsolutePersistenceModuleActivation", "Disable", False),
        ("hp-bioscfg", "Absolute Persistence Module Current State", "Active", True),
        ("hp-bioscfg", "Absolute Persistence Module Current State", "Inactive", False),
        ("hp-bioscfg", "Absolute Persistence Module Current State", "", None),
    ],
)
def test_settings(tree: Tree, driver: str, name: str, value: str, *, active: bool | None) -> None:
    setting(tree, driver, name, value)
    setting(tree, driver, "SecureBoot", "Enabled")
    assert firmware_locks.read(tree) == [FirmwareLock(kind="absolute", active=active, source=f"{driver}: {name}")]


@pytest.mark.parametrize(("state", "active"), [("Inactive", False), ("Active", True), ("?", None)])
def test_what_it_is_now_decides(tree: Tree, state: str, *, active: bool | None) -> None:
    setting(tree, "hp-bioscfg", "Absolute Persistence Module Allowed", "Enable")
    setting(tree, "hp-bioscfg", "Absolute Persistence Module Current State", state)
    setting(tree, "hp-bioscfg", "Permanent Disable Absolute Persistence Module Set Once", "No")
    assert [lock.active for lock in firmware_locks.read(tree)] == [active]


def test_one_that_is_allowed_is_not_excused_by_another_that_is_off(tree: Tree) -> None:
    setting(tree, "thinklmi", "AbsoluteA", "Disable")
    setting(tree, "thinklmi", "AbsoluteB", "Enable")
    assert [lock.active for lock in firmware_locks.read(tree)] == [None]


def test_no_such_setting(tree: Tree) -> None:
    setting(tree, "thinklmi", "SecureBoot", "Enable")
    setting(tree, "hp-bioscfg", "Permanent Disable Absolute Persistence Module Set Once", "No")
    assert firmware_locks.read(tree) == []


def test_a_setting_that_cannot_be_read_is_there_all_the_same(tree: Tree) -> None:
    tree.folder(f"{CLASS}/thinklmi/attributes/ComputraceModuleActivation")
    assert [lock.active for lock in firmware_locks.read(tree)] == [None]


@given(st.none() | st.text())
def test_only_plain_words_are_believed(value: str | None) -> None:
    letters = "".join(char for char in (value or "").lower() if char.isalpha())
    told = firmware_locks.active(value)
    assert told is None or letters.startswith(("activ", "in", "not", "de", "dis", "perm"))
