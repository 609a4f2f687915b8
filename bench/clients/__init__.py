"""One HTTPS POST each, and what people would write for it; run as separate scripts."""
