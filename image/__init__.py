"""The jobs' image: how it is built on any machine, and what it is checked by."""
