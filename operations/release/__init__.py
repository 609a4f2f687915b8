"""A release: the manual jobs in their order, each only after the one before is done."""
