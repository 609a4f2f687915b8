"""What the commands of bin/ import; they themselves are run as programs, which must not be imported before."""

import sys
from importlib import import_module
from pkgutil import iter_modules

import operations.commands

for found in list(iter_modules(operations.commands.__path__)):
    import_module(f"operations.commands.{found.name}")
for name in list(sys.modules):
    if name.startswith("operations.commands."):
        del sys.modules[name]
