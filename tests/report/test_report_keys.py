"""The stick's keys: made once, kept, never replaced."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st
from power_cut import Medium

from agent.model.words import Mode
from agent.report.keys import KeyProblem, decode, encode, ephemeral, load_or_make, own_keys, parse_public


def test_a_key_is_made_once_for_each_mode(tmp_path: Path) -> None:
    real = load_or_make(tmp_path / "keys", Mode.REAL)
    training = load_or_make(tmp_path / "keys", Mode.TRAINING)
    assert load_or_make(tmp_path / "keys", Mode.REAL).public == real.public
    assert real.public.raw != training.public.raw
    assert str(real.public).startswith("ordis-ed25519:")
    assert str(training.public).startswith("ordis-training-ed25519:")
    names = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "keys").iterdir()}
    assert names == {"stick.key": 0o600, "stick.pub": 0o644, "training.key": 0o600, "training.pub": 0o644}
    assert (tmp_path / "keys" / "stick.pub").read_text() == f"{real.public}\n"
    assert own_keys(tmp_path / "keys") == [real.public, training.public]


def test_a_lost_public_file_comes_back(tmp_path: Path) -> None:
    key = load_or_make(tmp_path, Mode.REAL)
    (tmp_path / "stick.pub").unlink()
    load_or_make(tmp_path, Mode.REAL)
    assert own_keys(tmp_path) == [key.public]


def _other_kind() -> bytes:
    return generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    "content", [b"", b"rubbish", b"\xff" * 100, ephemeral(Mode.REAL).pem()[:-40], _other_kind(), b"x" * 20_000]
)
def test_an_unusable_key_is_reported_and_stays(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "stick.key").write_bytes(content)
    with pytest.raises(KeyProblem) as caught:
        load_or_make(tmp_path, Mode.REAL)
    assert caught.value.hint
    assert (tmp_path / "stick.key").read_bytes() == content


def test_where_the_partition_is_missing(tmp_path: Path) -> None:
    with pytest.raises(KeyProblem, match="cannot be read or made"):
        load_or_make(tmp_path / "not mounted" / "keys", Mode.REAL)
    assert own_keys(tmp_path / "not mounted") == []


@pytest.mark.parametrize("keep_names", [False, True])
@pytest.mark.parametrize("cut", range(18))
def test_a_power_cut_leaves_no_key_or_the_one_that_stays(tmp_path: Path, cut: int, keep_names: bool) -> None:
    made = []
    done = Medium(cut, keep_names).run(lambda: made.append(load_or_make(tmp_path / "keys", Mode.REAL).public))
    assert done == bool(made)
    after = load_or_make(tmp_path / "keys", Mode.REAL).public
    assert made in ([], [after]), "what has signed keeps its name"


@given(st.binary(min_size=32, max_size=32), st.sampled_from(Mode))
def test_the_text_of_a_key_is_read_back(raw: bytes, mode: Mode) -> None:
    text = ("ordis-ed25519:" if mode is Mode.REAL else "ordis-training-ed25519:") + encode(raw)
    assert str(parse_public(f" {text}\n")) == text


@pytest.mark.parametrize(
    "text",
    [
        "", "rubbish", "ordis-ed25519:", "ordis-ed25519:AAAA", "ssh-ed25519 AAAA",
        str(ephemeral(Mode.REAL).public).replace("ordis-", "ORDIS-"),
        str(ephemeral(Mode.REAL).public)[:-1], str(ephemeral(Mode.REAL).public) + "=",
    ],
)  # fmt: skip
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(KeyProblem):
        parse_public(text)


def test_a_secret_key_is_not_taken_for_a_public_one() -> None:
    with pytest.raises(KeyProblem, match="never leave"):
        parse_public(ephemeral(Mode.REAL).pem().decode())


def test_base64_has_one_form() -> None:
    assert decode("AAA=") == b"\0\0"
    assert decode("AAB=") is None, "the last bits are not part of the data"
    assert decode("AA A=") is None
