"""What a display's description says, on descriptions of our own making: one for each way of saying it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_edid import base, cta, data_block, display_id, monitor, summed, text, timing, type_one

from agent.inventory.displays.edid import Edid, parse

HDMI = bytes.fromhex("030c00")


def read(data: bytes) -> Edid:
    found = parse(data)
    assert found is not None
    return found


def pixels(data: bytes) -> tuple[int | None, int | None]:
    found = read(data)
    return found.width_px, found.height_px


def size(data: bytes) -> tuple[int | None, int | None]:
    found = read(data)
    return found.width_mm, found.height_mm


def test_a_monitor() -> None:
    full_hd = timing(1920, 1080, (478, 269))
    found = read(monitor(full_hd, text(0xFF, "H4ZK700123"), text(0xFC, "DELL U2412M"), number=77, year=2019))
    assert (found.manufacturer, found.product, found.name) == ("DEL", 0x1742, "DELL U2412M")
    assert (found.width_px, found.height_px, found.diagonal_inches) == (1920, 1080, 21.6)
    assert (found.serial, found.year) == ("H4ZK700123", 2019)


class TestName:
    def test_a_panel_says_its_type_in_its_last_free_text(self) -> None:
        assert read(monitor(text(0xFE, "LG Display"), text(0xFE, "LP156WH4-TLA1"))).name == "LP156WH4-TLA1"

    def test_a_makers_name_is_no_type(self) -> None:
        assert read(monitor(text(0xFE, "AUO"))).name is None

    def test_a_laptop_makers_code_stands_before_the_type(self) -> None:
        assert read(monitor(text(0xFE, b"VHTYW\x81LQ134R1"))).name == "LQ134R1"

    def test_text_that_is_none(self) -> None:
        assert read(monitor(text(0xFE, b"VM8 R\x80156"))).name is None

    def test_the_products_name_comes_before_free_text(self) -> None:
        assert read(monitor(text(0xFE, "M215HW01"), text(0xFC, "L2151ws"), text(0xFC, " "))).name == "L2151ws"


class TestSerial:
    def test_the_number_where_there_is_no_text(self) -> None:
        assert read(monitor(number=810373715)).serial == "810373715"

    @pytest.mark.parametrize("serial", ["0000000000000", "0000000000001", "0000000000123", "123456789", " "])
    def test_placeholders_in_the_text(self, serial: str) -> None:
        assert read(monitor(text(0xFF, serial), number=810373715)).serial == "810373715"

    @pytest.mark.parametrize("number", [0, 1, 0x01010101, 0xFFFFFFFF, 0x5445])
    def test_placeholders(self, number: int) -> None:
        assert read(monitor(text(0xFF, "0000000000000"), number=number)).serial is None


def test_the_year() -> None:
    assert read(monitor(week=255, year=2013)).year == 2013
    assert read(monitor(year=1990)).year is None


def test_letters_that_are_none() -> None:
    assert read(monitor(maker="MS_")).manufacturer == "MS_"
    assert read(monitor(maker="@@@")).manufacturer is None


class TestNative:
    def test_interlaced_lines_are_counted_whole(self) -> None:
        assert pixels(monitor(timing(1920, 540, interlaced=True))) == (1920, 1080)

    def test_a_portrait_panel(self) -> None:
        tablet = monitor(timing(800, 1280, (135, 216)), cm=(14, 22))
        assert (pixels(tablet), size(tablet)) == ((800, 1280), (135, 216))

    def test_a_television_accepts_more_than_it_has(self) -> None:
        videos = bytes([0x43, 0x90, 31, 97])  # 1080p (marked native), 1080p at 50 Hz, 2160p
        data = monitor(timing(1366, 768), extensions=(cta(timing(1920, 1080), blocks=videos),), revision=3)
        assert pixels(data) == (1366, 768)

    def test_the_first_block_says_that_its_first_timing_is_not_native(self) -> None:
        data = monitor(timing(1280, 800), timing(2560, 1600), first_is_native=False, revision=3)
        assert pixels(data) == (2560, 1600)

    def test_a_wide_screen_that_starts_split(self) -> None:
        assert pixels(monitor(timing(1720, 1440), extensions=(cta(timing(3440, 1440)),))) == (3440, 1440)

    def test_what_displayid_prefers(self) -> None:
        timings = data_block(0x03, type_one(1280, 720) + type_one(2560, 1440, preferred=True))
        assert pixels(monitor(extensions=(display_id(timings),))) == (2560, 1440)

    def test_what_displayid_only_offers(self) -> None:
        assert pixels(monitor(extensions=(display_id(data_block(0x03, type_one(2560, 1440))),))) == (1920, 1080)

    def test_wider_than_the_first_block_can_say(self) -> None:
        data = monitor(timing(3840, 1080), extensions=(display_id(data_block(0x03, type_one(5120, 1440))),))
        assert pixels(data) == (5120, 1440)

    def test_the_same_in_a_cta_block(self) -> None:
        seven = bytes([0xE0 | 22, 0x22, 0]) + type_one(5120, 2160, preferred=True)
        assert pixels(monitor(timing(3840, 2160), extensions=(cta(blocks=seven),))) == (5120, 2160)
        coloured = bytes([0xE0 | 22, 0x22, 0]) + type_one(3840, 2160, preferred=True)
        assert pixels(monitor(timing(1920, 1080), extensions=(cta(blocks=coloured),))) == (1920, 1080)

    @pytest.mark.parametrize("tag", [0x01, 0x21])
    def test_displayid_names_the_pixels(self, tag: int) -> None:
        parameters = data_block(tag, bytes.fromhex("b80b6c07 400b 0807 00000000"))
        assert pixels(monitor(extensions=(display_id(parameters),))) == (2880, 1800)

    @pytest.mark.parametrize("tag", [0x12, 0x28])
    def test_a_panel_in_two_tiles(self, tag: int) -> None:
        tile = (2559).to_bytes(2, "little") + (2879).to_bytes(2, "little")
        tiles = data_block(tag, bytes([0x80, 0x10, 0x00, 0x00]) + tile + bytes(13))
        data = monitor(timing(3840, 2160), extensions=(display_id(tiles),))
        assert pixels(data) == (5120, 2880)
        assert read(data).tiled

    def test_no_timing_in_the_first_block(self) -> None:
        name = text(0xFC, "TV")
        assert pixels(monitor(name, extensions=(cta(timing(1360, 768), timing(1920, 1080)),))) == (1360, 768)
        assert pixels(monitor(name, extensions=(cta(blocks=bytes([0x42, 4, 0x90])),))) == (1920, 1080)
        assert pixels(monitor(name, extensions=(cta(blocks=bytes([0x43, 5, 4, 16])),))) == (1280, 720)

    def test_an_old_tube(self) -> None:
        more = bytes([0, 0, 0, 0xFA, 0, 0xD1, 0x40, *b"\1\1" * 5, 0x0A])  # 1920, 4:3
        name = text(0xFC, "G90f")
        assert pixels(monitor(name, established=b"\x24\x21\x80", revision=3)) == (1280, 1024)
        assert pixels(monitor(name, established=b"\x24\x20\x80", revision=3)) == (1152, 870)
        assert pixels(monitor(name, standard=b"\xa9\x40\x81\x80" + b"\1\1" * 6, revision=3)) == (1600, 1200)
        assert pixels(monitor(name, more, standard=b"\xa9\x40" + b"\1\1" * 7, revision=3)) == (1920, 1440)

    def test_nothing_at_all(self) -> None:
        assert pixels(monitor(text(0xFC, "nothing"))) == (None, None)

    def test_pictures_of_no_height(self) -> None:
        assert pixels(monitor(timing(1920, 0), timing(1280, 1024))) == (1280, 1024)


class TestExtensions:
    FULL = display_id(data_block(0x03, type_one(2560, 1440, preferred=True)))

    def test_not_more_than_announced(self) -> None:
        assert pixels(monitor() + self.FULL) == (1920, 1080)

    def test_a_wrong_checksum(self) -> None:
        broken = self.FULL[:-1] + bytes([self.FULL[-1] ^ 1])
        assert pixels(monitor(extensions=(broken,))) == (1920, 1080)

    def test_fewer_than_announced(self) -> None:
        assert pixels(monitor(extensions=(self.FULL,))[:200]) == (1920, 1080)

    def test_hdmi_announces_more(self) -> None:
        first = cta(blocks=bytes([0xE2, 0x78, 2]))
        assert pixels(monitor(extensions=(first,)) + self.FULL) == (2560, 1440)


class TestSize:
    def test_millimetres_are_the_exact_form(self) -> None:
        assert size(monitor(timing(1920, 1080, (531, 299)), cm=(53, 30))) == (531, 299)

    def test_millimetres_of_another_product(self) -> None:
        assert size(monitor(timing(1920, 1080, (708, 398)), cm=(115, 65))) == (1150, 650)
        assert size(monitor(timing(1920, 1080, (16, 9)), cm=(48, 27))) == (480, 270)

    def test_centimetres_that_cannot_have_the_shape(self) -> None:
        assert size(monitor(timing(1680, 1050, (474, 296)), cm=(49, 32))) == (474, 296)

    def test_but_not_for_millimetres_far_from_them(self) -> None:
        assert size(monitor(timing(1366, 768, (344, 194)), cm=(40, 25))) == (400, 250)

    @pytest.mark.parametrize("cm", [(16, 9), (16, 10), (160, 90), (160, 100)])
    def test_a_ratio_is_no_size(self, cm: tuple[int, int]) -> None:
        assert size(monitor(timing(1920, 1080, (cm[0] * 10, cm[1] * 10)), cm=cm)) == (None, None)

    def test_a_small_screen_that_is_no_ratio(self) -> None:
        assert size(monitor(timing(1024, 600, (154, 90)), cm=(16, 9))) == (154, 90)

    def test_a_ratio_in_the_place_of_the_height(self) -> None:
        assert size(monitor(timing(1920, 1080, (344, 193)), cm=(79, 0))) == (344, 193)
        assert size(monitor(timing(1920, 1080, (500, 193)), cm=(79, 0))) == (None, None)
        assert size(monitor(timing(1920, 1080, (344, 193)), cm=(79, 0), revision=3)) == (None, None)

    def test_a_projector(self) -> None:
        assert size(monitor(timing(1920, 1080), cm=(0, 0))) == (None, None)
        assert size(monitor(timing(1920, 1080, (708, 398)), cm=(0, 0))) == (None, None)
        assert read(monitor(cm=(0, 0))).diagonal_inches is None

    @pytest.mark.parametrize(
        ("flags", "mm"),
        [
            ("2008", (None, None)),  # a ratio
            ("a0ffff08", (None, None)),  # behind two latencies
            ("e0ffffffff08", (None, None)),  # behind four
            ("2010", (1440, 810)),  # centimetres
            ("2018", (1440, 810)),  # five of them would be 7.2 m, which the timing's are not
            ("0008", (1440, 810)),  # a byte that is not announced
            ("20", (1440, 810)),  # announced, and cut off
            ("e0ffff", (1440, 810)),
        ],
    )
    def test_hdmi_says_what_the_numbers_mean(self, flags: str, mm: tuple[int | None, int | None]) -> None:
        payload = HDMI + bytes.fromhex("10000000") + bytes.fromhex(flags)
        block = cta(blocks=bytes([0x60 | len(payload)]) + payload)
        assert size(monitor(timing(1920, 1080, (1440, 810)), cm=(144, 81), extensions=(block,))) == mm

    def test_a_wall_is_measured_in_five_centimetres(self) -> None:
        payload = HDMI + bytes.fromhex("10000000 2018")
        block = cta(blocks=bytes([0x60 | len(payload)]) + payload)
        assert size(monitor(timing(1920, 1080), cm=(40, 23), extensions=(block,))) == (2000, 1150)


class TestDamage:
    def test_what_is_no_description(self) -> None:
        good = monitor()
        assert parse(b"") is None
        assert parse(good[:127]) is None
        assert parse(bytes(128)) is None
        assert parse(b"\1\1\1" + good[3:]) is None

    def test_two_wrong_bytes_of_the_header_are_put_right(self) -> None:
        assert read(b"\1\1" + monitor()[2:]) == read(monitor())

    def test_one_wrong_bit_leaves_what_fits_each_other(self) -> None:
        parts = timing(1920, 1080, (478, 269)), text(0xFC, "U2412M"), text(0xFF, "H4ZK700123")
        good = monitor(*parts, number=810373715)
        found = read(good[:13] + bytes([good[13] ^ 1]) + good[14:])
        assert (found.manufacturer, found.diagonal_inches, found.width_px) == ("DEL", 21.6, 1920)
        assert (found.name, found.product, found.serial, found.year) == (None, None, None, None)

    def test_a_wrong_checksum_where_nothing_fits(self) -> None:
        good = monitor()
        assert parse(good[:21] + b"\x90" + good[22:]) is None  # 144 cm x 27 cm
        assert parse(good[:18] + b"\2" + good[19:]) is None
        assert parse(summed(base())[:-1] + b"\0") is None  # no timing
        assert parse(good[:9] + b"\xff" + good[10:]) is None  # letters of nobody


def sane(found: Edid | None) -> None:
    if found is None:
        return
    assert found.manufacturer is None or len(found.manufacturer) == 3
    assert found.name is None or (found.name.isprintable() and found.name.isascii())
    assert found.serial is None or found.serial.isprintable()
    assert found.year is None or 1994 <= found.year <= 2245
    assert (found.width_px is None) == (found.height_px is None)
    assert 100 <= (found.width_px or 100) <= 16384
    assert 100 <= (found.height_px or 100) <= 16384
    assert (found.width_mm is None) == (found.height_mm is None)
    assert found.diagonal_inches is None or 1 < found.diagonal_inches < 300


@settings(max_examples=60)
@given(st.binary(max_size=600))
def test_random_bytes(data: bytes) -> None:
    sane(parse(data))


@settings(max_examples=60)
@given(st.binary(min_size=118, max_size=118), st.lists(st.binary(min_size=127, max_size=127), max_size=3))
def test_random_content_of_whole_blocks(body: bytes, more: list[bytes]) -> None:
    first = summed(bytes(base())[:8] + body + bytes([len(more)]))
    found = parse(first + b"".join(map(summed, more)))
    assert found is not None
    sane(found)


@settings(max_examples=80)
@given(st.sampled_from([b"\2\3", b"\x70\x12"]), st.binary(min_size=100, max_size=125))
def test_random_extensions(kind: bytes, body: bytes) -> None:
    found = read(monitor(extensions=(summed(kind + body),)))
    assert found.manufacturer == "DEL"
    sane(found)


@settings(max_examples=80)
@given(st.lists(st.tuples(st.integers(8, 255), st.integers(0, 255)), min_size=1, max_size=12), st.booleans())
def test_changed_bytes(changes: list[tuple[int, int]], whole: bool) -> None:
    full = text(0xFF, "H4ZK700123"), text(0xFC, "DELL U2412M")
    data = bytearray(monitor(timing(1920, 1080, (478, 269)), *full, extensions=(TestExtensions.FULL,)))
    for at, value in changes:
        data[at] = value
    sane(parse(summed(data[:128]) + summed(data[128:]) if whole else bytes(data)))
