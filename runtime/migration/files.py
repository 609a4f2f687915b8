"""The migration files of a folder: named NN_name.sql, in the order of their names' bytes."""

from __future__ import annotations

import os
import re
from hashlib import sha256

from runtime.process.errors import ConfigurationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

# Digits, perhaps a letter (02a_name.sql), an underscore, a name. What a shell, SQL or a URL could
# read as something else is refused.
_NAME = re.compile(r"[0-9]+[A-Za-z]?_[A-Za-z0-9_.-]+\.sql", re.ASCII)


class MigrationFile:
    """One file: its name is its key, its `checksum` the SHA-256 of its bytes, in hex."""

    __slots__ = ("checksum", "content", "name")

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content
        self.checksum = sha256(content).hexdigest()


def read_folder(folder: str) -> tuple[MigrationFile, ...]:
    """Every migration of the folder, sorted by bytes; subfolders and files that do not end in .sql are passed over.

    Raises ConfigurationError that names every file that is misnamed or unreadable, or where there is no migration.
    """
    try:
        entries = [entry for entry in os.scandir(folder) if entry.name.lower().endswith(".sql") and not entry.is_dir()]
    except OSError as error:
        raise ConfigurationError(
            f"the migrations' folder {folder} cannot be read: {error.strerror}", _REMEDY
        ) from error
    if not entries:
        raise ConfigurationError(f"the migrations' folder {folder} holds no migration", _REMEDY)
    odd = sorted(entry.name for entry in entries if not _NAME.fullmatch(entry.name))
    if odd:
        names = ", ".join(ascii(name) for name in odd)
        raise ConfigurationError(
            f"not named like a migration: {names}", "rename to NN_name.sql (02a_name.sql): ASCII letters, digits, _ - ."
        )
    # The names are ASCII, so the order of characters is that of bytes, whatever the locale.
    return tuple(_read(folder, name) for name in sorted(entry.name for entry in entries))


_REMEDY = "set MIGRATIONS_DIR to the folder with the NN_name.sql files, or leave it unset for the image's own"


def _read(folder: str, name: str) -> MigrationFile:
    try:
        with open(os.path.join(folder, name), "rb") as file:
            return MigrationFile(name, file.read())
    except OSError as error:
        raise ConfigurationError(
            f"the migration {name} in {folder} cannot be read: {error.strerror}", "make it readable, or remove it"
        ) from error


def hash_files(files: Iterable[MigrationFile]) -> str:
    """One SHA-256, in hex, over names and contents: what `sha256sum *.sql | sha256sum` prints in the C locale."""
    return sha256("".join(f"{file.checksum}  {file.name}\n" for file in files).encode()).hexdigest()
