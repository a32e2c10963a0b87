"""Nothing that a person reads is missing from the catalogues."""

import ast
import re
from collections.abc import Iterator
from enum import StrEnum

import pytest
from catalogue_tool import catalogue

from agent.model import words as vocabularies
from agent.tui import words


def test_the_catalogues_are_complete() -> None:
    assert list(catalogue.complaints()) == []


def said_within_texts() -> Iterator[tuple[str, str]]:
    """Sentences that are said within an f-string, where the tool that gathers them does not look; with their file."""
    for folder in ("agent", "workshop"):
        for file in (catalogue.ROOT / folder).rglob("*.py"):
            source = file.read_text()
            if re.search(r"""f["'].*\{.*\bsay\(""", source) is None:
                continue
            texts = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.JoinedStr))
            for call in (part for text in texts for part in ast.walk(text) if isinstance(part, ast.Call)):
                if isinstance(call.func, ast.Name) and call.func.id == "say" and isinstance(call.args[0], ast.Constant):
                    yield file.name, str(call.args[0].value)


def test_no_sentence_hides_within_a_text() -> None:
    known = {message.id for message in catalogue.read("fr")}
    assert [each for each in said_within_texts() if each[1] not in known] == []


def test_every_word_of_the_closed_vocabularies_is_listed() -> None:
    enums = [each for each in vars(vocabularies).values() if isinstance(each, type) and issubclass(each, StrEnum)]
    listed = {word.text for word in words.WORDS}
    assert {str(value) for enum in enums if enum is not StrEnum for value in enum} <= listed


@pytest.fixture
def scratch(tmp_path, monkeypatch: pytest.MonkeyPatch):
    """A small program with catalogues of its own."""
    monkeypatch.setattr(catalogue, "ROOT", tmp_path)
    monkeypatch.setattr(catalogue, "LOCALE", tmp_path / "agent" / "locale")
    (tmp_path / "agent").mkdir()
    (tmp_path / "workshop" / "templates").mkdir(parents=True)
    (tmp_path / "agent" / "a.py").write_text(
        'say("Erased {size:bytes} "\n    "in {time:duration}.", size=1)\n_("Bye")\n'
    )
    (tmp_path / "workshop" / "templates" / "p.html").write_text("<p>{{ _('Reports') }}</p>")
    catalogue.update()
    return tmp_path


def translate(sentence: str, translation: str) -> None:
    french = catalogue.read("fr")
    french[sentence].string = translation
    catalogue.write("fr", french)


def all_translated() -> None:
    translate("Erased {size:bytes} in {time:duration}.", "{size:bytes} effacés en {time:duration}.")
    translate("Bye", "Au revoir")
    translate("Reports", "Rapports")


def test_sentences_are_found_in_code_and_templates(scratch) -> None:
    assert sorted(catalogue.complaints()) == [
        "fr: not translated: Bye",
        "fr: not translated: Erased {size:bytes} in {time:duration}.",
        "fr: not translated: Reports",
    ]
    all_translated()
    assert list(catalogue.complaints()) == []


def test_an_update_keeps_translations_and_changes_nothing_else(scratch) -> None:
    all_translated()
    before = catalogue.po_file("fr").read_bytes()
    catalogue.update()
    assert catalogue.po_file("fr").read_bytes() == before
    assert b"a.py" not in before


def test_what_is_wrong_is_said(scratch) -> None:
    all_translated()
    translate("Erased {size:bytes} in {time:duration}.", "{size} effacés.")
    (scratch / "agent" / "a.py").write_text('say("Erased {size:bytes} in {time:duration}.")\n_("New")\nsay(text)\n')
    assert sorted(catalogue.complaints()) == [
        "agent/a.py:3: the sentence is no literal",
        "en: missing: New",
        "en: unused: Bye",
        "fr: missing: New",
        "fr: other fields: Erased {size:bytes} in {time:duration}.",
        "fr: unused: Bye",
    ]
    assert catalogue.main(["check"]) == 1


def test_a_fuzzy_translation_is_not_good_enough(scratch) -> None:
    all_translated()
    file = catalogue.po_file("fr")
    file.write_text(file.read_text().replace('msgid "Bye"', '#, fuzzy\nmsgid "Bye"'))
    assert list(catalogue.complaints()) == ["fr: fuzzy: Bye"]


def test_a_compiled_catalogue_translates(scratch) -> None:
    import gettext

    all_translated()
    assert catalogue.main(["compile"]) == 0
    french = gettext.translation("ordis", catalogue.LOCALE, ["fr"])
    assert french.gettext("Bye") == "Au revoir"
    assert gettext.translation("ordis", catalogue.LOCALE, ["en"]).gettext("Bye") == "Bye"


def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert catalogue.main([]) == 2
    assert "update|compile|check" in capsys.readouterr().err
