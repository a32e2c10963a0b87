"""Drive models → makers, by families that the makers sell."""

import pytest

from agent.inventory.makers import maker


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("ST500DM002-1BD142", "Seagate"),
        ("MAXTOR STM3320820AS", "Seagate"),
        ("WDC WD10EZEX-08WN4A0", "Western Digital"),
        ("PC SN530 NVMe WDC 512GB", "Western Digital"),
        ("WUH721818ALE6L4", "Western Digital"),
        ("MZVLB512HBJQ-000L7", "Samsung"),
        ("PM991a NVMe Samsung 256GB", "Samsung"),
        ("PC711 NVMe SK hynix 512GB", "SK hynix"),
        ("HFS256G39TND-N210A", "SK hynix"),
        ("THNSN5512GPUK NVMe TOSHIBA 512GB", "Toshiba"),
        ("MK1234GSX", "Toshiba"),
        ("MB0500EBNCR", "HP"),
        ("VK000960GWTHA", "HP"),
        ("KBG40ZNS256G NVMe KIOXIA 256GB", "Kioxia"),
        ("HTS725050A7E630", "HGST"),
        ("HTS545050B9A300", "Hitachi"),
        ("IC25N060ATMR04-0", "Hitachi"),
        ("CA3-8D256-Q11 NVMe SSSTC 256GB", "SSSTC"),
        ("LITEON CV3-CE256", "Lite-On"),
        ("MTFDDAK480TDS", "Micron"),
        ("Micron_5300_MTFDDAK1T9TDS", "Micron"),
        ("CT480BX500SSD1", "Crucial"),
        ("KINGSTON SA400S37480G", "Kingston"),
        ("INTEL SSDSC2BB240G4", "Intel"),
        ("SSDPEKKF256G8L", "Intel"),
        ("APPLE SSD SM0256F", "Apple"),
        ("FUJITSU MHY2250BH", "Fujitsu"),
        ("Force MP510", "Corsair"),
        ("Something nobody knows", None),
        ("", None),
        (None, None),
    ],
)
def test_by_model(model: str | None, name: str | None) -> None:
    assert maker(model) == name


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("ATA", None),
        ("USB", None),
        ("USB 2.0", None),
        ("Generic-", None),
        ("General", "General"),
        ("HP 73.4G", "HP"),
        ("SEAGATE", "Seagate"),
        ("Acme", "Acme"),
    ],
)
def test_by_what_the_drive_says(said: str, name: str | None) -> None:
    assert maker("X100", said) == name
