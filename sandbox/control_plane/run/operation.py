"""The long-running operation of an execution."""

from __future__ import annotations

from google.cloud import run_v2
from google.longrunning import operations_pb2
from google.protobuf import any_pb2
from google.protobuf.message import Message
from google.rpc import code_pb2, status_pb2

from sandbox.control_plane.run.conditions import State
from sandbox.control_plane.run.state import Run


def describe_operation(run: Run, name: str) -> operations_pb2.Operation:
    """Not done while the execution runs; then with the execution as the response, or with what failed as the error.

    The operation of a cancellation has succeeded when the execution has ended.
    """
    with run.platform.timeline.change():
        execution = _pack(run_v2.Execution.pb(run.execution))
        operation = operations_pb2.Operation(name=name, metadata=execution, done=run.done)
        if run.done:
            completed = next(condition for condition in run.execution.conditions if condition.type_ == "Completed")
            if name == run.cancellation or completed.state == State.CONDITION_SUCCEEDED:
                operation.response.CopyFrom(execution)
            else:
                operation.error.CopyFrom(status_pb2.Status(code=code_pb2.ABORTED, message=completed.message))
        return operation


def _pack(message: Message) -> any_pb2.Any:
    packed = any_pb2.Any()
    packed.Pack(message)
    return packed
