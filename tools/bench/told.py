"""`ordis inventory --json` in a process of its own that says when its modules are loaded, as they are in a service."""

import sys

from agent import cli
from agent.commands import inventory, options  # noqa: F401  (loaded before the clock starts)

if __name__ == "__main__":
    print('{"event": "loaded"}', flush=True)
    sys.exit(cli.main(["inventory", "--json"]))
