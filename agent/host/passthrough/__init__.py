"""Commands to the firmware of real drives, through the kernel: the ports of agent.model.ports by ioctl.

Every class takes an open descriptor, never a path (a pulled drive's name may pass to another), and does one
command at a time. Light: the drive's worker imports it.
"""
