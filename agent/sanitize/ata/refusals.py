"""Why an ATA drive cannot be erased by its own commands now, where several techniques say the same."""

from agent.model.message import say

NOT_OFFERED = say("The drive does not offer this way of erasing.")
ANOTHER_DRIVE = say("Another drive answers now, so nothing was erased. Start again.")
LOCKED = say("The drive is locked: it lets nobody read, write or erase it before the lock is taken back.")
RUNNING = say("The drive is erasing itself already. Let it come to its end.")
FAILED_BEFORE = say("The drive stands in the failed state of an earlier erase; only its sanitize command leads out.")
FOREIGN_PASSWORD = say("A password that is not ours is set on the drive. Ask the donor to take it away.")
