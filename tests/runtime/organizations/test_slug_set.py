"""The set of slugs behaves like a set, in 16 bytes an entry at most (issue: memory of org-sync-all)."""

from __future__ import annotations

import sys

from hypothesis import given
from hypothesis import strategies as st

from runtime.organizations.slug_set import SlugSet, hash_slug

ENTRIES = 20_000
BYTES_PER_ENTRY = 16


@given(st.lists(st.integers(0, 2**64 - 1) | st.sampled_from((0, 1, 2**56, 2**64 - 1)), max_size=200))
def test_it_behaves_like_a_set(hashes: list[int]) -> None:
    """Says of each whether it is new, and how many there are."""
    slugs, model = SlugSet(), set[int]()
    for number in hashes:
        assert slugs.add(number) == (number not in model)
        model.add(number)
        assert len(slugs) == len(model)


def test_an_entry_takes_16_bytes_at_most() -> None:
    """Over all that the set holds on to, spare room included; an empty one takes a fixed amount."""
    slugs = SlugSet()
    empty = measure(slugs)
    for number in range(ENTRIES):
        slugs.add(hash_slug(f"organization_{number}"))
    assert len(slugs) == ENTRIES
    assert (measure(slugs) - empty) / ENTRIES <= BYTES_PER_ENTRY
    assert empty < 32 * 1024


def measure(held: object) -> int:
    """The bytes of an object and of all that it refers to."""
    size = sys.getsizeof(held)
    if isinstance(held, list):
        return size + sum(map(measure, held))
    return size + sum(measure(getattr(held, name)) for name in getattr(held, "__slots__", ()))


def test_hashes_are_the_same_in_every_process_and_release() -> None:
    """Else the tasks of one execution would disagree about who syncs what."""
    assert [hash_slug(slug) for slug in ("acme", "", "é", "\ud800")] == [
        3469556990258029185,
        16476032584258269876,
        14635220546840893743,
        4758185216457903464,
    ]
