"""Terraform's attributes into a protocol buffer: the names are the same, the shapes nearly."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message


def fill(message: Message, values: Mapping[str, Any]) -> None:
    """Sets the fields that have a value; an attribute that the message does not have is Terraform's own.

    Raises ValueError or TypeError for a value that does not fit.
    """
    for field in message.DESCRIPTOR.fields:
        value = values.get(field.name)
        if value is None or value in ([], {}, ""):
            continue
        if field.is_repeated:
            _fill_repeated(getattr(message, field.name), field, value)
        elif field.type == FieldDescriptor.TYPE_MESSAGE:
            _fill_message(getattr(message, field.name), value)
        else:
            setattr(message, field.name, _convert(field, value))


def _fill_repeated(container: Any, field: Any, value: Any) -> None:
    if isinstance(value, dict):
        container.update(value)
    elif field.type == FieldDescriptor.TYPE_MESSAGE:
        for item in value:
            fill(container.add(), item)
    else:
        container.extend(value)


def _fill_message(message: Message, value: Any) -> None:
    if isinstance(message, Duration):
        message.FromJsonString(value)
        return
    message.SetInParent()
    # A block that may occur once is a list of one.
    fill(message, value[0] if isinstance(value, list) else value)


def _convert(field: Any, value: Any) -> Any:
    if field.type == FieldDescriptor.TYPE_ENUM:
        return field.enum_type.values_by_name[value].number
    if field.type == FieldDescriptor.TYPE_BYTES:
        return base64.b64decode(value)
    return value
