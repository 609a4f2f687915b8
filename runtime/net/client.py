"""Calls with retries: attempts and seconds both capped, every outcome either a Response or one error."""

from __future__ import annotations

import os
from collections.abc import Mapping
from itertools import count
from math import inf

from runtime import VERSION
from runtime.net.faults import CERTIFICATE, NO_CONNECTION, REFUSED, TOO_LARGE, ConnectionFault
from runtime.net.request import Request
from runtime.net.response import EXPLANATION_CHARACTERS, Response
from runtime.net.retry import RUN_LATER, GaveUp, RetryBudget, ServiceUnavailable
from runtime.net.retry_policy import read_wait, unsent
from runtime.net.transport import WireRequest
from runtime.process.clock import Clock
from runtime.process.errors import CHECK_ADDRESS, JobError
from runtime.process.log import Log
from runtime.process.secret import Secret

TYPE_CHECKING = False
if TYPE_CHECKING:
    from runtime.net.transport import Transport

# A service that restarts refuses connections for less.
RESTART_SECONDS = 300.0
USER_AGENT = f"cloudact-jobs/{VERSION}"
CHECK_NETWORK = "check the address and the network route to it, then run the job again"
# If the request must not go again; else RUN_LATER.
REMEDIES = {CERTIFICATE: "check the address and the CA certificates this machine trusts", TOO_LARGE: CHECK_ADDRESS}


class NoAnswer(JobError):
    """No usable answer within `seconds`, and the request must not go again.

    `maybe_processed`: the server may have acted on it.
    """

    def __init__(self, problem: str, remedy: str, maybe_processed: bool, seconds: float = 0.0) -> None:
        super().__init__(problem, remedy)
        self.maybe_processed = maybe_processed
        self.seconds = seconds


class HttpClient:
    """Calls to one service with its credentials, all before one deadline (of clock.monotonic, in seconds)."""

    def __init__(
        self,
        endpoint: str,
        secrets: Mapping[str, tuple[str, Secret]],
        *,
        transport: Transport,
        clock: Clock,
        log: Log,
        deadline: float,
    ) -> None:
        """`endpoint` is a base address; `secrets`: header name -> text in front of the secret, and the secret."""
        self._endpoint = endpoint
        self._secrets = secrets
        self._transport = transport
        self._clock = clock
        self._log = log
        self._deadline = deadline
        # By all the threads that call it.
        self._refused_since: float | None = None
        # Random once, then counted: os.urandom lets other threads go first, and a service that refuses what is too much
        # then gets a fifth less done (bench, `refusing, 8`).
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
            sleep=None if request.pace is None else request.pace.sleep,
        )
        identity = f"{self._identity}-{next(self._numbers)}"
        while True:
            outcome = self._attempt(request, f"{identity}-{budget.attempt}", budget)
            budget.maybe_processed |= outcome.maybe_processed
            if not request.policy(outcome):
                if isinstance(outcome, Response):
                    return outcome
                problem = f"{budget.what} failed: {outcome}"
                remedy = REMEDIES.get(outcome.kind, RUN_LATER)
                raise NoAnswer(problem, remedy, budget.maybe_processed, outcome.seconds) from outcome
            if request.before_retry is not None:
                request.before_retry(outcome)
            self._pause(request, outcome, budget)

    def _attempt(self, request: Request, request_id: str, budget: RetryBudget) -> Response | ConnectionFault:
        started = self._clock.monotonic()
        seconds = min(request.seconds, self._deadline - started)
        if seconds <= 0:
            raise GaveUp(f"{request} was not sent: the job's time is up", "run the job again", budget.maybe_processed)
        outcome: Response | ConnectionFault
        try:
            wire = self._compose(request, request_id)
            status, headers, body = self._transport.send(wire, seconds)
            outcome = Response(budget.what, status, headers, body, request_id, self._log.shorten)
            told: dict[str, object] = {"status": status}
        except ConnectionFault as fault:
            # It may quote what the peer sent.
            fault.text = self._log.shorten(fault.text, EXPLANATION_CHARACTERS)
            outcome, told = fault, {"fault": str(fault)}
        outcome.seconds = self._clock.monotonic() - started
        if request.pace is not None:
            request.pace.observe(started, outcome.status)
        self._refused_since = (self._refused_since or started) if outcome.kind == REFUSED else None
        milliseconds = round(outcome.seconds * 1000)
        self._log.debug(
            "request", call=str(request), request_id=request_id, attempt=budget.attempt, **told, ms=milliseconds
        )
        return outcome

    def _compose(self, request: Request, request_id: str) -> WireRequest:
        headers = {"User-Agent": USER_AGENT, "Accept": "application/json", "X-Request-Id": request_id}
        if request.body is not None:
            headers["Content-Type"] = "application/json"
        for name, (prefix, secret) in self._secrets.items():
            headers[name] = prefix + secret.reveal()
        if request.policy is unsent:
            # On a connection that was used before, a peer that closed it and one that acted on the request look alike.
            headers["Connection"] = "close"
        return WireRequest(self._endpoint + request.path, request.body, headers, method=request.method)

    def _pause(self, request: Request, outcome: Response | ConnectionFault, budget: RetryBudget) -> None:
        refused = outcome.kind == REFUSED
        if refused and self._clock.monotonic() - (self._refused_since or inf) > RESTART_SECONDS:
            problem = f"{budget.what}: connections were refused for {RESTART_SECONDS / 60:.0f} minutes"
            raise ServiceUnavailable(problem, CHECK_NETWORK, budget.maybe_processed)
        budget.pause(
            str(outcome),
            asked=read_wait(outcome, self._clock.epoch()),
            remedy=CHECK_NETWORK if outcome.kind in NO_CONNECTION else RUN_LATER,
            free=request.patient and (refused or outcome.status == 429),
        )
