"""Simulated drives for another computer's kernel: as an iSCSI target (ATA and SAS), or over NVMe/TCP (NVMe).

    wire        one TCP connection that is worth as much as the drive's power, and the listener that accepts them
    work        the drive's one worker behind a connection, so that a busy drive does not make the connection deaf
    iscsi_pdu, iscsi_login, iscsi_tasks, iscsi         the target (RFC 7143)
    nvme_pdu, nvme_association, nvme_commands, nvme_tcp   the controllers (NVMe/TCP Transport 1.0)
    __main__    the command `python -m agent.training.serve`

For developers and tests: nothing of the program imports this. There is no login worth the name: whoever reaches the
port can do everything to the simulated drive, and to nothing else. It listens on this computer alone unless told.
"""
