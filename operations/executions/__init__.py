"""Starting a job, following its execution, and judging how it ended."""
