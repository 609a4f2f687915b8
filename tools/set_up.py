"""make setup: installs what demo, tests and checks need, and names what it cannot install.

Runs on the system's Python before anything is there: standard library only, this file readable by old versions.
"""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LEAST_PYTHON = (3, 11)


def main(name: str) -> int:
    """0 if everything is there or only named as missing; 1 if it cannot go on, 130 after Ctrl-C.

    `name` is a lock in requirements/: `dev` for .venv, any other for a separate environment; or `programs`,
    what only the tests need beside it.
    """
    if sys.version_info < LEAST_PYTHON:
        print(f"setup: Python {sys.version.split()[0]} found, 3.11 or later needed: make setup PYTHON=python3.13")
        return 1
    # Imported here: these take the Python that was just seen to be new enough.
    from tools.locked_packages import INSTALLER, REQUIREMENTS, make_environment
    from tools.programs import find_terraform, install_programs
    from tools.steps import StepFailed

    missing = []
    try:
        if name == "programs":
            missing = install_programs(VENV, INSTALLER)
        else:
            make_environment(VENV if name == "dev" else ROOT / f".venv-{name}", REQUIREMENTS / f"{name}.txt")
            missing = find_terraform() if name == "dev" else []
    except StepFailed as error:
        print(f"setup: stopped: {error}")
        return 1
    except KeyboardInterrupt:
        print("\nsetup: interrupted; the next make begins it again")
        return 130
    for line in missing:
        print(f"setup: {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
