"""A stand-in for the parts of Google Cloud that run the jobs, over what Terraform applied.

Cloud Run Admin v2, Cloud Scheduler v1, Secret Manager v1, Cloud Logging v2, Service Usage v1, Artifact Registry v1, the
OAuth token endpoint and the metadata server, on one loopback port. Requests are parsed into and answers rendered from
Google's own protocol buffers. What is known to differ: log entries are readable at once, IAM changes hold at once,
conditional IAM bindings grant nothing, and messages of errors are close to Google's, not equal.
"""

from sandbox.control_plane.plane import ControlPlane, point_to
from sandbox.control_plane.run.process_runner import ProcessRunner, Program
from sandbox.control_plane.run.runner import Container, Exit, Handle, OnLine, Runner
from sandbox.control_plane.timeline import Timeline
from sandbox.control_plane.world.world import World

__all__ = [
    "Container",
    "ControlPlane",
    "Exit",
    "Handle",
    "OnLine",
    "ProcessRunner",
    "Program",
    "Runner",
    "Timeline",
    "World",
    "point_to",
]
