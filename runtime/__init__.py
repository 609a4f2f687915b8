"""The jobs as they run in the container: standard library, plus two Google clients when needed."""

VERSION = "1.0.0"
