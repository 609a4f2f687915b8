"""make bench: what the jobs cost, measured beside what people would use instead."""
