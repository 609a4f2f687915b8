"""What each kind of fault does to a request."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator

from sandbox.faults.armed import Armed
from sandbox.faults.exchange import Answer, Exchange, Headers
from sandbox.faults.fault import Fault, Kind

PIECE_BYTES = 65536


async def cause(armed: Armed, exchange: Exchange) -> None:
    """Lets the fault have its way with one request."""
    fault = armed.fault
    if fault.handled:
        await exchange.handle()
    armed.note_hit()
    match fault.kind:
        case Kind.RESPOND | Kind.HUGE:
            await exchange.answer(*_other_answer(fault))
        case Kind.RESET:
            await exchange.reset()
        case Kind.CLOSE | Kind.GARBAGE:
            await exchange.write_and_close(_at_once(str(fault.body).encode()))
        case Kind.TRUNCATE | Kind.HANG_UP:
            answer = await exchange.handle()
            kept = answer.body if fault.kind is Kind.HANG_UP else answer.body[: fault.size]
            await exchange.write_and_close(_at_once(answer.head() + kept))
        case Kind.DRIP | Kind.DRIP_HEAD:
            await exchange.write_and_close(_dripped(await exchange.handle(), fault))
        case Kind.HANG | Kind.DELAY | Kind.CALL:
            await _hold_up(armed, exchange)


async def _hold_up(armed: Armed, exchange: Exchange) -> None:
    fault = armed.fault
    if fault.hook is not None:
        fault.hook()
    elif fault.kind is Kind.DELAY:
        await asyncio.sleep(fault.seconds)
    elif not await armed.hold():
        await exchange.reset()
        return
    answer = await exchange.handle()
    await exchange.answer(answer.status, answer.headers, [answer.body])


def _other_answer(fault: Fault) -> tuple[int, Headers, Iterator[bytes]]:
    if fault.kind is Kind.HUGE:
        return 200, _headers(fault, "application/json"), _huge_body(fault.size)
    if isinstance(fault.body, str):
        body, content_type = (fault.body.encode(), "text/html" if fault.body.startswith("<") else "application/json")
    else:
        body, content_type = json.dumps(fault.body).encode(), "application/json"
    headers = _headers(fault, content_type)
    headers.append((b"content-length", str(len(body)).encode()))
    return fault.status, headers, iter([body])


def _headers(fault: Fault, content_type: str) -> Headers:
    named = {"content-type": content_type} | {name.lower(): value for name, value in fault.headers.items()}
    return [(name.encode("latin-1"), value.encode("latin-1")) for name, value in named.items()]


def _huge_body(size: int) -> Iterator[bytes]:
    yield b'"'
    for start in range(0, size - 2, PIECE_BYTES):
        yield b"x" * min(PIECE_BYTES, size - 2 - start)
    yield b'"'


async def _at_once(wire: bytes) -> AsyncIterator[bytes]:
    yield wire


async def _dripped(answer: Answer, fault: Fault) -> AsyncIterator[bytes]:
    dripping = answer.body
    if fault.kind is Kind.DRIP:
        yield answer.head()
    else:
        dripping = answer.head() + dripping
    for byte in dripping:
        yield bytes([byte])
        await asyncio.sleep(fault.seconds)
