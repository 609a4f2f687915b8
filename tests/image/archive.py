"""A saved image, looked into without running it."""

from __future__ import annotations

import json
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any


@dataclass(frozen=True, slots=True)
class Member:
    """A file, folder or link; the layer that it is in, counted from the lowest; where its content begins."""

    info: tarfile.TarInfo
    layer: int
    offset: int

    @property
    def mode(self) -> int:
        """The permissions."""
        return self.info.mode & 0o7777


@dataclass(frozen=True, slots=True)
class SavedImage:
    """`files` is what a container sees, by absolute path; `digests` are the layers', before compression."""

    path: Path
    config: Mapping[str, Any]
    digests: tuple[str, ...]
    files: Mapping[str, Member]

    def read(self, name: str) -> bytes:
        """A file's content."""
        member = self.files[name]
        with self.path.open("rb") as archive:
            archive.seek(member.offset)
            return archive.read(member.info.size)

    def list_files(self, folder: str) -> list[str]:
        """The files below a folder."""
        return sorted(name for name in self.files if name.startswith(f"{folder}/") and self.files[name].info.isreg())

    def measure(self, folder: str) -> int:
        """The bytes of the files below a folder."""
        return sum(self.files[name].info.size for name in self.list_files(folder))


def open_image(path: Path) -> SavedImage:
    """Reads the lists of files, no content; the layers in docker's format are uncompressed."""
    with tarfile.open(path) as archive:
        manifest = json.load(extract(archive, "manifest.json"))[0]
        config = json.load(extract(archive, manifest["Config"]))
        files: dict[str, Member] = {}
        for number, name in enumerate(manifest["Layers"]):
            begin = archive.getmember(name).offset_data
            with tarfile.open(fileobj=extract(archive, name)) as layer:
                files |= {"/" + info.name.strip("./"): Member(info, number, begin + info.offset_data) for info in layer}
    return SavedImage(path, config["config"], tuple(config["rootfs"]["diff_ids"]), files)


def extract(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    """A file of an archive."""
    content = archive.extractfile(name)
    assert content is not None, name
    return content
