"""Admin commands to a simulated NVMe drive, through one of its controllers (NVMe Base 2.0, chapter 5).

There are: Identify (CNS 00h to 03h, 10h to 13h), Get Log Page (01h errors, 02h health, 03h firmware slots, 06h
self-tests, 81h sanitize status), Device Self-test, Sanitize, Format NVM, Namespace Management and Attachment; of drives
with Opal, Security Receive of Level 0 Discovery; and what Linux and nvme-cli need besides to take the drive into use:
Set and Get Features (number of queues 07h, volatile write cache 06h), Abort (nothing is ever found to abort), Keep
Alive, and Asynchronous Event Request (always over the limit: who serves the drive to a kernel keeps these requests to
himself). Everything else is an invalid opcode.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from agent.model.ports import NvmeCommand, NvmeResult
from agent.training import nvme_self_test, opal_discovery
from agent.training.description import Description
from agent.training.nvme import FIRST, NvmeFirmware
from agent.training.nvme_identify import LENGTH, controller_list, namespace_list, sector_sizes
from agent.training.nvme_logs import firmware_slots
from agent.training.nvme_namespaces import BROADCAST
from agent.training.nvme_status import Refusal, Status, require
from agent.training.self_tests import Ended

GET_LOG_PAGE, IDENTIFY, ABORT, SET_FEATURES, GET_FEATURES = 0x02, 0x06, 0x08, 0x09, 0x0A
ASYNCHRONOUS_EVENT, NAMESPACE_MANAGEMENT, NAMESPACE_ATTACHMENT, KEEP_ALIVE = 0x0C, 0x0D, 0x15, 0x18
FORMAT, SECURITY_RECEIVE, SANITIZE = 0x80, 0x82, 0x84
WRITE_CACHE, QUEUES = 0x06, 0x07
"""Features."""
_DURING_SANITIZE = {
    GET_LOG_PAGE, IDENTIFY, ABORT, SET_FEATURES, GET_FEATURES, ASYNCHRONOUS_EVENT, KEEP_ALIVE, SANITIZE,
}  # fmt: skip
"""What is accepted while a sanitize is in progress or has failed (Base 2.0, 8.21.1)."""
_DIRECTION, _TO_HOST, _FROM_HOST = 0b11, 0b10, 0b01
"""The low bits of an opcode say which way data go."""


@dataclass(frozen=True)
class Order:
    """A command on its way through the controller."""

    command: NvmeCommand
    data_out: bytes
    data_in: int
    timeout: float | None


class NvmeController:
    """One controller. Satisfies model.ports.NvmePort."""

    def __init__(self, drive: Description, firmware: NvmeFirmware, number: int = FIRST) -> None:
        self.number = number
        self._drive = drive
        self._firmware = firmware

    def admin(self, command: NvmeCommand, data_in: int, timeout: float | None) -> NvmeResult:
        """One command that reads, or moves no data. Raises NoAnswer, OSError; ValueError as the kernel's port does."""
        if data_in < 0 or data_in % 4 or (data_in and command.opcode & _DIRECTION != _TO_HOST):
            raise ValueError("only commands that read take data, in whole dwords")
        return self.execute(Order(command, b"", data_in, timeout))

    def admin_out(self, command: NvmeCommand, data: bytes, timeout: float | None) -> NvmeResult:
        """One command that sends data: namespace management and attachment. Raises as `admin` does."""
        if command.opcode & _DIRECTION != _FROM_HOST:
            raise ValueError("only commands that write send data")
        return self.execute(Order(command, data, 0, timeout))

    def execute(self, order: Order) -> NvmeResult:
        """Any command. Raises NoAnswer, OSError."""
        with self._firmware.turn(order.timeout):
            try:
                return self._carry_out(order)
            except Refusal as refusal:
                self._firmware.errors.add(refusal.status, order.command.namespace)
                return NvmeResult(refusal.status)

    def reset(self) -> None:
        """Controller reset. Raises OSError."""
        self._firmware.reset()

    def _carry_out(self, order: Order) -> NvmeResult:
        opcode = order.command.opcode
        carry_out = self._COMMANDS.get(opcode)
        if carry_out is None:
            raise Refusal(Status.INVALID_OPCODE)
        if opcode not in _DURING_SANITIZE:
            self._firmware.sanitizer.require_idle()
        return carry_out(self, order)

    # Asking

    def _identify(self, order: Order) -> NvmeResult:
        """CDW10: CNS in bits 7:0, the controller in bits 31:16."""
        command, subsystem, namespaces = order.command, self._firmware.subsystem(), self._firmware.namespaces
        nsid, cns, first = command.namespace, command.cdw10 & 0xFF, command.cdw10 >> 16
        require(cns < 0x10 or self._drive.nvme.manages_namespaces, Status.INVALID_FIELD)
        match cns:
            case 0x00 if nsid == BROADCAST:
                require(self._drive.nvme.manages_namespaces, Status.INVALID_NAMESPACE)
                block = subsystem.common_namespace()
            case 0x00:
                block = self._namespace(nsid, everywhere=False)
            case 0x01:
                block = subsystem.controller(self.number)
            case 0x02:
                require(nsid < BROADCAST - 1, Status.INVALID_NAMESPACE)
                block = namespace_list((one.nsid for one in namespaces.of(self.number)), nsid)
            case 0x03:
                block = subsystem.descriptors(namespaces.active(nsid, self.number))
            case 0x10:
                require(nsid < BROADCAST - 1, Status.INVALID_NAMESPACE)
                block = namespace_list((one.nsid for one in namespaces), nsid)
            case 0x11:
                block = self._namespace(nsid, everywhere=True)
            case 0x12:
                block = controller_list(namespaces.allocated(nsid).attached, first)
            case 0x13:
                block = controller_list(range(FIRST, FIRST + self._drive.nvme.controllers), first)
            case _:
                raise Refusal(Status.INVALID_FIELD)
        require(order.data_in >= LENGTH, Status.DATA_LENGTH)
        return NvmeResult(data=block.ljust(order.data_in, b"\0"))

    def _namespace(self, nsid: int, *, everywhere: bool) -> bytes:
        """Zeros for an NSID that could be, and is not."""
        require(0 < nsid <= self._firmware.namespaces.limit, Status.INVALID_NAMESPACE)
        known = self._firmware.namespaces if everywhere else self._firmware.namespaces.of(self.number)
        found = next((one for one in known if one.nsid == nsid), None)
        return self._firmware.identified(found) if found else bytes(LENGTH)

    def _get_log_page(self, order: Order) -> NvmeResult:
        """CDW10: log in bits 7:0, number of dwords (less one) in bits 31:16 and in CDW11 bits 15:0."""
        command = order.command
        length = 4 * ((command.cdw10 >> 16 | (command.cdw11 & 0xFFFF) << 16) + 1)
        require(not command.cdw12 and not command.cdw13, Status.INVALID_FIELD)  # offsets are not supported
        require(command.namespace in {0, BROADCAST}, Status.INVALID_FIELD)
        match command.cdw10 & 0xFF:
            case 0x01:
                page = self._firmware.errors.page()
            case 0x02:
                page = self._firmware.health_page()
            case 0x03:
                page = firmware_slots(self._drive)
            case nvme_self_test.LOG:
                page = nvme_self_test.page(self._firmware.self_tests)
            case 0x81:
                require(self._firmware.sanitizer.sanicap, Status.INVALID_LOG_PAGE)
                page = self._firmware.sanitizer.log()
            case _:
                raise Refusal(Status.INVALID_LOG_PAGE)
        require(order.data_in >= length, Status.DATA_LENGTH)
        return NvmeResult(data=page[:length].ljust(order.data_in, b"\0"))

    def _security_receive(self, order: Order) -> NvmeResult:
        """CDW10: protocol in bits 31:24, ComID in bits 23:8; CDW11: bytes. Only Level 0 Discovery is answered."""
        require(self._firmware.opal.supported, Status.INVALID_OPCODE)
        asked, length = order.command.cdw10 >> 8, order.command.cdw11
        require(asked == opal_discovery.PROTOCOL << 16 | opal_discovery.COM_ID, Status.INVALID_FIELD)
        require(order.data_in >= length, Status.DATA_LENGTH)
        page = opal_discovery.page(self._firmware.opal, self._drive.logical_sector_bytes)
        return NvmeResult(data=page[:length].ljust(order.data_in, b"\0"))

    # Setting

    def _set_features(self, order: Order) -> NvmeResult:
        feature, value = order.command.cdw10 & 0xFF, order.command.cdw11
        require(feature in {WRITE_CACHE, QUEUES}, Status.INVALID_FIELD)
        self._firmware.features[feature] = value
        return NvmeResult(result=value if feature == QUEUES else 0)

    def _get_features(self, order: Order) -> NvmeResult:
        feature = order.command.cdw10 & 0xFF
        require(feature in {WRITE_CACHE, QUEUES}, Status.INVALID_FIELD)
        return NvmeResult(result=self._firmware.features.get(feature, {WRITE_CACHE: 1, QUEUES: 0}[feature]))

    def _abort(self, order: Order) -> NvmeResult:
        del order
        return NvmeResult(result=1)  # not aborted

    def _asynchronous_event(self, order: Order) -> NvmeResult:
        del order
        raise Refusal(Status.ASYNCHRONOUS_LIMIT)

    def _keep_alive(self, order: Order) -> NvmeResult:
        del order
        return NvmeResult()

    def _device_self_test(self, order: Order) -> NvmeResult:
        nvme_self_test.command(self._firmware.self_tests, order.command.cdw10 & 0xF)
        return NvmeResult()

    # Erasing

    def _require_erase(self) -> None:
        self._firmware.require_access()
        require(not self._firmware.opal.locked, Status.ACCESS_DENIED)
        require(not self._drive.faults.erase_refused, Status.INVALID_OPCODE)
        require(not self._firmware.formatter.running, Status.FORMAT_IN_PROGRESS)

    def _sanitize(self, order: Order) -> NvmeResult:
        sanitizer = self._firmware.sanitizer
        if not sanitizer.operation.running and not sanitizer.operation.failed:
            self._require_erase()
        self._firmware.write_out()
        sanitizer.command(order.command.cdw10, order.command.cdw11, self._drive.media_bytes)
        if sanitizer.operation.running:
            self._firmware.self_tests.interrupt(Ended.ERASE)
        self._firmware.keep()
        return NvmeResult()

    def _format(self, order: Order) -> NvmeResult:
        self._require_erase()
        self._firmware.write_out()
        self._firmware.formatter.command(order.command.cdw10, order.command.namespace, self.number)
        self._firmware.self_tests.interrupt(Ended.ERASE)
        self._firmware.keep()
        self._firmware.wait_for_format(order.timeout)
        require(not self._firmware.formatter.failed, Status.INTERNAL_ERROR)
        return NvmeResult()

    # Namespaces

    def _namespace_management(self, order: Order) -> NvmeResult:
        """CDW10 bits 3:0: 0 creates what the data say and answers with its NSID, 1 deletes."""
        require(self._drive.nvme.manages_namespaces, Status.INVALID_OPCODE)
        select = order.command.cdw10 & 0xF
        require(select in {0, 1}, Status.INVALID_FIELD)
        if select == 1:
            self._firmware.namespaces.delete(order.command.namespace)
            self._firmware.keep()
            return NvmeResult()
        require(len(order.data_out) >= LENGTH, Status.DATA_LENGTH)
        blocks, capacity = struct.unpack_from("<QQ", order.data_out)
        sizes, lba_format = sector_sizes(self._drive), order.data_out[26] & 0xF
        require(lba_format < len(sizes), Status.INVALID_FORMAT)
        require(blocks and blocks == capacity, Status.INVALID_FIELD)  # no thin provisioning
        made = self._firmware.namespaces.create(blocks * sizes[lba_format], sizes[lba_format])
        self._firmware.keep()
        return NvmeResult(result=made.nsid)

    def _namespace_attachment(self, order: Order) -> NvmeResult:
        """CDW10 bits 3:0: 0 attaches to the controllers that the data list, 1 detaches from them."""
        require(self._drive.nvme.manages_namespaces, Status.INVALID_OPCODE)
        select = order.command.cdw10 & 0xF
        require(select in {0, 1}, Status.INVALID_FIELD)
        require(len(order.data_out) >= LENGTH, Status.DATA_LENGTH)
        (count,) = struct.unpack_from("<H", order.data_out)
        require(0 < count < LENGTH // 2, Status.CONTROLLER_LIST)
        named = set(struct.unpack_from(f"<{count}H", order.data_out, 2))
        require(named <= set(range(FIRST, FIRST + self._drive.nvme.controllers)), Status.CONTROLLER_LIST)
        namespaces = self._firmware.namespaces
        (namespaces.detach if select else namespaces.attach)(order.command.namespace, named)
        self._firmware.keep()
        return NvmeResult()

    _COMMANDS: ClassVar[dict[int, Callable[[Any, Order], NvmeResult]]] = {
        GET_LOG_PAGE: _get_log_page,
        IDENTIFY: _identify,
        ABORT: _abort,
        SET_FEATURES: _set_features,
        GET_FEATURES: _get_features,
        ASYNCHRONOUS_EVENT: _asynchronous_event,
        NAMESPACE_MANAGEMENT: _namespace_management,
        NAMESPACE_ATTACHMENT: _namespace_attachment,
        KEEP_ALIVE: _keep_alive,
        nvme_self_test.DEVICE_SELF_TEST: _device_self_test,
        FORMAT: _format,
        SECURITY_RECEIVE: _security_receive,
        SANITIZE: _sanitize,
    }
