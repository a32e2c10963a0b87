"""What a processor was made for, from the name that it gives itself: the letters around its number are the makers' own.

Intel: "Intel Processor Names, Numbers and Generation List"; AMD: "AMD Processor Naming". Names that stand in machines
of every kind (Celeron J, Atom D, AMD E) say nothing here.
"""

import re
from enum import Enum, auto

from agent.inventory.dmidecode import Record


class ProcessorKind(Enum):
    MOBILE = auto()
    """For machines with a battery; makers of small and flat computers buy it, too."""
    NETBOOK = auto()
    """A mobile one that stood in netbooks and in hardly anything else."""
    DESKTOP = auto()
    """For a socket on the board of a desktop or a workstation."""
    SERVER = auto()
    """Of the families that are sold for servers."""


_Row = tuple[ProcessorKind, str]
# The first that fits counts.
_KINDS: tuple[_Row, ...] = (
    (ProcessorKind.SERVER, r"xeon (?:platinum|gold|silver|bronze|e7)|\bepyc\b|opteron (?:processor )?\d{4}\b"),
    (ProcessorKind.DESKTOP, r"\bxeon\b(?!.*\d{4}m)|threadripper"),
    # Core i with a letter of mobile use: U, Y, M, H, P, G1 to G7; "i5 CPU M 520" and "i7 CPU Q 720" of the first ones.
    (ProcessorKind.MOBILE, r"\bi[3579]-?\d{3,5}(?:um?|ue|y|[qx]?m[qx]?|lm|h[qksx]?|n?g[1-7])\b"),
    # P is a notebook's since the twelfth generation; before, it was a desktop's without graphics.
    (ProcessorKind.MOBILE, r"\bi[3579]-1[2-4]\d{2,3}p\b"),
    (ProcessorKind.MOBILE, r"\bi[3579]-(?:\dy\d\d|n\d{3})\b|\bi[357] cpu [muql] ?\d{3}\b|\bm[357]?-\d[y\d]\w{2,3}\b"),
    (ProcessorKind.MOBILE, r"\bultra [579] \d{3}[uhv]\b|\bcore [3579] \d{3}[uh]\b|\bxeon e-\d{4}m\b|\bmobile\b"),
    # Core 2, Pentium and Celeron: T, P, L, U, SU before the number (some firmware cuts it off); M, U, Y behind it.
    (ProcessorKind.MOBILE, r"\b(?:core2?|pentium|celeron|genuine intel)\b.* (?:[tplu]|s[plu])\d{1,4}\b"),
    (ProcessorKind.MOBILE, r"\b(?:pentium|celeron)\b.* (?:\d{3,4}(?:ue?|y|m)|b\d{3})\b|\b(?:pentium|celeron) m\b"),
    # Atom N stood in netbooks, Atom Z and x5 in tablets; Celeron and Pentium N, and Processor N, followed them.
    (ProcessorKind.NETBOOK, r"\batom (?:cpu )?n\d{3}\b"),
    (ProcessorKind.MOBILE, r"\batom (?:cpu )?(?:n\d{4}|z\d{3,4}\w?|x[57]-\w+)\b"),
    (ProcessorKind.MOBILE, r"\b(?:intel|cpu|celeron|silver) n\d{3,4}\b"),
    # AMD: Turion, Neo, and the letters M, P, U, H behind the number.
    (ProcessorKind.MOBILE, r"\bturion|\bneo\b|\bathlon .*\b(?:(?:tk|ql)-\d\d|\d{4}u\b)|\bii .*\b[npvq]\d{3}\b"),
    (ProcessorKind.MOBILE, r"\b(?:a\d+|fx|pro a\d+)-\d{4}[mpu]x?\b|\bc-\d\d\b|\bsempron (?:m|si)-?\d\d"),
    (ProcessorKind.MOBILE, r"\bryzen .*\d{4}(?:u|hs?|hx|c)\b|\bryzen ai\b"),
    (ProcessorKind.DESKTOP, r"\bi[3579]-\d{3,5}(?:k[fs]?|[stfrcxp]|te|xe)?\b|\bi[357] cpu (?:x ?)?\d{3}\b"),
    (ProcessorKind.DESKTOP, r"\b(?:core2?|pentium|celeron)\b.* (?:g\d{3,4}[te]?|q?[eqx]\d{4}[st]?)\b|\bultra .*2\d5"),
    (ProcessorKind.DESKTOP, r"\bcore2 (?:quad|extreme)|\bpentium (?:d|4|ii|iii)\b|\bfx-\d{4}\b|\ba\d+-\d{4}k\b"),
    (ProcessorKind.DESKTOP, r"\bphenom|\bathlon|\bryzen \d .*\d{4}"),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_NOISE = re.compile(r"\((?:r|tm)\)|\bprocessor\b", re.IGNORECASE)
_LONGEST = 200


def processor_kind(processor: Record) -> ProcessorKind | None:
    """From the record of SMBIOS type 4 (DSP0134, 7.5; the name stands in "Version"); None where it says nothing."""
    name = " ".join(_NOISE.sub("", (processor.get("Version") or "")[:_LONGEST]).lower().split())
    return next((kind for kind, pattern in _PATTERNS if pattern.search(name)), None)
