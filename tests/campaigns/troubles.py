"""The faults of one request, drawn by chance: before it, on its way back, or instead of its answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from random import Random
from typing import Any, NoReturn

from runtime.net import faults as fault
from runtime.net.faults import ConnectionFault
from tests.campaigns import forgery
from tests.campaigns.parallel_clock import ParallelClock
from tests.support.scripted_transport import Answer, encode

Wire = tuple[int, Mapping[str, str], bytes]

CLIENT_ERRORS = (400, 401, 403, 404, 405, 409, 410, 413, 415, 418, 422, 425, 431, 451)
SERVER_ERRORS = (408, 500, 501, 502, 503, 504, 505, 507, 511, 520, 521, 522, 523, 524, 525, 540, 544, 599)


@dataclass(frozen=True, slots=True)
class Passage:
    """One request on its way: `handle` takes it to the service, and its answer back."""

    path: str
    seconds: float
    random: Random
    clock: ParallelClock
    handle: Callable[[], Wire]

    def perhaps_handle(self) -> None:
        """The service may have acted on it, or not."""
        if self.random.random() < 0.5:
            self.handle()


def not_sent(passage: Passage) -> NoReturn:
    """No connection comes about."""
    kind = passage.random.choice((fault.UNRESOLVED, fault.REFUSED, fault.UNREACHABLE, fault.HANDSHAKE))
    raise ConnectionFault(kind, "campaign")


def reset(passage: Passage) -> NoReturn:
    """The connection ends before or after the service has acted."""
    kind = passage.random.choice((fault.SENDING, fault.ANSWER))
    passage.perhaps_handle()
    raise ConnectionFault(kind, "campaign: reset")


def silence(passage: Passage) -> NoReturn:
    """No answer until the deadline: it hangs, or drips."""
    ends = passage.clock.monotonic() + passage.seconds
    passage.perhaps_handle()
    passage.clock.advance(ends - passage.clock.monotonic())
    raise ConnectionFault(fault.DEADLINE, "campaign: silence")


def slowness(passage: Passage) -> Wire:
    """The right answer, at length."""
    answer = passage.handle()
    passage.clock.advance(passage.random.uniform(0, max(0.0, passage.seconds - 1)))
    return answer


def half_an_answer(passage: Passage) -> NoReturn:
    """What came of the request is lost on the way: cut short, or too large to be read."""
    passage.handle()
    raise ConnectionFault(passage.random.choice((fault.BODY, fault.TOO_LARGE)), "campaign")


def client_error(passage: Passage) -> Wire:
    """A refusal; the service has not acted."""
    return _answer(passage, passage.random.choice(CLIENT_ERRORS), forgery.draw_body(passage.random))


def server_error(passage: Passage) -> Wire:
    """A failure of the service or of what is in front of it, with or without an effect."""
    passage.perhaps_handle()
    return _answer(passage, passage.random.choice(SERVER_ERRORS), forgery.draw_body(passage.random))


def redirect(passage: Passage) -> Wire:
    """To somewhere that must never see the key."""
    status = passage.random.choice((301, 302, 303, 307, 308))
    return _answer(passage, status, b"", {"Location": "https://attacker.example/"})


def too_many(passage: Passage) -> Wire:
    """429 with every form in which a wait is said, sensible or not."""
    now, wait = passage.clock.epoch(), passage.random.choice((0, 1, 7.5, 59, 3600, -5, 1e308))
    forms: tuple[tuple[Mapping[str, str], Any], ...] = (
        ({}, {"message": "ThrottlerException: Too Many Requests"}),
        ({"Retry-After": f"{wait}"}, b"<html>slow down</html>"),
        ({"Retry-After": formatdate(now + min(wait, 1e6), usegmt=True)}, {}),
        ({"Retry-After": f"{now:.0f}"}, {"error": "Rate limit exceeded", "message": "m", "retry_after": int(now)}),
        ({"Retry-After": passage.random.choice(("soon", "", "nan", "inf", "9" * 400, "\u0663"))}, {}),
        ({"X-RateLimit-Reset": f"{wait}", "X-RateLimit-Remaining": "0"}, {}),
        ({"X-RateLimit-Reset": f"{now + 30:.0f}"}, {}),
        ({}, {"detail": {"error": "e", "message": "m", "retry_after": int(now)}, "request_id": "r"}),
        ({}, {"retry_after": passage.random.choice((None, True, [], "x", 2, 10**400))}),
    )
    headers, body = passage.random.choice(forms)
    return _answer(passage, 429, body, headers)


def maintenance(passage: Passage) -> Wire:
    """The service is closed, on purpose and for longer than most jobs last."""
    headers = {"Retry-After": passage.random.choice(("20", "3600")), "X-Maintenance-Mode": "true"}
    return _answer(passage, 503, {"error": "Service Unavailable", "maintenance": True}, headers)


def mangled(passage: Passage) -> Wire:
    """The service has acted; its 200 is no JSON, of wrong types, or lacks a key."""
    status, headers, body = passage.handle()
    return status, headers, forgery.mangle(body, passage.random)


def success_in_part(passage: Passage) -> Wire:
    """200 is not success: PARTIAL, `success: false`, errors beside `success: true`; with or without an effect."""
    passage.perhaps_handle()
    return _answer(passage, 200, forgery.draw_partial(passage.path))


def lie(passage: Passage) -> Wire:
    """An answer without its commit. Only a job that asks afterwards can know: bootstrap does."""
    if passage.path.partition("?")[0].endswith("/status"):
        return passage.handle()
    return _answer(passage, 200, forgery.CLAIMED_SUCCESS)


TROUBLES = (
    *(not_sent, reset, silence, slowness, half_an_answer, client_error, server_error),
    *(redirect, too_many, maintenance, mangled, success_in_part),
)


def _answer(passage: Passage, status: int, body: Any, headers: Mapping[str, str] | None = None) -> Wire:
    if not isinstance(body, bytes):
        body = json.dumps(body).encode()
    return encode(Answer(status, body, headers or {}))
