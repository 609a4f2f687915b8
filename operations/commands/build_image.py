"""bin/build-image: builds, promotes or chooses the image of an environment's jobs, for Terraform to apply."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from operations.cloud.google_session import GoogleSession
from operations.images.history import find_upload, list_recent
from operations.images.origin import is_shallow, read_origin
from operations.images.pin import read_pin, write_pin
from operations.images.promotion import Promotion
from operations.images.submission import CONFIGURATION, archive_commit, await_digest, submit
from operations.images.substitutions import Substitutions
from operations.terminal.arguments import make_parser, parse
from operations.terminal.confirmation import require_confirmation
from operations.terminal.document import show_document
from operations.terminal.output import run_command, say, show
from runtime.config.catalog import ROOT, Catalog, load_catalog
from runtime.config.environment import Environment
from runtime.process.clock import Clock
from runtime.process.errors import ConfigurationError, UsageError

EPILOG = """\
Prints the image's name, with its digest, and writes it to terraform/environments/ENV/image.auto.tfvars.json: commit
that file, and bin/create-all-jobs ENV gives the image to the jobs."""
LIST = ""
CHECKOUT = Path(ROOT)


class Command:
    """One call of bin/build-image."""

    def __init__(self, choices: argparse.Namespace) -> None:
        self._catalog: Catalog = load_catalog()
        self._environment: Environment = self._catalog.environment(choices.environment)
        self._choices = choices

    def perform(self) -> int:
        """Does what was asked for; the exit status."""
        if self._choices.use == LIST:
            self._list()
            return 0
        if self._choices.use:
            digest = self._choose()
        elif self._choices.source:
            digest = self._promote()
        else:
            digest = self._build()
        image = write_pin(self._environment, CHECKOUT, digest)
        if self._choices.json:
            show_document(self._environment, [], image=image)
        else:
            show(image)
        say(f"build-image: to run it: bin/create-all-jobs {self._environment.name}")
        return 0

    def _list(self) -> None:
        chosen = read_pin(self._environment, CHECKOUT)
        uploads = list_recent(self._open_session())
        if self._choices.json:
            images = [{**upload.describe(), "chosen": upload.digest == chosen} for upload in uploads]
            show_document(self._environment, [], images=images)
        elif uploads:
            show("\n".join(upload.render(chosen) for upload in uploads))

    def _choose(self) -> str:
        upload = find_upload(list_recent(self._open_session()), self._choices.use)
        require_confirmation(self._environment, f"Choose {upload.digest} of {upload.moment:%Y-%m-%d %H:%M}")
        return upload.digest

    def _promote(self) -> str:
        source = self._catalog.environment(self._choices.source)
        digest = read_pin(source, CHECKOUT)
        if source is self._environment or digest is None:
            raise UsageError(f"{source.name} has no image to promote to {self._environment.name}", "see --help")
        promotion = Promotion(self._open_session(), source, digest)
        promotion.require_deployed(self._catalog)
        require_confirmation(self._environment, f"Promote {source.name}'s {digest}")
        say(f"build-image: promoted {promotion.image}, tagged {promotion.copy()}")
        return digest

    def _build(self) -> str:
        origin = read_origin(CHECKOUT)
        if origin.changes:
            names = ", ".join(origin.changes[:5])
            raise ConfigurationError(f"not committed, and so in no image: {names}", "commit, stash or remove it")
        if is_shallow(CHECKOUT):
            problem = (
                "this clone is shallow: its history does not say when the interpreter and the packages last changed"
            )
            raise ConfigurationError(problem, "git fetch --unshallow")
        values = (origin.revision, str(origin.epoch), str(origin.dependencies_epoch), origin.source)
        tag = self._choices.tag or origin.revision
        substitutions = Substitutions(self._environment.name, self._environment.project, tag, *values)
        substitutions.check()
        require_confirmation(self._environment, f"Build and push {tag}")
        with tempfile.TemporaryDirectory() as folder:
            archive = Path(folder, "source.tar.gz")
            archive_commit(CHECKOUT, origin.revision, archive)
            build = submit(archive, CHECKOUT / CONFIGURATION, substitutions)
        say(f"build-image: build {build} of commit {origin.revision} goes on if this command is interrupted")
        return await_digest(build, substitutions, Clock())

    def _open_session(self) -> GoogleSession:
        return GoogleSession(self._environment, os.environ, clock=Clock(), verbose=self._choices.verbose)


def build_parser() -> argparse.ArgumentParser:
    """The command line."""
    description = "Builds, promotes or chooses the image of an environment's jobs, for Terraform to apply."
    parser = make_parser("build-image", description, EPILOG)
    way = parser.add_mutually_exclusive_group()
    way.add_argument("--tag", help="build under this tag; the commit's hash unless given")
    way.add_argument("--from", dest="source", metavar="ENV", help="promote the image that ENV runs")
    use = "choose one of the last five images, by the beginning of its digest; without DIGEST, list them"
    way.add_argument("--use", nargs="?", const=LIST, metavar="DIGEST", help=use)
    return parser


if __name__ == "__main__":
    sys.exit(run_command("build-image", lambda: Command(parse(build_parser())).perform()))
