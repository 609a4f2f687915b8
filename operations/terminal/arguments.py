"""What the command lines of bin/ have in common."""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from runtime import VERSION


def make_parser(command: str, description: str, epilog: str = "", usage: str | None = None) -> argparse.ArgumentParser:
    """A parser for ENV and the options that every command has; texts are shown as they are."""
    parser = argparse.ArgumentParser(
        prog=f"bin/{command}",
        usage=usage,
        description=description,
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("environment", metavar="ENV", help="test, stage or prod")
    parser.add_argument("--json", action="store_true", help="the result as one JSON document, see docs/json.md")
    parser.add_argument("--verbose", action="store_true", help="this command's requests too")
    parser.add_argument("--version", action="version", version=f"%(prog)s {VERSION}")
    return parser


def parse(parser: argparse.ArgumentParser, arguments: Sequence[str] | None = None) -> argparse.Namespace:
    """The choices; options may stand before, between and after the positional arguments."""
    return parser.parse_intermixed_args(arguments)


def repeat_command() -> str:
    """This very call, as an operator types it."""
    return shlex.join((f"bin/{Path(sys.argv[0]).stem.replace('_', '-')}", *sys.argv[1:]))
