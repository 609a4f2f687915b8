"""Fires triggers by themselves while time flows, as Cloud Scheduler does."""

from __future__ import annotations

import threading

from sandbox.control_plane.scheduler.triggers import Attempt, Triggers
from sandbox.control_plane.timeline import Timeline
from sandbox.control_plane.world.world import World


class Clockwork:
    """Runs until closed. Ticks that a jump of the clock passes over are skipped, not made up for."""

    def __init__(self, world: World, timeline: Timeline, triggers: Triggers) -> None:
        self._world = world
        self._timeline = timeline
        self._triggers = triggers
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="scheduler", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends it; a delivery under way is awaited."""
        self._closed = True
        self._timeline.wake()
        self._thread.join()

    def _run(self) -> None:
        after = self._timeline.now()
        while not self._closed:
            with self._timeline.change():
                setting, planned = self._read_setting(), self._triggers.list_planned(after)
                when = self._triggers.find_next(planned)
            if self._timeline.wait(lambda s=setting: self._closed or self._read_setting() != s, when):  # type: ignore[misc]
                moved = self._timeline.ahead != setting[0]
                after = self._timeline.set_to if moved else min(self._timeline.now(), when or self._timeline.now())
            elif when is not None and self._timeline.now() >= when:
                for attempt in self._triggers.take_due(planned, when):
                    self._fire(attempt)
                after = when

    def _fire(self, attempt: Attempt) -> None:
        if trigger := self._world.triggers.get(attempt.trigger):
            self._triggers.fire(trigger, attempt.number)

    def _read_setting(self) -> tuple[object, ...]:
        """What decides over the next firing; a new retry comes only from a firing of somebody else."""
        triggers = self._world.triggers.values()
        return (
            self._timeline.ahead,
            self._triggers.waiting,
            *((trigger.name, trigger.state, trigger.schedule) for trigger in triggers),
        )
