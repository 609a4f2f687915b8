"""HTTP over urllib: connections, deadlines, retries."""
