"""Calls with retries: attempts and seconds both capped, every outcome either a Response or one error."""

from __future__ import annotations

import os
from itertools import count

from runtime import VERSION
from runtime.net.faults import CERTIFICATE, NO_CONNECTION, ConnectionFault
from runtime.net.response import EXPLANATION_CHARACTERS, Response
from runtime.net.retry import MAX_ATTEMPTS, RUN_LATER, GaveUp, RetryBudget
from runtime.net.retry_policy import RetryPolicy, read_wait
from runtime.net.transport import WireRequest
from runtime.process.errors import JobError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Protocol

    from runtime.net.endpoint import Endpoint
    from runtime.net.transport import Transport
    from runtime.process.clock import Clock
    from runtime.process.log import Log
    from runtime.process.secret import Secret

    class Pace(Protocol):
        """Follows the attempts of a client, and makes its waits; what it raises ends the call."""

        def observe(self, started: float, status: int | None) -> None:
            """An attempt that began then (of clock.monotonic) was answered so; None: not at all."""

        def sleep(self, seconds: float) -> None:
            """Waits before a retry."""


USER_AGENT = f"cloudact-jobs/{VERSION}"
CHECK_NETWORK = "check the address and this network's way to it, then run the job again"


class NoAnswer(JobError):
    """No usable answer within `seconds`, and the request must not go again.

    `maybe_processed`: the server may have acted on it.
    """

    def __init__(self, problem: str, remedy: str, maybe_processed: bool, seconds: float = 0.0) -> None:
        super().__init__(problem, remedy)
        self.maybe_processed = maybe_processed
        self.seconds = seconds


class Request:
    """One call. `seconds` is the deadline of a single attempt, `attempts` their number."""

    __slots__ = ("attempts", "body", "method", "path", "policy", "seconds")

    def __init__(
        self,
        method: str,
        path: str,
        policy: RetryPolicy,
        *,
        body: bytes | None = None,
        seconds: float = 300.0,
        attempts: int = MAX_ATTEMPTS,
    ) -> None:
        self.method = method
        self.path = path
        self.policy = policy
        self.body = body
        self.seconds = seconds
        self.attempts = attempts

    def __str__(self) -> str:
        return f"{self.method} {self.path.partition('?')[0]}"


class HttpClient:
    """Calls to one service with its credentials, all before one deadline (of clock.monotonic, in seconds)."""

    __slots__ = ("_clock", "_deadline", "_endpoint", "_identity", "_log", "_numbers", "_pace", "_secrets", "_transport")

    def __init__(
        self,
        endpoint: Endpoint,
        secrets: Mapping[str, tuple[str, Secret]],
        *,
        transport: Transport,
        clock: Clock,
        log: Log,
        deadline: float,
        pace: Pace | None = None,
    ) -> None:
        """`secrets`: header name -> text in front of the secret, and the secret."""
        self._endpoint = endpoint
        self._secrets = secrets
        self._transport = transport
        self._clock = clock
        self._log = log
        self._deadline = deadline
        self._pace = pace
        # Random once, then counted: one system call less for each of thousands of calls.
        self._identity = os.urandom(8).hex()
        self._numbers = count(1)

    def call(self, request: Request) -> Response:
        """The first answer that the request's policy does not send again.

        Raises NoAnswer if there is none and repeating is not permitted, GaveUp if attempts or time have run out.
        """
        budget = RetryBudget(
            f"{request} at {self._endpoint}",
            clock=self._clock,
            log=self._log,
            deadline=self._deadline,
            attempts=request.attempts,
            sleep=self._pace.sleep if self._pace is not None else None,
        )
        identity = f"{self._identity}-{next(self._numbers)}"
        while True:
            started = self._clock.monotonic()
            outcome = self._attempt(request, f"{identity}-{budget.attempt}", budget)
            if isinstance(outcome, Response):
                if not request.policy.allows_after_response(outcome):
                    return outcome
                budget.maybe_processed |= not outcome.is_turned_away
                budget.pause(f"{outcome.status}: {outcome.explain()}", asked=read_wait(outcome, self._clock.epoch()))
            else:
                budget.maybe_processed |= outcome.maybe_processed
                if not request.policy.allows_after_fault(outcome):
                    seconds = self._clock.monotonic() - started
                    raise self._refuse(request, outcome, budget.maybe_processed, seconds) from outcome
                budget.pause(str(outcome), remedy=CHECK_NETWORK if outcome.kind in NO_CONNECTION else RUN_LATER)

    def _attempt(self, request: Request, request_id: str, budget: RetryBudget) -> Response | ConnectionFault:
        seconds = min(request.seconds, budget.remaining())
        if seconds <= 0:
            raise GaveUp(f"{request} was not sent: the job's time is up", "run the job again", budget.maybe_processed)
        started = self._clock.monotonic()
        fields: dict[str, object] = {"call": str(request), "request_id": request_id, "attempt": budget.attempt}
        try:
            wire = self._compose(request, request_id)
            status, headers, body = self._transport.send(self._endpoint, wire, seconds)
        except ConnectionFault as fault:
            self._tell(started, None)
            # It may quote what the peer sent.
            fault.text = self._log.shorten(fault.text, EXPLANATION_CHARACTERS)
            self._log.debug("request", **fields, fault=str(fault), ms=self._elapsed(started))
            return fault
        self._tell(started, status)
        self._log.debug("request", **fields, status=status, ms=self._elapsed(started))
        elapsed = self._clock.monotonic() - started
        return Response(f"{request} at {self._endpoint}", status, headers, body, request_id, self._log.shorten, elapsed)

    def _compose(self, request: Request, request_id: str) -> WireRequest:
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json", "X-Request-Id": request_id}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        for name, (prefix, secret) in self._secrets.items():
            headers[name] = prefix + secret.reveal()
        # On a connection that was used before, a peer that closed it and one that acted on the request look alike.
        return WireRequest(request.method, request.path, headers, request.body, fresh=request.policy.unsent_only)

    def _tell(self, started: float, status: int | None) -> None:
        if self._pace is not None:
            self._pace.observe(started, status)

    def _elapsed(self, started: float) -> int:
        return round((self._clock.monotonic() - started) * 1000)

    def _refuse(self, request: Request, fault: ConnectionFault, maybe_processed: bool, seconds: float) -> NoAnswer:
        remedy = "check the address and the CA certificates this machine trusts" if fault.kind == CERTIFICATE else ""
        return NoAnswer(f"{request} at {self._endpoint} failed: {fault}", remedy, maybe_processed, seconds)
