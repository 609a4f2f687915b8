"""Problems print as compilers print theirs, in the order of the file."""

from __future__ import annotations

import pytest

from runtime.migration.check.problems import Problems


def test_problems_come_in_the_order_of_their_lines() -> None:
    """In whatever order they are found; those of a line stay as they were found."""
    problems = Problems("01_a.sql", b"a\nb\nc")
    problems.add(4, "third", "mend it")
    problems.add(0, "first", "mend it")
    problems.add(4, "fourth", "mend it")
    assert ["01_a.sql:1: first, mend it", "01_a.sql:3: third, mend it", "01_a.sql:3: fourth, mend it"] == [
        str(problem) for problem in problems.in_order()
    ]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"a", [1]),
        (b"a\nb", [1, 1, 2]),
        (b"a\r\nb", [1, 1, 1, 2]),
        (b"a\rb\r\n", [1, 1, 2, 2, 2]),
        (b"\n\r", [1, 2]),
    ],
)
def test_a_line_ends_with_its_line_end(content: bytes, lines: list[int]) -> None:
    """Of every byte, those of the line end included; CRLF is one."""
    problems = Problems("01_a.sql", content)
    assert lines == [problems.line(offset) for offset in range(len(content))]
