"""One HTTPS POST each, and what people would write for it; run as scripts of their own."""
