"""The projects' databases: copies of one template that has Supabase's roles and schemas."""

from __future__ import annotations

from pathlib import Path

import psycopg

from sandbox.postgres import SUPERUSER, Cluster

TEMPLATE = "supabase"
OWNER = "postgres"
FOLDER = Path(__file__).parent


def create_template(cluster: Cluster) -> None:
    """Makes roles and template unless the cluster has them."""
    if TEMPLATE in cluster.databases():
        return
    building = f"{TEMPLATE}_unfinished"
    cluster.drop_database(building)
    cluster.create_database(building)
    with psycopg.connect(cluster.conninfo(building, SUPERUSER)) as connection:
        connection.execute((FOLDER / "roles.sql").read_bytes())
        connection.execute(f"ALTER DATABASE {building} OWNER TO {OWNER}".encode())
        connection.execute((FOLDER / "schema.sql").read_bytes())
    cluster.execute(f"ALTER DATABASE {building} RENAME TO {TEMPLATE}")


def create_project(cluster: Cluster, ref: str) -> None:
    """Makes the project's database, called by its ref, unless there is one."""
    if ref not in cluster.databases():
        cluster.create_database(ref, TEMPLATE, OWNER)
