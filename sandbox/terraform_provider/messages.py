"""The messages of Terraform's plugin protocol 5, built at import from a table of field numbers."""

from __future__ import annotations

from typing import Any

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

PACKAGE = "tfplugin5"

_SCALARS = {
    "string": descriptor_pb2.FieldDescriptorProto.TYPE_STRING,
    "bytes": descriptor_pb2.FieldDescriptorProto.TYPE_BYTES,
    "bool": descriptor_pb2.FieldDescriptorProto.TYPE_BOOL,
    "int64": descriptor_pb2.FieldDescriptorProto.TYPE_INT64,
    "int32": descriptor_pb2.FieldDescriptorProto.TYPE_INT32,  # enums: the same on the wire
}

# message: "name=number:type"; a type in [] is repeated, in {} the value of a map from strings.
_TABLE = {
    "Empty": "",
    "DynamicValue": "msgpack=1:bytes json=2:bytes",
    "Step": "attribute_name=1:string element_key_string=2:string element_key_int=3:int64",
    "AttributePath": "steps=1:[Step]",
    "Diagnostic": "severity=1:int32 summary=2:string detail=3:string attribute=4:AttributePath",
    "RawState": "json=1:bytes flatmap=2:{string}",
    "Attribute": "name=1:string type=2:bytes required=4:bool optional=5:bool computed=6:bool sensitive=7:bool"
    " write_only=10:bool",
    "NestedBlock": "type_name=1:string block=2:Block nesting=3:int32 min_items=4:int64 max_items=5:int64",
    "Block": "version=1:int64 attributes=2:[Attribute] block_types=3:[NestedBlock]",
    "Schema": "version=1:int64 block=2:Block",
    "ServerCapabilities": "plan_destroy=1:bool get_provider_schema_optional=2:bool move_resource_state=3:bool",
    "Outcome": "diagnostics=1:[Diagnostic]",
    "Metadata": "server_capabilities=1:ServerCapabilities diagnostics=2:[Diagnostic]",
    "Schemas": "provider=1:Schema resource_schemas=2:{Schema} data_source_schemas=3:{Schema}"
    " diagnostics=4:[Diagnostic] server_capabilities=6:ServerCapabilities",
    "PrepareRequest": "config=1:DynamicValue",
    "PrepareReply": "prepared_config=1:DynamicValue diagnostics=2:[Diagnostic]",
    "ConfigureRequest": "terraform_version=1:string config=2:DynamicValue",
    "ValidateRequest": "type_name=1:string config=2:DynamicValue",
    "UpgradeRequest": "type_name=1:string version=2:int64 raw_state=3:RawState",
    "UpgradeReply": "upgraded_state=1:DynamicValue diagnostics=2:[Diagnostic]",
    "ReadRequest": "type_name=1:string current_state=2:DynamicValue private=3:bytes",
    "ReadReply": "new_state=1:DynamicValue diagnostics=2:[Diagnostic] private=3:bytes",
    "PlanRequest": "type_name=1:string prior_state=2:DynamicValue proposed_new_state=3:DynamicValue"
    " config=4:DynamicValue prior_private=5:bytes",
    "PlanReply": "planned_state=1:DynamicValue requires_replace=2:[AttributePath] planned_private=3:bytes"
    " diagnostics=4:[Diagnostic] legacy_type_system=5:bool",
    "ApplyRequest": "type_name=1:string prior_state=2:DynamicValue planned_state=3:DynamicValue"
    " config=4:DynamicValue planned_private=5:bytes",
    "ApplyReply": "new_state=1:DynamicValue private=2:bytes diagnostics=3:[Diagnostic] legacy_type_system=4:bool",
    "ImportRequest": "type_name=1:string id=2:string",
    "Imported": "type_name=1:string state=2:DynamicValue private=3:bytes",
    "ImportReply": "imported_resources=1:[Imported] diagnostics=2:[Diagnostic]",
    "DataRequest": "type_name=1:string config=2:DynamicValue",
    "DataReply": "state=1:DynamicValue diagnostics=2:[Diagnostic]",
    "StopReply": "error=1:string",
}


def _add_field(message: descriptor_pb2.DescriptorProto, name: str, number: int, kind: str) -> None:
    field = message.field.add(name=name, number=number, label=descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL)
    if kind[0] in "[{":
        field.label = descriptor_pb2.FieldDescriptorProto.LABEL_REPEATED
    if kind[0] == "{":
        entry = message.nested_type.add(name=name.title().replace("_", "") + "Entry")
        entry.options.map_entry = True
        _add_field(entry, "key", 1, "string")
        _add_field(entry, "value", 2, kind[1:-1])
        kind = f"{message.name}.{entry.name}"
    kind = kind.strip("[]")
    if kind in _SCALARS:
        field.type = _SCALARS[kind]
    else:
        field.type = descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
        field.type_name = f".{PACKAGE}.{kind}"


def _build() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="terraform_plugin_5.proto", package=PACKAGE, syntax="proto3")
    for message_name, fields in _TABLE.items():
        message = file.message_type.add(name=message_name)
        for name, number, kind in (field.replace("=", ":").split(":") for field in fields.split()):
            _add_field(message, name, int(number), kind)
        if message_name == "Step":  # a oneof: an element key of 0 has to be sent
            message.oneof_decl.add(name="selector")
            for field in message.field:
                field.oneof_index = 0
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"{PACKAGE}.{name}")) for name in _TABLE}


# Classes made at run time have no static type.
MESSAGES: dict[str, Any] = _build()
