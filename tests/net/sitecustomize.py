"""Python runs this file at the start of every process whose PYTHONPATH begins with this folder.

That is how the safety net reaches the children of a test (drive workers, checks, whole commands).
"""

import os
import sys
import traceback
from importlib.machinery import PathFinder

_HERE = os.path.dirname(os.path.abspath(__file__))

try:
    import safety_net

    safety_net.install()
except BaseException:  # noqa: BLE001 (site.py would only print it, and go on without a net)
    traceback.print_exc()
    os._exit(70)

# Only one file of this name is run by Python: hand on to the one that ours hides.
_hidden = PathFinder.find_spec("sitecustomize", [folder for folder in sys.path if os.path.abspath(folder) != _HERE])
if _hidden is not None and _hidden.loader is not None:
    _hidden.loader.exec_module(sys.modules[__name__])
