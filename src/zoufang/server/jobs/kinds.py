"""The kinds of work there are. Each app adds its own when it starts, as with the landers of files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from zoufang.core.errors import BadInput
from zoufang.core.values import Message
from zoufang.server.jobs.models import Job


class Interrupted(BaseException):
    """The worker has to leave, or the job is no longer its own. No `Exception`, so that no engine swallows it."""


class Tell(Protocol):
    """Say how far the work is. False: someone asked to stop; what is good so far may be kept. Interrupted."""

    def __call__(self, done: int, total: int, text: Message | None = None) -> bool: ...


def nothing() -> None:
    """No tidying up."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The page of the result, a word about it, and what to tidy up once the result is kept."""

    page: str
    id: str = ""
    note: Message | None = None
    level: str = "info"
    stopped: bool = False
    tidy: Callable[[], None] = nothing


@dataclass(frozen=True, slots=True)
class Kind:
    """`action` is who may ask for it, see it and stop it; `run` must be safe to repeat after any interruption."""

    name: str
    label: Message
    action: str
    run: Callable[[Job, Tell], Ended]
    back: str  # the page to which a reader goes when it was refused
    stoppable: bool = False


KINDS: dict[str, Kind] = {}


def add_kind(kind: Kind) -> None:
    KINDS[kind.name] = kind


def kind_of(name: str) -> Kind:
    if name not in KINDS:
        raise BadInput(f"No work of the kind {name!r} is known. Choose one of: {', '.join(sorted(KINDS))}.")
    return KINDS[name]
