"""Seeded campaigns that try to break the promises: nothing lost, nothing twice, no one in."""
