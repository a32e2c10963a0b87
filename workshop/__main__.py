"""`python -m workshop` is `ordis-workshop`."""

import sys

from workshop.cli import main

sys.exit(main())
