"""py-cpuinfo's own command in a process of its own, since already importing it starts a program (see cpuid)."""

from cpuinfo import cpuinfo

if __name__ == "__main__":
    cpuinfo.main()
