"""What setup.cfg promises is true: the dependencies, the version, the files that a wheel must contain."""

import ast
import configparser
import re
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

import agent

ROOT = Path(__file__).parents[2]
CONFIG = configparser.ConfigParser()
CONFIG.read(ROOT / "setup.cfg")
OURS = {"agent", "workshop", "profiles"}


def lines(section: str, option: str) -> list[str]:
    return [line for line in CONFIG[section][option].splitlines() if line]


def normal(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", name)[0]).lower()  # type: ignore[index]


def required(section: str, option: str) -> set[str]:
    return {normal(line) for line in lines(section, option)}


def imports(package: str) -> set[str]:
    """The distributions that a package of ours imports, somewhere."""
    names = set()
    for file in (ROOT / package).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Import):
                names |= {name.name.split(".")[0] for name in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
    installed = packages_distributions()
    return {normal(name) for found in names - OURS for name in installed.get(found, [])}


def test_every_requirement_is_used_and_every_use_is_required() -> None:
    product = required("options", "install_requires")
    assert imports("agent") | imports("profiles") == product
    assert imports("workshop") - product <= required("options.extras_require", "workshop")
    # Jinja2 is asked for by FastAPI's templates and need not be imported by ourselves.
    assert required("options.extras_require", "workshop") - {"jinja2"} <= imports("workshop")


def test_everything_required_is_pinned() -> None:
    pins = [line for line in (ROOT / "constraints.txt").read_text().splitlines() if not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins)
    wanted = required("options", "install_requires") | {"setuptools"}
    for extra in ("workshop", "dev"):
        wanted |= required("options.extras_require", extra)
    assert wanted <= {normal(pin) for pin in pins}


def test_the_changelog_begins_with_this_version() -> None:
    assert re.search(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[1] == agent.__version__


def test_the_licence_is_there() -> None:
    text = (ROOT / "LICENSE").read_text()
    assert "GNU AFFERO GENERAL PUBLIC LICENSE\n                       Version 3, 19 November 2007" in text
    assert CONFIG["metadata"]["license"] == "AGPL-3.0-or-later"


def test_every_module_is_in_a_wheel() -> None:
    patterns = lines("options.packages.find", "include")
    for folder in {file.parent for package in OURS for file in (ROOT / package).rglob("*.py")}:
        name = ".".join(folder.relative_to(ROOT).parts)
        assert any(fnmatch(name, pattern) for pattern in patterns), f"{name} is in no pattern of packages.find"
        assert (folder / "__init__.py").exists(), f"{name} has no __init__.py"


def test_every_data_file_is_in_a_wheel() -> None:
    sources = {".py", ".po", ".pot"}  # translations are compiled into the .mo that a wheel carries
    for package in OURS:
        folder = ROOT / package
        packed = {file for pattern in lines("options.package_data", package) for file in folder.glob(pattern)}
        present = {file for file in folder.rglob("*") if file.is_file() and "__pycache__" not in file.parts}
        assert {file for file in present - packed if file.suffix not in sources} == set()


def test_profiles_styles_and_translations_are_there() -> None:
    assert {file.stem for file in (ROOT / "profiles").glob("*.toml")} >= {"quick", "standard"}
    assert list((ROOT / "agent/tui").glob("*.tcss"))
    assert list((ROOT / "agent/report").glob("*.schema.json"))
    for source in (ROOT / "agent/locale").glob("*/LC_MESSAGES/*.po"):
        assert source.with_suffix(".mo").exists(), "run `make setup`"
    assert {file.parts[-3] for file in (ROOT / "agent/locale").glob("*/LC_MESSAGES/*.po")} >= {"fr"}
