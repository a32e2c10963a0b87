"""The typefaces: DejaVu, embedded, where the system has it; else those that every PDF reader has."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from fpdf import FPDF

DEJAVU = Path("/usr/share/fonts/truetype/dejavu")
"""Where Debian's package fonts-dejavu-core puts them."""
_FILES = {"sans": "DejaVuSans.ttf", "bold": "DejaVuSans-Bold.ttf", "mono": "DejaVuSansMono.ttf"}
_CORE = {"sans": ("helvetica", ""), "bold": ("helvetica", "B"), "mono": ("courier", "")}
"""The standard fonts of PDF 1.7, section 9.6.2.2, which need no embedding."""
_CODE_PAGE = "windows-1252"
"""What the standard fonts can show: French whole, œ and € included, but no other scripts."""


@dataclass(frozen=True)
class Typeface:
    """How the three faces `sans`, `bold` and `mono` are called in one PDF, and what they can show."""

    names: dict[str, tuple[str, str]]
    """By face: family and style."""
    shows: Callable[[str], bool]
    """Whether all three faces have this character."""
    missing: str
    """Stands in for a character that cannot be shown."""
    _known: dict[str, str] = field(default_factory=dict)

    def harmless(self, text: str) -> str:
        """The text in characters that can be shown. None of them stacks upon or turns round its neighbours."""
        return "".join(map(self._shown, unicodedata.normalize("NFC", text)))

    def _shown(self, char: str) -> str:
        if char not in self._known:
            self._known[char] = self._replaced(char)
        return self._known[char]

    def _replaced(self, char: str) -> str:
        kind = unicodedata.category(char)
        if char.isspace():
            return "\xa0" if char in "\xa0\u202f" else " "
        if kind[0] in "CM":
            return ""
        # Letters that are written from right to left would rearrange what stands beside them.
        if unicodedata.bidirectional(char) in ("R", "AL", "AN"):
            return self.missing
        plain = char if self.shows(char) else _plain(char)
        return plain if plain and all(map(self.shows, plain)) else self.missing


def load(pdf: FPDF, folder: Path = DEJAVU) -> Typeface:
    """Make the typeface known to the PDF: the folder's where all three files can be read, else the standard one."""
    files = {face: folder / name for face, name in _FILES.items()}
    if all(file.is_file() for file in files.values()):
        for face, file in files.items():
            pdf.add_font(f"ordis-{face}", fname=file)
        covered = [set(pdf.fonts[f"ordis-{face}"].cmap) for face in files]  # type: ignore[union-attr]
        common = set.intersection(*covered)
        return Typeface({face: (f"ordis-{face}", "") for face in files}, lambda char: ord(char) in common, "\ufffd")
    pdf.core_fonts_encoding = _CODE_PAGE
    return Typeface(_CORE, _in_code_page, "?")


def _in_code_page(char: str) -> bool:
    try:
        char.encode(_CODE_PAGE)
    except UnicodeEncodeError:
        return False
    return True


def _plain(char: str) -> str:
    """The nearest plain characters: ﬁ as fi, ő as o, ⁄ as /."""
    spelled = unicodedata.normalize("NFKD", char)
    return "".join(part for part in spelled if unicodedata.category(part)[0] not in "CM")
