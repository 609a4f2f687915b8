"""Lines are those that an editor shows."""

from __future__ import annotations

import pytest

from runtime.migration.check.places import Lines


@pytest.mark.parametrize(
    ("content", "numbers"),
    [
        (b"", []),
        (b"a", [1]),
        (b"a\nb", [1, 1, 2]),
        (b"a\r\nb", [1, 1, 1, 2]),
        (b"a\rb\r\n", [1, 1, 2, 2, 2]),
        (b"\n\r", [1, 2]),
    ],
)
def test_a_line_ends_with_its_line_end(content: bytes, numbers: list[int]) -> None:
    """Of every byte, those of the line end included; CRLF is one."""
    assert numbers == [Lines(content).number(offset) for offset in range(len(content))]


def test_columns_count_characters() -> None:
    """From 1, as editors do; a character of several bytes is one."""
    content = "é = 1;\nSELECT 'ä', x".encode()
    lines = Lines(content)
    assert (lines.number(content.index(b"x")), lines.column(content.index(b"x"))) == (2, 13)
    assert (lines.column(0), lines.column(content.index(b"="))) == (1, 3)


def test_a_line_is_shown_without_its_end() -> None:
    """Of any kind; the last line may have none."""
    lines = Lines(b"a\r\nb\rc\n\nd")
    assert ["a", "b", "c", "", "d"] == [lines.text(number) for number in range(1, 6)]
