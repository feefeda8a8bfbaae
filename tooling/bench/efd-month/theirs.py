import importlib.util
import os

spec = importlib.util.spec_from_file_location("efd", os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "efd", "theirs.py"))
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
month = module.month
