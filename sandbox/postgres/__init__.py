"""PostgreSQL servers of the sandbox."""

from sandbox.postgres.cluster import SUPERUSER, Cluster

__all__ = ["SUPERUSER", "Cluster"]
