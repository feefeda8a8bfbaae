"""The packages of the bench `drift`."""

import os
import runpy

runpy.run_path(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "drift", "make.py"))
