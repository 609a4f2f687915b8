"""The migration files of a folder: named NN_name.sql, in the order of their names' bytes."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from hashlib import sha256

from runtime.process.errors import ConfigurationError

# Digits, perhaps a letter (02a_name.sql), an underscore, a name. What a shell, SQL or a URL could
# read as something else is refused.
_NAME = re.compile(r"[0-9]+[A-Za-z]?_[A-Za-z0-9_.-]+\.sql", re.ASCII)


class MigrationFile:
    """One file: its name is its key.

    The kind of its line ends is not content: a checkout on Windows turns LF into CRLF. `content` has LF for CRLF,
    `checksum` is the SHA-256 of that, in hex; `checksums` are all that may be recorded of it: with LF, with CRLF, and
    of the bytes as they are, in which both may stand. `digits` is the number with which the name begins, as written.
    """

    def __init__(self, name: str, content: bytes) -> None:
        self.name = name
        self.content = content.replace(b"\r\n", b"\n")
        texts = (self.content, self.content.replace(b"\n", b"\r\n"), content)
        self.checksums = tuple(sha256(text).hexdigest() for text in texts)
        self.checksum = self.checksums[0]
        self.digits = name[: len(name) - len(name.lstrip("0123456789"))]


def read_folder(folder: str) -> tuple[MigrationFile, ...]:
    """Every migration of the folder, sorted by bytes; subfolders and files that do not end in .sql are passed over.

    Raises ConfigurationError that names every misnamed file, or one that is unreadable, or if there is no migration.
    """
    remedy = "set MIGRATIONS_DIR to the folder with the NN_name.sql files, or leave it unset for the image's own"
    files = []
    try:
        entries = [entry for entry in os.scandir(folder) if entry.name.lower().endswith(".sql") and not entry.is_dir()]
        odd = sorted(ascii(entry.name) for entry in entries if not _NAME.fullmatch(entry.name))
        if odd:
            rename = "rename to NN_name.sql (02a_name.sql): ASCII letters, digits, _ - ."
            raise ConfigurationError(f"not named like a migration: {', '.join(odd)}", rename)
        # The names are ASCII, so the order of characters is that of bytes, in any locale.
        for entry in sorted(entries, key=lambda entry: entry.name):
            with open(entry.path, "rb") as file:
                files.append(MigrationFile(entry.name, file.read()))
    except OSError as error:
        raise ConfigurationError(f"{error.filename} cannot be read: {error.strerror}", remedy) from error
    if not files:
        raise ConfigurationError(f"the migrations' folder {folder} holds no migration", remedy)
    return tuple(files)


def hash_files(files: Iterable[MigrationFile]) -> str:
    """One SHA-256, in hex, over names and contents: what `sha256sum *.sql | sha256sum` prints in the C locale,
    of files with LF."""
    return sha256("".join(f"{file.checksum}  {file.name}\n" for file in files).encode()).hexdigest()
