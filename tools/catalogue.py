"""The sentences of the program and their translations: `catalogue.py update|compile|check`.

update   brings both .po files up to date with the sentences in the code; translations are kept
compile  makes the .mo files, which are not in the repository
check    exits with 1, saying what is wrong, where a translation is missing, unused, unsure or has other {fields}
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "agent" / "locale"
LANGUAGES = ("en", "fr")
SOURCES = ("agent", "workshop")
MARKS = ("say", "_")
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
FIELD = re.compile(r"\{\w+(?::\w+)?\}")
# Without the lines that change at every run (dates, tools): a difference is then a difference of sentences.
HEADER = """\
# The sentences of Ordis. Made by tools/catalogue.py; only msgstr is edited by hand.
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


def po_file(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "ordis.po"


def extracted() -> Catalog:
    """Every sentence marked in the code and the templates."""
    catalog = Catalog()
    keywords: dict[str, tuple[int, ...] | None] = dict.fromkeys(MARKS)
    for source in SOURCES:
        for _name, _line, sentence, _comments, _context in extract_from_dir(
            ROOT / source, METHODS, keywords=keywords, directory_filter=lambda path: "__pycache__" not in path
        ):
            catalog.add(sentence)
    return catalog


def read(language: str) -> Catalog:
    file = po_file(language)
    if not file.exists():
        return Catalog(locale=language)
    with file.open("rb") as stream:
        return read_po(stream, locale=language)


def sentences(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def write(language: str, catalog: Catalog) -> None:
    body = BytesIO()
    write_po(body, catalog, width=110, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    file = po_file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(HEADER.format(language=language) + body.getvalue().decode(), "utf-8")


def update() -> None:
    """Bring the .po files up to date. English says itself where nobody has said it in plainer words."""
    for language in LANGUAGES:
        catalog = read(language)
        # A template each: Babel puts the template's own messages into the catalogue.
        catalog.update(extracted(), no_fuzzy_matching=True)
        for message in sentences(catalog):
            if language == "en" and not message.string:
                message.string = message.id
        write(language, catalog)


def compile_all() -> None:
    """Make the .mo files; a reader never sees half a file."""
    for language in LANGUAGES:
        target = po_file(language).with_suffix(".mo")
        body = BytesIO()
        write_mo(body, read(language))
        half = target.with_suffix(f".{os.getpid()}.new")
        half.write_bytes(body.getvalue())
        half.replace(target)


def complaints() -> Iterator[str]:
    """What is wrong with the catalogues, one line each."""
    wanted = {str(message.id) for message in sentences(extracted())}
    for language in LANGUAGES:
        found = {str(message.id): message for message in sentences(read(language))}
        yield from (f"{language}: missing: {sentence}" for sentence in sorted(wanted - set(found)))
        yield from (f"{language}: unused: {sentence}" for sentence in sorted(set(found) - wanted))
        yield from (f"{language}: {doubt(message)}" for message in found.values() if doubt(message))
    yield from unmarked()


def doubt(message: Message) -> str:
    """What is wrong with one translation; empty where nothing is."""
    if not message.string:
        return f"not translated: {message.id}"
    if message.fuzzy:
        return f"fuzzy: {message.id}"
    if sorted(FIELD.findall(str(message.id))) != sorted(FIELD.findall(str(message.string))):
        return f"other fields: {message.id}"
    return ""


def unmarked() -> Iterator[str]:
    """Calls whose sentence is no literal: it would never be translated."""
    for source in SOURCES:
        for file in sorted((ROOT / source).rglob("*.py")):
            for node in ast.walk(ast.parse(file.read_bytes())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKS:
                    first = node.args[0] if node.args else None
                    if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                        yield f"{file.relative_to(ROOT)}:{node.lineno}: the sentence is no literal"


def main(arguments: list[str]) -> int:
    match arguments:
        case ["update"]:
            update()
        case ["compile"]:
            compile_all()
        case ["check"]:
            found = list(complaints())
            sys.stdout.writelines(f"{line}\n" for line in found)
            return 1 if found else 0
        case _:
            sys.stderr.write(__doc__ or "")
            return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
