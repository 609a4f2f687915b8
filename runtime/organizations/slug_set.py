"""Which organizations were seen already, in some nine bytes each."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from hashlib import blake2b

# Few: each grows by a piece of its own, and the pieces given back add up.
BUCKETS = 16


def hash_slug(slug: str) -> int:
    """64 bits that are the same in every process: they decide the shard, and whether a slug was seen.

    Among a million organizations two share them with a probability of 3e-8 (birthday bound, n**2 / 2**65).
    """
    return int.from_bytes(blake2b(slug.encode("utf-8", "surrogatepass"), digest_size=8).digest())


class SlugSet:
    """A set of slug hashes: sorted arrays of 8 bytes an entry, short enough for an insertion to be cheap."""

    __slots__ = ("_buckets", "_size")

    def __init__(self) -> None:
        self._buckets = [array("Q") for _ in range(BUCKETS)]
        self._size = 0

    def add(self, slug_hash: int) -> bool:
        """True where it was not there yet."""
        bucket = self._buckets[slug_hash >> 60]
        position = bisect_left(bucket, slug_hash)
        if position < len(bucket) and bucket[position] == slug_hash:
            return False
        bucket.insert(position, slug_hash)
        self._size += 1
        return True

    def __len__(self) -> int:
        return self._size
