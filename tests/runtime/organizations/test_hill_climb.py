"""The number in flight follows latency and errors; held against fixed numbers on services of known capacity."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from statistics import fmean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.simulated_service import (
    DEGRADING,
    QUEUEING,
    REFUSING,
    Fixed,
    Model,
    Simulation,
)
from runtime.organizations.hill_climb import HillClimb

MOST = 32
ORGANIZATIONS = 2000
SEEDS = range(4)
MODELS = (QUEUEING, DEGRADING, REFUSING)


def short(source: random.Random) -> float:
    """Every sync takes 50 ms, give or take what no two requests share."""
    return source.uniform(0.0495, 0.0505)


def long(source: random.Random) -> float:
    """A sync takes 2 to 10 s by nature, without any overload (contract section 1)."""
    return source.uniform(2.0, 10.0)


def wild(source: random.Random) -> float:
    """Many syncs are short, some very long."""
    return source.expovariate(1 / 6.0)


Draw = Callable[[random.Random], float]


@cache
def best_fixed(model: Model, capacity: int, draw: Draw) -> float:
    """The throughput of the best of 1, 8 and 32 in flight."""
    return max(
        Simulation(Fixed(number), model, capacity, ORGANIZATIONS, draw).run().throughput for number in (1, 8, MOST)
    )


@pytest.mark.parametrize("draw", [short, long])
@pytest.mark.parametrize("capacity", [2, 8, 64])
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_it_is_near_the_best_fixed_choice(model: Model, capacity: int, draw: Draw) -> None:
    """0.85 of it on average over several runs, the search from the start included; no organization fails over it."""
    runs = [Simulation(HillClimb(MOST), model, capacity, ORGANIZATIONS, draw, seed).run() for seed in SEEDS]
    assert [run.failed for run in runs] == [0] * len(runs)
    assert fmean(run.throughput for run in runs) >= 0.85 * best_fixed(model, capacity, draw)


@pytest.mark.parametrize("model", MODELS, ids=str)
def test_the_start_costs_two_rounds(model: Model) -> None:
    """On a service with room for all, 8 and 16 in flight are each measured in the round that they are first sent in."""
    run = Simulation(HillClimb(MOST), model, 64, ORGANIZATIONS, lambda _: 0.05).run()
    rounds = 2 + -(-(ORGANIZATIONS - 8 - 16) // MOST)
    assert run.now == pytest.approx(rounds * 0.05)


@pytest.mark.parametrize("capacity", [2, 8, 64])
@pytest.mark.parametrize("model", MODELS, ids=str)
def test_it_copes_with_syncs_that_have_little_in_common(model: Model, capacity: int) -> None:
    """A mean of them says less, and the search takes longer: a fifth may be missing."""
    runs = [Simulation(HillClimb(MOST), model, capacity, ORGANIZATIONS, wild, seed).run() for seed in SEEDS]
    assert fmean(run.throughput for run in runs) >= 0.8 * best_fixed(model, capacity, wild)


@pytest.mark.parametrize("draw", [short, long])
@pytest.mark.parametrize("capacity", [2, 8])
def test_there_is_no_storm_of_refusals(capacity: int, draw: Draw) -> None:
    """Probing costs one 429 in thirty requests at most, a quarter of what 32 in flight cost."""
    adaptive, careless = (
        Simulation(limit, REFUSING, capacity, ORGANIZATIONS, draw).run() for limit in (HillClimb(MOST), Fixed(MOST))
    )
    assert adaptive.refusals <= adaptive.attempts / 30
    assert adaptive.refusals < careless.refusals / 4


@pytest.mark.parametrize("model", MODELS, ids=str)
@pytest.mark.parametrize(("before", "after"), [(64, 2), (64, 8), (8, 2), (2, 8), (2, 64), (8, 64)])
def test_it_recovers_within_seconds_when_the_capacity_changes(model: Model, before: int, after: int) -> None:
    """From half a minute after the change on (of 50 ms syncs), at most a fifth is missing to all that can be had."""
    change, settled = 10.0, 40.0
    run = Simulation(HillClimb(MOST), model, before, 30_000, short, changes=((change, after),)).run()
    done = [moment for moment in run.finishes if moment >= settled]
    assert len(done) / (run.now - settled) >= 0.8 * min(after, MOST) / 0.05
    assert run.failed == 0


def test_organizations_that_become_heavier_are_no_congestion() -> None:
    """Ten times as slow in the end, on a service with room for all: fewer in flight would only take longer."""

    def draw_heavier() -> Draw:
        weights = (0.05 * (1 + 9 * number / ORGANIZATIONS) for number in range(ORGANIZATIONS))
        return lambda source: next(weights) * source.uniform(0.5, 1.5)

    adaptive, fixed = (
        Simulation(limit, QUEUEING, 64, ORGANIZATIONS, draw_heavier()).run() for limit in (HillClimb(MOST), Fixed(MOST))
    )
    assert adaptive.throughput >= 0.85 * fixed.throughput


def test_an_overload_is_yielded_to_once_for_all_that_was_in_flight() -> None:
    """Eight refusals of one moment are one message; those of requests sent since are another."""
    limit, seen = HillClimb(8), []
    for second in range(1, 6):
        for _ in range(8):
            limit.observe(second, second + 0.5, 429)
        seen.append(limit.limit)
    assert seen == [5, 3, 2, 1, 1]


@pytest.mark.parametrize(("status", "borne"), [(429, 0), (None, 2), (408, 2), (502, 2), (503, 2), (504, 2)], ids=str)
def test_what_an_overload_looks_like(status: int | None, borne: int) -> None:
    """A 429 says it; anything else has to come three times: no answer at all too, a hanging service does not refuse."""
    limit = HillClimb(8)
    for second in range(borne):
        limit.observe(second, second + 0.5, status)
    assert limit.limit == 8
    limit.observe(5.0, 5.5, status)
    assert limit.limit == 5


@pytest.mark.parametrize("most", [8, MOST])
@pytest.mark.parametrize("fault_rate", [0.002, 0.02])
def test_faults_that_come_with_any_load_slow_nobody_down(fault_rate: float, most: int) -> None:
    """A proxy that restarts, a connection that breaks: two in a hundred cost a tenth, not nine tenths."""

    def measure(make: Callable[[int], HillClimb | Fixed]) -> float:
        runs = (
            Simulation(make(most), QUEUEING, 64, ORGANIZATIONS, long, seed, fault_rate=fault_rate) for seed in SEEDS
        )
        return fmean(run.run().throughput for run in runs)

    assert measure(HillClimb) >= 0.9 * measure(Fixed)


@pytest.mark.parametrize("capacity", [1, 2, 8])
def test_a_service_that_has_too_much_to_do_may_say_503_too(capacity: int) -> None:
    """As a proxy in front of it does: one refusal in ten requests at most, and no organization fails over it."""
    model = replace(REFUSING, status=503)
    run = Simulation(HillClimb(8), model, capacity, ORGANIZATIONS, long).run()
    assert run.refusals <= run.attempts / 10
    assert run.failed == 0
    assert run.throughput >= 0.9 * best_fixed(model, capacity, long)


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_what_concerns_one_organization_slows_no_other(status: int) -> None:
    """A broken organization answers 500 to every attempt, quickly: it is neither an overload nor a fast service."""
    limit = HillClimb(8)
    for second in range(1000):
        limit.observe(second, second + 0.001, status)
    assert limit.limit == 8


@given(st.integers(1, 64), st.lists(st.tuples(st.floats(0, 700), st.sampled_from((None, 200, 404, 429, 500)))))
def test_it_stays_within_its_bounds(most: int, answers: list[tuple[float, int | None]]) -> None:
    """For any observation, even of 0 s."""
    limit, now = HillClimb(most), 0.0
    for seconds, status in answers:
        limit.observe(now, now + seconds, status)
        now += seconds
        assert 1 <= limit.limit <= most
