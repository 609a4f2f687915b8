"""The parts of org-sync-all: listing, sharding, concurrency, progress."""
