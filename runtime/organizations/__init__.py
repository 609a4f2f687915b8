"""The parts of org-sync-all: the list, the syncs, how many at once, and what became of them."""
