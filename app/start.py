"""Where processes begin: while a program is being made, nothing of it is garbage yet.

A quarter of the time to the first answer would go into looking for some, over and over.
"""

import gc
from importlib import import_module
from typing import Any


def main() -> None:
    """Run the command `lunar`."""
    gc.disable()
    cli = import_module("app.cli")
    gc.freeze()
    gc.enable()
    cli.main()


def serving() -> Any:
    """The application, as a process of `lunar serve` runs it."""
    gc.disable()
    app = import_module("app.main").serving()
    gc.enable()
    return app
