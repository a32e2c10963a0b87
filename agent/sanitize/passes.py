"""The sets of overwrite passes: data, for donors whose contract asks for more than one pass. Light: no pydantic.

One pass is enough for the level *clear* (NIST SP 800-88 Rev. 2), and no set reaches more than *clear*: more passes
cost hours and prove nothing more. Each pass is `zero`, `random`, or the bytes in hexadecimal that are repeated over the
whole drive (see sanitize.pattern).

Only the last pass is read back, so it decides what is proved. Where it is one repeated value, a drive that stores two
addresses in one place (fake capacity) reads back perfectly; only `random`, whose every block depends on its address,
shows that. So wherever the pattern `random` is asked for and the set ends otherwise, one random pass is added.

The passes stand in the order in which they are written. Gutmann's paper shuffles its 27 fixed ones against somebody who
knows the order; that protected the recording codes of the 1990s, and a fixed order can be resumed.
"""

from types import MappingProxyType

from agent.model.words import PassSet, Pattern

PASSES = MappingProxyType(
    {
        # The pattern of the request, once: zeros or the random stream.
        PassSet.SINGLE: (),
        # US DoD 5220.22-M (NISPOM, January 1995), clearing and sanitization matrix, methods d and e: a character, its
        # complement, then a random one; sold as "DoD 5220.22-M (E)". A random stream stands for the random character.
        PassSet.DOD: ("zero", "ff", "random"),
        # German BSI, VSITR (guidelines for classified matter in information technology): six passes of alternating
        # bits, then 10101010. The later BSI-GS asks for one random pass: that is `random`.
        PassSet.VSITR: ("zero", "ff", "zero", "ff", "zero", "ff", "aa"),
        # P. Gutmann, "Secure Deletion of Data from Magnetic and Solid-State Memory", USENIX Security 1996, table of
        # section 3. Its epilogue says that no drive of today needs it.
        PassSet.GUTMANN: (
            *("random",) * 4,
            *("55", "aa"),
            *("924924", "492492", "249249"),
            *("zero", "11", "22", "33", "44", "55", "66", "77", "88", "99", "aa", "bb", "cc", "dd", "ee", "ff"),
            *("924924", "492492", "249249"),
            *("6db6db", "b6db6d", "db6db6"),
            *("random",) * 4,
        ),
    }
)  # fmt: skip


def passes(pattern: Pattern, chosen: PassSet = PassSet.SINGLE) -> tuple[str, ...]:
    """What an overwrite writes, in order."""
    names = PASSES[chosen]
    if not names or (pattern is Pattern.RANDOM and names[-1] != Pattern.RANDOM):
        return (*names, pattern.value)
    return names
