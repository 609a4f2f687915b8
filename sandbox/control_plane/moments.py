"""Times in messages: the generated classes are annotated as protocol buffers, but give and take Python's types."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import cast

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp


def stamp(moment: datetime) -> Timestamp:
    """A moment, to be put into a message."""
    message = Timestamp()
    message.FromDatetime(moment)
    return message


def read_moment(value: Timestamp) -> datetime:
    """A moment as it is read from a message."""
    return cast(datetime, value)


def read_duration(value: Duration) -> timedelta:
    """A duration as it is read from a message; zero if it is not set."""
    return cast("timedelta | None", value) or timedelta()
