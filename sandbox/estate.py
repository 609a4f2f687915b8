"""Environments as Terraform applies them, in a separate checkout and a cloud in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from runtime.config.catalog import Catalog
from runtime.process.errors import ConfigurationError
from sandbox.checkout import Checkout, make_checkout
from sandbox.progress import Progress
from sandbox.terraform.estate import choose_image, create_projects, fill_projects, image_of, variables_of
from sandbox.terraform.harness import Terraform, TerraformError, build_environment, open_folder
from sandbox.terraform.live_world import LiveWorld
from sandbox.terraform_provider.server import ProviderServer
from sandbox.terraform_provider.service import ProviderService

CAUSE = re.compile(r"^\W*Error: (.*)$", re.MULTILINE)


class Estate:
    """Started by `with`, which returns at once; `wait` until all of `applied` are there.

    The other environments are ready for bin/create-all-jobs. All files are in `folder`.
    """

    def __init__(self, folder: Path, catalog: Catalog, applied: Iterable[str], progress: Progress) -> None:
        self.folder = folder
        self.catalog = catalog
        self._applied = tuple(applied)
        self._progress = progress
        self._stack = ExitStack()
        self._work: list[Future[None]] = []

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self.checkout: Checkout = make_checkout(self.folder / "checkout", self.folder / "clock")
            self.world = LiveWorld(self.folder / "cloud.json")
            create_projects(self.world)
            fill_projects(self.world)
            # One for each environment and one for people: a provider serves one Terraform at a time.
            self._servers = {name: ProviderServer(ProviderService(self.world)) for name in ("", *self._applied)}
            for server in self._servers.values():
                stack.callback(server.close)
            self._roots = {name: self._open(name) for name in self.catalog.environments}
            pool = stack.enter_context(ThreadPoolExecutor(thread_name_prefix="terraform"))
            projects = dict.fromkeys(self.catalog.environments[name].project for name in self._applied)
            self._work = [pool.submit(self._apply_all, project) for project in projects]
            self._stack = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def wait(self) -> None:
        """Returns when everything is applied. Raises ConfigurationError with Terraform's own first words."""
        for work in self._work:
            work.result()

    def variables(self) -> dict[str, str]:
        """What leads Terraform to this cloud."""
        environment = build_environment(self.folder, self.world, self._servers[""])
        return {name: environment[name] for name in environment if name.startswith(("TF_", "CHECKPOINT_"))}

    def _open(self, name: str) -> Terraform:
        root = self.checkout.root(name)
        choose_image(root, image_of(name))
        server = self._servers.get(name, self._servers[""])
        return replace(open_folder(root, self.folder, server), world=self.world)

    def _apply_all(self, project: str) -> None:
        """The project's owner first: the others refer to what it makes."""
        chosen = [each for each in self.catalog.environments.values() if each.project == project]
        for environment in sorted(chosen, key=lambda each: not each.owns_project):
            if environment.name in self._applied:
                with self._progress.step(f"Terraform applies {environment.name}"):
                    self._apply(environment.name)

    def _apply(self, name: str) -> None:
        try:
            self._roots[name].init()
            self._roots[name].apply(variables_of(name))
        except TerraformError as error:
            cause = CAUSE.search(str(error))
            problem = f"Terraform cannot apply {name}: {cause[1] if cause else 'it does not say why'}"
            raise ConfigurationError(problem, f"make plan ENV={name} shows all that it says") from error
