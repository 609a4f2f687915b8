"""PostgreSQL servers for tests and the demo."""

from sandbox.postgres.cluster import SUPERUSER, Cluster

__all__ = ["SUPERUSER", "Cluster"]
