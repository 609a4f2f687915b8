"""Tokens are where PostgreSQL's own lexer finds them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pglast.parser import ParseError

from runtime.migration.check import lexer
from runtime.migration.check.lexer import opening, tokens
from tests.runtime.migration.check.hard_texts import HARD_TEXTS, UNGRAMMATICAL_TEXTS
from tests.runtime.migration.check.postgres_parser import find_semicolons, find_unclosed, find_words

TEXTS = HARD_TEXTS | UNGRAMMATICAL_TEXTS
COMPILED = {name: value.pattern for name, value in vars(lexer).items() if isinstance(value, re.Pattern)}
# Everything that may change how the next byte is read, in every neighborhood.
FRAGMENTS = [
    *("'", "''", "E'", "e'", "U&'", "B'", "N'", '"', '"a"', "\\\\", "\\'", "$$", "$a$", "$A$", "$é$", "$1", "$"),
    *("--", "-", "/*", "*/", "/", "*", "\n", "\r", " ", "\t", ";", "(", ")", "a", "é", "_", "1", "2.5", "E", "x;"),
    *("BEGIN", " ATOMIC ", "\n'", " -- c\n'", "<>", "'x'", "E'\\''", "$$;$$", "/*;*/", "--;\n"),
]


def semicolons(content: bytes) -> list[int]:
    return [offset for offset, text in tokens(content, 0, len(content)) if text == b";"]


def is_word(text: bytes) -> bool:
    return text[:1].isalpha() or text[:1] == b"_" or text[0] >= 0x80


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_semicolons_are_where_postgresql_finds_them(text: str) -> None:
    """One inside a string, a comment or a quote is none, with any text around it."""
    assert find_semicolons(text) == semicolons(text.encode())


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_words_are_where_postgresql_finds_them(text: str) -> None:
    """Every keyword and identifier, no more and no fewer: what a command is depends on them."""
    content = text.encode()
    assert find_words(text) == [token for token in tokens(content, 0, len(content)) if is_word(token[1])]


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=25).map("".join))
def test_any_heap_of_fragments_is_read_as_postgresql_reads_it(text: str) -> None:
    """Even if no person would write it so: a text is taken apart exactly as the server will."""
    try:
        unclosed = find_unclosed(text)
    except ParseError:
        return  # refused for another reason: the server runs nothing of it, however it is read
    text = text.encode()[:unclosed].decode()
    content = text.encode()
    assert find_semicolons(text) == semicolons(content)
    assert find_words(text) == [token for token in tokens(content, 0, len(content)) if is_word(token[1])]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("select 1", "SELECT"),
        ("/* a */ Create -- b\n or /* c */ replace\tVIEW v", "CREATE OR REPLACE VIEW"),
        ("drop\ntable a, b", "DROP TABLE A"),
        ("a b c d e", "A B C D"),
        ("commıt", "COMMıT"),
        ("(SELECT 1)", ""),
        ('"commit"', ""),
        ("E'commit'", ""),
        ("- x", ""),
        (" -- nothing", ""),
    ],
)
def test_the_opening_words_are_the_first_four(text: str, words: str) -> None:
    """In upper case and without what stands between them; folded in ASCII only, as PostgreSQL folds keywords."""
    content = text.encode()
    assert words.encode() == opening(content, 0, len(content))[1].encode("latin-1")


@pytest.mark.parametrize("pattern", COMPILED.values(), ids=COMPILED)
def test_no_quantifier_gives_back_what_it_took(pattern: bytes) -> None:
    """Backtracking is what makes a regular expression slow: each `*`, `+` and `?` is possessive (has a `+` behind)."""
    bare = re.sub(rb"\\.|\[\^?(?:\\.|[^\]])*\]|\(\?(?:[:=!]|i:|P<\w+>)", b"_", pattern, flags=re.DOTALL)
    assert [] == [quantifier for quantifier in re.findall(rb"[*+?]\+?", bare) if len(quantifier) == 1]
