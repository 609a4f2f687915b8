"""One visit to the sandbox, as its host or as a guest."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from runtime.config.catalog import load_catalog
from runtime.process.errors import ConfigurationError
from sandbox.progress import Progress
from sandbox.shell.session import Session
from sandbox.shell.subshell import make_variables, run_command, run_shell
from sandbox.starting import start_cloud
from sandbox.table import show

TRY = """
Try, in this order:
  bin/release stage                   migrations, bootstrap, every organization, and whether all is well
  sandbox tick all                    Cloud Scheduler starts what has a trigger
  bin/list-jobs stage
  sandbox break api wrong-key         something goes wrong ...
  bin/run-job stage quota-reset       ... and this is how it shows
  sandbox heal
sandbox alone lists what else it can do; Ctrl-D ends it.
"""


class Visit:
    """What a person asked for: a shell, or one command; and whether the state is to survive."""

    def __init__(self, session: Session, command: str | None, *, keep: bool) -> None:
        self._session = session
        self._command = command
        self._keep = keep

    def run(self) -> int:
        """The command's exit status, 0 for a shell. Raises ConfigurationError if there is no terminal for one."""
        if self._command is None and not sys.stdin.isatty():
            problem = "there is no terminal for a shell"
            raise ConfigurationError(problem, 'make sandbox CMD="bin/list-jobs stage" runs one command')
        while True:
            with self._session.host() as is_host:
                if is_host:
                    return self._host()
            with self._session.join(say) as description:
                if description is not None:
                    return self._join(description)

    def _host(self) -> int:
        session, kept = self._session, self._session.kept if self._keep else None
        with ExitStack() as stack:
            with Progress(say) as progress:
                say("Starting a Google Cloud of your own, with all that the jobs talk to:")
                applied = tuple(load_catalog().environments)
                cloud = stack.enter_context(start_cloud(session.run, applied, progress, kept))
                from sandbox.actions.action import Sandbox
                from sandbox.actions.breakages import Breakages
                from sandbox.actions.status import list_addresses
                from sandbox.shell.control import serve_control

                breakages = Breakages(cloud)
                control = stack.enter_context(serve_control(Sandbox(cloud, breakages)))
            folder = cloud.estate.checkout.folder
            variables = make_variables(session.run, folder, cloud.variables(), control.url)
            addresses = "\n".join(list_addresses(cloud))
            session.publish({"variables": variables, "folder": str(folder), "addresses": addresses})
            status = self._enter(variables, folder, addresses)
            session.await_guests(say)
            say("sandbox: ending ...")
            breakages.heal()
        if kept:
            say(f"sandbox: its state is in {kept}: make sandbox KEEP=1 goes on with it, rm -r {kept} forgets it")
        return status

    def _join(self, description: Mapping[str, object]) -> int:
        say("sandbox: this one joins the sandbox that runs already")
        variables, folder, addresses = (description[name] for name in ("variables", "folder", "addresses"))
        assert isinstance(variables, dict)
        return self._enter(variables, Path(str(folder)), str(addresses))

    def _enter(self, variables: Mapping[str, str], folder: Path, addresses: str) -> int:
        if self._command is not None:
            return run_command(self._command, variables, folder)
        say(f"\n{addresses}\n{TRY}")
        run_shell(variables, folder)
        return 0


def say(line: str) -> None:
    """Leaves standard output to what runs inside."""
    show(line, sys.stderr)
