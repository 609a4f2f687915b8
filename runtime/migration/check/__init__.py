"""Everything that can be known to be wrong with a migration before it is sent."""
