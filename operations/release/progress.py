"""What an operator sees of a release: each step as it begins, and the table of all at the end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from operations.diagnosis.finding import Finding, Health
from operations.release.steps import VERIFY, WAIT, list_jobs
from operations.terminal.output import say, show
from operations.terminal.printable import escape
from operations.terminal.table import Column, find_width, render_table
from runtime.config.catalog import Catalog
from runtime.config.environment import Environment
from runtime.process.clock import Clock
from runtime.process.errors import JobError

COLUMNS = (Column("STEP"), Column("RESULT"), Column("TOOK"))
CHECK = "image"
# How a remedy ends that sends back to a step; without one the whole release is meant.
SENT_BACK = re.compile(r"bin/release \w+(?: --from (\S+))?$")


@dataclass(frozen=True, slots=True)
class Step:
    """A step that has ended."""

    name: str
    result: str
    seconds: float
    detail: str


class Progress:
    """Steps are begun and ended in turn; the way on is what the remedies of all that is wrong agree with."""

    def __init__(
        self, catalog: Catalog, environment: Environment, start: str | None, clock: Clock, *, as_json: bool = False
    ) -> None:
        self._show = say if as_json else show
        self._order = (*(job.name for job in list_jobs(catalog)), VERIFY)
        self._environment = environment
        self._start = start
        self._clock = clock
        self._steps: list[Step] = []
        self._remedies: list[str] = []
        self._open, self._begun = "", 0.0

    def begin(self, name: str) -> None:
        """Announces the step."""
        self._open, self._begun = name, self._clock.monotonic()
        self._show(f"\n{name} in {self._environment.name}")

    def end(self, result: str, detail: str) -> None:
        """Closes it."""
        self._steps.append(Step(self._open, result, self._clock.monotonic() - self._begun, detail))
        self._open = ""

    def note(self, finding: Finding) -> None:
        """Shows one finding of the step."""
        self._show(f"  {escape(f'{finding.name}: {finding.detail}')}")
        if finding.health is not Health.WELL:
            self._show(f"    {finding.health}{escape(f', next: {finding.remedy}' if finding.remedy else '')}")
        if finding.health is Health.WRONG:
            self._remedies.append(finding.remedy)

    def add_remedy(self, error: JobError) -> None:
        """Takes the remedy of what ended the release into account; the error is shown elsewhere."""
        self._remedies.append(error.remedy)

    def render(self) -> str:
        """The table, and below it how to go on if not all steps are done."""
        if self._open:
            self.end("stopped", "see above")
        rows = [(step.name, step.result, f"{step.seconds:.1f}s") for step in self._steps]
        notes = [step.detail for step in self._steps]
        table = f"\n{render_table(COLUMNS, rows, notes, find_width())}"
        last = self._steps[-1]
        if last.result == "done" and last.name == VERIFY:
            return f"{table}\n{self._environment.name} is released"
        return f"{table}\n{self._environment.name} is not released; {self._describe_next(last)}"

    @property
    def steps(self) -> tuple[Step, ...]:
        """Those that have ended, in order."""
        return tuple(self._steps)

    def _describe_next(self, last: Step) -> str:
        if any(remedy.startswith(WAIT) for remedy in self._remedies):
            return f"wait for what is still running, then bin/release {self._environment.name} --from {VERIFY}"
        # A remedy without --from sends back to the first step.
        named = [found[1] or self._order[0] for remedy in self._remedies if (found := SENT_BACK.search(remedy))]
        if named:
            step: str | None = min(named, key=self._order.index)
        else:
            step = self._start if last.name == CHECK else last.name
        return f"resume: bin/release {self._environment.name}{f' --from {step}' if step else ''}"
