"""tools/catalogue.py as a module; tools is no package."""

import importlib.util
from pathlib import Path

FILE = Path(__file__).parent.parent.parent / "tools" / "catalogue.py"
_spec = importlib.util.spec_from_file_location("catalogue", FILE)
assert _spec is not None
assert _spec.loader is not None
catalogue = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(catalogue)
