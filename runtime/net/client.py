"""Calls with retries: attempts and seconds both capped, every outcome either a Response or one error."""

from __future__ import annotations

import os
from itertools import count

from runtime import VERSION
from runtime.net.backoff import BASE_SECONDS, MAX_ATTEMPTS, draw_delay
from runtime.net.faults import CERTIFICATE, ConnectionFault
from runtime.net.response import Response
from runtime.net.retry_policy import RetryPolicy, read_wait
from runtime.net.transport import WireRequest
from runtime.process.errors import JobError, TransientError

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
        """Follows the attempts of a client, and makes its waits."""

        def observe(self, started: float, status: int | None) -> None:
            """An attempt that began then (of clock.monotonic) was answered so; None: not at all."""

        def sleep(self, seconds: float) -> None:
            """Waits before a retry."""


USER_AGENT = f"cloudact-jobs/{VERSION}"


class NoAnswer(JobError):
    """No usable answer, and the request must not go again; `taken`: the peer may have acted on it."""

    def __init__(self, problem: str, remedy: str, taken: bool) -> None:
        super().__init__(problem, remedy)
        self.taken = taken


class GaveUp(TransientError):
    """The last permitted attempt failed; `taken`: one of the attempts may have been acted on."""

    def __init__(self, problem: str, remedy: str, taken: bool) -> None:
        super().__init__(problem, remedy)
        self.taken = taken


class RetryAfterPastDeadline(GaveUp):
    """The service asks to come back later than the time allows: no other call will fare better."""


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

        Raises NoAnswer where there is none and repeating is not permitted, GaveUp where attempts or time
        have run out.
        """
        taken = False
        identity = f"{self._identity}-{next(self._numbers)}"
        for attempt in range(1, request.attempts + 1):
            outcome = self._attempt(request, f"{identity}-{attempt}", attempt, taken)
            if isinstance(outcome, Response):
                if not request.policy.allows_after_response(outcome):
                    return outcome
                taken = taken or outcome.status not in (429, 503)
                wait = read_wait(outcome, self._clock.epoch())
            else:
                taken = taken or outcome.taken
                if not request.policy.allows_after_fault(outcome):
                    raise self._refuse(request, outcome, taken) from outcome
                wait = 0.0
            self._pause(request, attempt, wait, outcome, taken)
        raise AssertionError("unreachable: the last pause raises")

    def _attempt(self, request: Request, request_id: str, attempt: int, taken: bool) -> Response | ConnectionFault:
        started = self._clock.monotonic()
        seconds = min(request.seconds, self._deadline - started)
        if seconds <= 0:
            raise GaveUp(f"{request} was not sent: the job's time is up", "run the job again", taken)
        fields: dict[str, object] = {"call": str(request), "request_id": request_id, "attempt": attempt}
        try:
            wire = self._compose(request, request_id)
            status, headers, body = self._transport.send(self._endpoint, wire, seconds)
        except ConnectionFault as fault:
            self._tell(started, None)
            self._log.debug("request", **fields, fault=str(fault), ms=self._elapsed(started))
            return fault
        self._tell(started, status)
        self._log.debug("request", **fields, status=status, ms=self._elapsed(started))
        return Response(f"{request} at {self._endpoint}", status, headers, body, request_id)

    def _compose(self, request: Request, request_id: str) -> WireRequest:
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json", "X-Request-Id": request_id}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        for name, (prefix, secret) in self._secrets.items():
            headers[name] = prefix + secret.reveal()
        # On a connection that was used before, the peer's closing it and its taking the request look alike.
        return WireRequest(request.method, request.path, headers, request.body, fresh=request.policy.unsent_only)

    def _tell(self, started: float, status: int | None) -> None:
        if self._pace is not None:
            self._pace.observe(started, status)

    def _elapsed(self, started: float) -> int:
        return round((self._clock.monotonic() - started) * 1000)

    def _pause(
        self, request: Request, attempt: int, asked: float, outcome: Response | ConnectionFault, taken: bool
    ) -> None:
        jitter = draw_delay(attempt - 1, self._clock.uniform)
        # Clients that were told the same moment should not all come back at it.
        wait = asked + min(jitter, BASE_SECONDS) if asked else jitter
        reason = f"{outcome.status}: {outcome.explain()}" if isinstance(outcome, Response) else str(outcome)
        left = self._deadline - self._clock.monotonic()
        if attempt == request.attempts or wait >= left:
            why = f"after {attempt} of {request.attempts} attempts"
            if wait >= left:
                why += f" (the next would be in {wait:.0f} s, {max(left, 0.0):.0f} s are left)"
            problem = f"{request} at {self._endpoint} gave up {why}, the last with {reason}"
            raise (RetryAfterPastDeadline if asked >= left else GaveUp)(
                problem, "run the job again once the service is well", taken
            )
        self._log.warning("retry", call=str(request), attempt=attempt, wait_seconds=round(wait, 1), reason=reason)
        (self._pace or self._clock).sleep(wait)

    def _refuse(self, request: Request, fault: ConnectionFault, taken: bool) -> NoAnswer:
        remedy = "check the address and the authorities this machine trusts" if fault.kind == CERTIFICATE else ""
        return NoAnswer(f"{request} at {self._endpoint} failed: {fault}", remedy, taken)
