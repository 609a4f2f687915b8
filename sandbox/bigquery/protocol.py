"""The requests of BigQuery's REST API v2, as far as they are served; any other field is refused."""

from __future__ import annotations

from typing import Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from sandbox.bigquery.errors import ApiError, invalid_request

R = TypeVar("R", bound=BaseModel)


class Resource(BaseModel):
    """JSON in camel case, without unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=to_camel)


class ParameterType(Resource):
    """The type of a scalar query parameter."""

    type: Literal["STRING", "INT64", "FLOAT64", "BOOL", "DATE", "TIMESTAMP"]


class ParameterValue(Resource):
    """Its value: a string, but Google's client sends a FLOAT64 as a number, and BigQuery takes it."""

    value: str | float


class QueryParameter(Resource):
    """A named query parameter."""

    name: str = Field(min_length=1)
    parameter_type: ParameterType
    parameter_value: ParameterValue


class DatasetReference(Resource):
    """Names a dataset."""

    project_id: str
    dataset_id: str


class TableReference(DatasetReference):
    """Names a table."""

    table_id: str


class FormatOptions(Resource):
    """How timestamps are written."""

    use_int64_timestamp: bool = False


class QueryConfiguration(Resource):
    """What to run: the part that jobs.query and jobs.insert have in common."""

    query: str = Field(min_length=1)
    use_legacy_sql: bool = True
    parameter_mode: Literal["NAMED"] | None = None
    query_parameters: tuple[QueryParameter, ...] = ()
    default_dataset: DatasetReference | None = None
    use_query_cache: bool = True


class QueryRequest(QueryConfiguration):
    """The body of jobs.query."""

    kind: Literal["bigquery#queryRequest"] = "bigquery#queryRequest"
    request_id: str = Field(default="", max_length=36)
    timeout_ms: int = 10_000
    max_results: int | None = Field(default=None, ge=0)
    dry_run: bool = False
    location: Literal["US"] = "US"
    format_options: FormatOptions = FormatOptions()
    job_creation_mode: Literal["JOB_CREATION_REQUIRED", "JOB_CREATION_OPTIONAL"] = "JOB_CREATION_REQUIRED"
    labels: dict[str, str] = Field(default_factory=dict)


class JobReference(Resource):
    """Names a job."""

    project_id: str
    job_id: str = Field(pattern=r"^[A-Za-z0-9_-]{1,1024}$")
    location: Literal["US"] = "US"


class JobConfiguration(Resource):
    """What a job does: here always a query."""

    query: QueryConfiguration
    dry_run: bool = False
    labels: dict[str, str] = Field(default_factory=dict)


class JobResource(Resource):
    """The body of jobs.insert."""

    job_reference: JobReference
    configuration: JobConfiguration


def read_body(kind: type[R], body: bytes) -> R:
    """The body as a `kind`. Raises ApiError as BigQuery does, for unknown fields too."""
    try:
        return kind.model_validate_json(body or b"{}")
    except ValidationError as error:
        raise _refusal(error) from error


def _refusal(error: ValidationError) -> ApiError:
    first = error.errors()[0]
    *parents, name = [str(part) for part in first["loc"]] or [""]
    if first["type"] == "extra_forbidden":
        where = f" at '{'.'.join(parents)}'" if parents else ""
        return invalid_request(f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.')
    return invalid_request(f"Invalid value at '{'.'.join([*parents, name])}': {first['msg']}")
