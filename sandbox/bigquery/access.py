"""Who may do what."""

from __future__ import annotations

from sandbox.bigquery.errors import access_denied, no_credentials
from sandbox.bigquery.statement import Statement
from sandbox.bigquery.warehouse import Warehouse


class Access:
    """The one caller: `token` must be sent unless it is None, `denied` holds the permissions that the caller lacks."""

    def __init__(self, token: str | None) -> None:
        self.token = token
        self.denied: set[str] = set()

    def check_token(self, authorization: str | None) -> None:
        """Raises ApiError unless the right token was sent."""
        if self.token is not None and authorization != f"Bearer {self.token}":
            raise no_credentials()

    def check_project(self, project: str, warehouse: Warehouse) -> None:
        """Raises ApiError if the caller may not run jobs there; a project that does not exist looks the same."""
        permission = "bigquery.jobs.create"
        if project not in warehouse.projects or permission in self.denied:
            raise access_denied(f"Project {project}: User does not have {permission} permission in project {project}.")

    def check_statement(self, statement: Statement) -> None:
        """Raises ApiError if the caller may not read, or change, what the statement names."""
        for table in statement.tables.values():
            if "bigquery.tables.getData" in self.denied:
                raise access_denied(
                    f"Table {table}: User does not have permission to query table {table}, "
                    "or perhaps it does not exist."
                )
            if statement.kind == "DELETE" and "bigquery.tables.updateData" in self.denied:
                raise access_denied(
                    f"Table {table}: Permission bigquery.tables.updateData denied on table {table} "
                    "(or it may not exist)."
                )
