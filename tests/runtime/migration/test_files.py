"""Which files of the folder are migrations, and in which order."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from runtime.migration.files import hash_files, read_folder
from runtime.process.errors import ConfigurationError


def names(folder: Path) -> list[str]:
    return [file.name for file in read_folder(str(folder))]


def fill(folder: Path, *files: str) -> None:
    for name in files:
        folder.joinpath(name).write_text(f"-- {name}")


def test_files_are_sorted_by_bytes_and_the_name_is_the_key(tmp_path: Path) -> None:
    """Numbers may repeat; a letter may follow them; upper case sorts before lower case."""
    fill(tmp_path, "9_z.sql", "10_z.sql", "02a_a.sql", "02_b.sql", "02_B.sql", "02_a-1.2.sql", "002_a.sql")
    expected = ["002_a.sql", "02_B.sql", "02_a-1.2.sql", "02_b.sql", "02a_a.sql", "10_z.sql", "9_z.sql"]
    assert names(tmp_path) == expected


def test_the_kind_of_line_ends_is_not_content(tmp_path: Path) -> None:
    """A checkout on Windows has CRLF: what is sent and recorded has LF, and what was recorded before is known."""
    lf, crlf, mixed = b"a\n-- \xe4\n", b"a\r\n-- \xe4\r\n", b"a\r\n-- \xe4\n"
    for raw in (lf, crlf, mixed):
        tmp_path.joinpath("01_a.sql").write_bytes(raw)
        [file] = read_folder(str(tmp_path))
        assert (file.content, file.checksum) == (lf, sha256(lf).hexdigest())
        assert set(file.checksums) == {sha256(text).hexdigest() for text in (lf, crlf, raw)}


def test_a_carriage_return_alone_is_content(tmp_path: Path) -> None:
    """PostgreSQL takes it for a line end, but it may stand in a string."""
    tmp_path.joinpath("01_a.sql").write_bytes(b"SELECT 'a\rb';\r")
    assert read_folder(str(tmp_path))[0].content == b"SELECT 'a\rb';\r"


def test_subfolders_and_other_files_are_passed_over(tmp_path: Path) -> None:
    """One of the subfolders may hold dangerous operations."""
    fill(tmp_path, "01_a.sql", "README.md", "02_b.sql.bak", ".gitkeep", "03_c.sql~")
    tmp_path.joinpath("archive").mkdir()
    tmp_path.joinpath("99_folder.sql").mkdir()
    fill(tmp_path / "archive", "00_drop_everything.sql")
    assert names(tmp_path) == ["01_a.sql"]


ODD = ["a.sql", "01.sql", "01a.sql", "01ab_x.sql", "01_.sql", "01_a b.sql", "01_a';--.sql", "01_ä.sql", "٠١_a.sql"]


@pytest.mark.parametrize("name", [*ODD, "01_a.SQL", ".01_a.sql", "-1_a.sql", "01_a\n.sql", "01_$(id).sql"])
def test_a_misnamed_sql_file_is_refused_not_forgotten(tmp_path: Path, name: str) -> None:
    """A forgotten migration is worse than a failed run; a name with SQL in it gets nowhere near SQL."""
    fill(tmp_path, "01_fine.sql", name)
    with pytest.raises(ConfigurationError) as caught:
        read_folder(str(tmp_path))
    assert ascii(name) in caught.value.problem
    assert "01_fine" not in caught.value.problem


def test_all_misnamed_files_are_named_at_once(tmp_path: Path) -> None:
    """One error, all of them."""
    fill(tmp_path, "a.sql", "b.sql")
    with pytest.raises(ConfigurationError, match=r"not named like a migration: 'a\.sql', 'b\.sql' - rename"):
        read_folder(str(tmp_path))


def test_a_folder_that_is_missing_empty_or_a_file_is_a_configuration_error(tmp_path: Path) -> None:
    """An image without migrations must not end in `0 pending`."""
    fill(tmp_path, "README.md")
    for folder, reason in (
        (tmp_path, "holds no migration"),
        (tmp_path / "nowhere", "No such file or directory"),
        (tmp_path / "README.md", "Not a directory"),
    ):
        with pytest.raises(ConfigurationError, match=f"{reason} - set MIGRATIONS_DIR"):
            read_folder(str(folder))


def test_an_unreadable_file_is_named(tmp_path: Path) -> None:
    """A dangling link is one that even root cannot read."""
    fill(tmp_path, "01_a.sql")
    tmp_path.joinpath("02_b.sql").symlink_to(tmp_path / "nowhere")
    with pytest.raises(ConfigurationError, match=r"/02_b\.sql cannot be read: No such file"):
        read_folder(str(tmp_path))


def test_the_hash_is_what_sha256sum_says(tmp_path: Path) -> None:
    """Anybody can check it in a shell: names and contents, nothing else."""
    fill(tmp_path, "02_b.sql", "01_a.sql", "README.md")
    command = "sha256sum *.sql | sha256sum"
    output = subprocess.run(command, shell=True, cwd=tmp_path, env={"LC_ALL": "C"}, capture_output=True, check=True)
    assert hash_files(read_folder(str(tmp_path))) == output.stdout.decode().split()[0]


def test_the_hash_tells_names_and_contents_apart(tmp_path: Path) -> None:
    """A rename changes it, and so does an edit."""
    fill(tmp_path, "01_a.sql")
    hashes = [hash_files(read_folder(str(tmp_path)))]
    tmp_path.joinpath("01_a.sql").rename(tmp_path / "02_a.sql")
    hashes.append(hash_files(read_folder(str(tmp_path))))
    fill(tmp_path, "02_a.sql")
    hashes.append(hash_files(read_folder(str(tmp_path))))
    assert len(set(hashes)) == 3
