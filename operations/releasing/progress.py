"""What an operator sees of a release: each step as it begins, and the table of all at the end."""

from __future__ import annotations

from dataclasses import dataclass

from operations.diagnosis.finding import Finding, Health
from operations.inventory.table import align
from operations.printable import escape
from operations.releasing.steps import VERIFY
from runtime.clock import Clock
from runtime.declarations import Environment

HEAD = ("STEP", "RESULT", "TOOK", "")
CHECK = "image"


@dataclass(frozen=True, slots=True)
class Step:
    """A step that has ended."""

    name: str
    result: str
    seconds: float
    said: str


class Progress:
    """Steps are begun and ended in turn; one that was begun and never ended is the one to resume from."""

    def __init__(self, environment: Environment, start: str | None, clock: Clock) -> None:
        self._environment = environment
        self._start = start
        self._clock = clock
        self._steps: list[Step] = []
        self._open, self._begun = "", 0.0

    def begin(self, name: str) -> None:
        """Announces the step."""
        self._open, self._begun = name, self._clock.monotonic()
        print(f"\n{name} in {self._environment.name}", flush=True)

    def end(self, result: str, said: str) -> None:
        """Closes it."""
        self._steps.append(Step(self._open, result, self._clock.monotonic() - self._begun, said))
        self._open = ""

    def note(self, finding: Finding) -> None:
        """Shows one finding of the step."""
        print(f"  {escape(f'{finding.name}: {finding.said}')}", flush=True)
        if finding.health is not Health.WELL:
            print(f"    {finding.health}{escape(f', next: {finding.remedy}' if finding.remedy else '')}", flush=True)

    def render(self) -> str:
        """The table, and below it how to go on where not all steps are done."""
        if self._open:
            self.end("stopped", "see above")
        rows = [(step.name, step.result, f"{step.seconds:.1f}s", step.said) for step in self._steps]
        table = f"\n{align(HEAD, rows)}"
        last = self._steps[-1]
        if last.result == "done" and last.name == VERIFY:
            return f"{table}\n{self._environment.name} is released"
        start = self._start if last.name == CHECK else last.name
        resume = f"bin/release {self._environment.name}{f' --from {start}' if start else ''}"
        return f"{table}\n{self._environment.name} is not released; resume: {resume}"
