"""Words that reach a person as values of other sentences, listed once so that the catalogues know them.

The message id is the word as it stands in reports; the English catalogue, too, says most of them in plain words.
"""

from enum import StrEnum

from agent.model.message import Message, say

WORDS = (
    # how a check ended, a drive's verdict, what became of a drive
    say("passed"), say("degraded"), say("failed"), say("skipped"), say("error"), say("unknown"),
    say("certain"), say("likely"),
    say("sanitized"), say("sanitized_with_exceptions"), say("refused"), say("interrupted"), say("not_requested"),
    say("removed"),
    # the state of a step
    say("waiting"), say("running"), say("done"),
    # what may be done to one
    say("stop"), say("skip"), say("repeat"),
    # sanitization
    say("clear"), say("purge"), say("zero"), say("random"), say("full"), say("sampled"), say("none"),
    say("overwrite"), say("ata_sanitize"), say("ata_security_erase"), say("nvme_sanitize"), say("nvme_format"),
    say("scsi_sanitize"), say("scsi_format"), say("emmc_sanitize"), say("opal_revert"),
    say("block"), say("crypto"), say("normal"), say("enhanced"), say("user_data"), say("secure_trim"),
    say("single"), say("dod"), say("vsitr"), say("gutmann"),
    # what a report is about, and where its profile came from
    say("machine"), say("shipped"), say("folder"), say("workshop"), say("file"),
    # the tests of a drive
    say("off"), say("short"), say("extended"), say("sample"),
    # whether the workshop answers
    say("yes"), say("no"), say("portal"),
    # parts of a drive that no address reaches
    say("hpa"), say("amac"), say("dco"), say("unallocated"), say("unattached"),
    # how a drive is attached
    say("ata"), say("nvme"), say("scsi"), say("mmc"), say("usb"), say("virtio"), say("loop"), say("network"),
    # what is on a drive
    say("windows"), say("linux"), say("encrypted"), say("data"), say("empty"),
    # what kind of machine
    say("notebook"), say("convertible"), say("tablet"), say("desktop"), say("all_in_one"), say("mini_pc"),
    say("stick_pc"), say("server"), say("other"),
    # grades, and the axes that they rest on
    say("A"), say("B"), say("C"), say("D"), say("parts"), say("recycle"), say("hold"),
    say("processor"), say("memory"), say("drive"), say("battery"), say("stress"), say("functions"), say("cosmetic"),
    # whether a system runs
    say("yes"), say("with_setting"), say("no"),
    # checks
    say("drive_health"),
    # phases, where the report is, the mode
    say("idle"), say("inventory"), say("work"), say("report"), say("delivery"), say("finished"),
    say("not_yet"), say("unsaved"), say("spooled"), say("delivered"),
    say("real"), say("training"),
)  # fmt: skip


def word(value: StrEnum) -> Message:
    """One word of a closed vocabulary, to be told in the reader's language."""
    return Message(value.value)
