"""Who made a drive, told from its model: most drives do not say it themselves."""

import re

# How model names begin, for the makers of drives that donated computers hold. First match wins.
_BY_MODEL = (
    (r"wdc?\b|wd[a-z]{1,2}s?\d|wd\d{4}|wu[hs]\d|western digital", "Western Digital"),
    (r"st\d{2,}|seagate|maxtor stm|oem st", "Seagate"),
    (r"samsung|mz[-\d]?[a-z0-9]{5}|hd\d{3}[a-z]{2}\b|hm\d{3}[a-z]{2}\b|sp\d{4}", "Samsung"),
    (r"toshiba|mk\d{4}|mq0\d|dt01|thns|kxg|kbg|ksg|hdw", "Toshiba"),
    (r"kioxia|k[cxp][dm]\d", "Kioxia"),
    (r"hgst|hus[a-z]*\d|huh\d|hts\d{6}.*e63|hcc", "HGST"),
    (r"hitachi|hts\d|hds\d|hua\d|hdt\d|hdp\d|ic\d{2}[ln]", "Hitachi"),
    (r"intel|ssdsc|ssdpe|ssdpf|ssdsa", "Intel"),
    (r"crucial|ct\d{3,4}[a-z]", "Crucial"),
    (r"micron|mtfd", "Micron"),
    (r"kingston|skc\d|suv\d|sa400|snv|om[a-z]p|rbusns", "Kingston"),
    (r"sandisk|sdss|sd[6-9][a-z]", "SanDisk"),
    (r"sk ?hynix|hfs\d|hfm\d|hynix|skhynix", "SK hynix"),
    (r"lite-?on|plds|cv\d-|ca\d-|lmt-", "Lite-On"),
    (r"ocz", "OCZ"),
    (r"transcend|ts\d+g", "Transcend"),
    (r"corsair|force ", "Corsair"),
    (r"plextor|px-", "Plextor"),
    (r"adata|ads|imsx", "ADATA"),
    (r"fujitsu|m[ahjpbv][a-z]\d{4}", "Fujitsu"),
    (r"maxtor", "Maxtor"),
    (r"quantum", "Quantum"),
    (r"excelstor", "ExcelStor"),
    (r"apple", "Apple"),
    (r"patriot", "Patriot"),
    (r"pny", "PNY"),
    (r"emtec", "Emtec"),
    (r"union memory|umis|rpj|rpe", "Union Memory"),
    (r"phison", "Phison"),
    (r"gigabyte", "Gigabyte"),
    (r"lexar", "Lexar"),
    (r"silicon power|spcc", "Silicon Power"),
    (r"team", "Team Group"),
    (r"verbatim", "Verbatim"),
)
_MODELS = tuple((re.compile(pattern, re.IGNORECASE), maker) for pattern, maker in _BY_MODEL)


def maker(model: str | None, said: str | None = None) -> str | None:
    """The maker from the model; else what the drive says itself, unless that names a kind of bus ("ATA", "USB")."""
    for pattern, name in _MODELS:
        if pattern.match(model or ""):
            return name
    return None if said is None or said.upper() in ("ATA", "USB", "NVME", "GENERIC", "DISK") else said
