"""Entries of a journal that go to the workshop: signed as reports are, by the same key."""

from pydantic import ValidationError

from agent.model.ledger import ENTRY_LIMIT, Entry, SignedEntry
from agent.model.message import say
from agent.model.report import Signature
from agent.model.words import Mode
from agent.report.canonical import Malformed, canonical, load, signable
from agent.report.keys import PublicKey, SigningKey, decode, encode, parse_public
from agent.report.verify import first_error


def seal(entry: Entry, key: SigningKey) -> bytes:
    """The bytes of the signed entry, always the same for the same entry. Raises Malformed for what cannot be signed."""
    body = signable(entry.model_dump(mode="json", by_alias=True))
    assert isinstance(body, dict)
    signature = Signature(key=str(key.public), value=encode(key.sign(canonical(body))))
    return canonical(SignedEntry(entry=body, signature=signature).model_dump(mode="json"))


def unseal(data: bytes) -> tuple[Entry, PublicKey]:
    """The entry and who signed it. Raises Problem for what is none, or was changed since."""
    raw = load(data, ENTRY_LIMIT)
    try:
        signed = SignedEntry.model_validate(raw)
        signer = parse_public(signed.signature.key)
        signature = decode(signed.signature.value)
        if raw["signature"] != signed.signature.model_dump() or signature is None:
            raise Malformed(say("The signature part of the entry is not written as it should be."))
        if not signer.holds(signature, canonical(signed.entry)):
            raise Malformed(say("The signature of the entry does not hold."))
        entry = Entry.model_validate(signed.entry)
    except ValidationError as error:
        raise Malformed(say("This is not an entry of a journal: {detail}.", detail=first_error(error))) from error
    if entry.training is not (signer.mode is Mode.TRAINING):
        raise Malformed(say("The entry and its key disagree about whether it is training."))
    return entry, signer
