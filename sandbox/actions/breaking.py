"""sandbox break and sandbox heal."""

from __future__ import annotations

from datetime import timedelta

from runtime.process.errors import UsageError
from sandbox.actions.action import Action, Lines, Sandbox, refuse_words
from sandbox.actions.breakages import list_kinds
from sandbox.actions.durations import format_duration, parse_duration
from sandbox.actions.kinds import KINDS, SERVICES
from sandbox.table import align


def break_service(sandbox: Sandbox, words: list[str]) -> Lines:
    """Without words it lists what can be broken."""
    if not words:
        yield f"sandbox break SERVICE KIND [--for 30s], SERVICE being {', '.join(SERVICES)}:"
        yield from align(list_kinds())
        return 0
    words, length = _take_length(words)
    service, kind = _name_both(words)
    breakage = sandbox.breakages.add(service, kind, None if length is None else length.total_seconds())
    until = f"for {format_duration(length)}" if length else "until `sandbox heal`"
    yield f"{breakage.service} {breakage.means}, {until}"
    return 0


def heal(sandbox: Sandbox, words: list[str]) -> Lines:
    """Says what works again."""
    refuse_words(words)
    ended = sandbox.breakages.heal()
    for breakage in ended:
        yield f"healed: {breakage.service} {breakage.kind}"
    if not ended:
        yield "nothing was broken"
    return 0


def _take_length(words: list[str]) -> tuple[list[str], timedelta | None]:
    """`--for 30s` or `--for=30s`, in any place, and the other words."""
    spread = [part for word in words for part in (word.split("=", 1) if word.startswith("--for=") else [word])]
    if "--for" not in spread:
        return spread, None
    place = spread.index("--for")
    if place + 1 == len(spread):
        raise UsageError("--for how long?", "--for 30s")
    return spread[:place] + spread[place + 2 :], parse_duration(spread[place + 1])


def _name_both(words: list[str]) -> tuple[str, str]:
    """Service and kind; the service may be left out if only one has such a fault."""
    if len(words) == 2:
        return words[0], words[1]
    if len(words) == 1:
        owners = [service for service, name in KINDS if name == words[0] and service != "*"]
        if len(owners) == 1:
            return owners[0], words[0]
        if words[0] in SERVICES:
            raise UsageError(
                f"what goes wrong with {words[0]}?", f"sandbox break {words[0]} 503; sandbox break lists all"
            )
        if words[0].isdigit() or ("*", words[0]) in KINDS or owners:
            raise UsageError(f"{words[0]} of which service?", f"sandbox break api {words[0]}; sandbox break lists all")
        raise UsageError(f"there is no service or fault {words[0]!r}", "sandbox break lists what can be broken")
    raise UsageError(f"{' '.join(words)!r} is not a service and a kind", "sandbox break lists what can be broken")


BREAK = Action("break SERVICE KIND [--for 30s]", "something goes wrong; alone it lists what can", break_service)
HEAL = Action("heal", "ends all that is broken", heal)
