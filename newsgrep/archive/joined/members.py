"""The engines that are asked together: what each is called, and how all are asked at once."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from newsgrep.errors import NewsgrepError, QueryError, QueryTooCostly

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from newsgrep.archive.engine import Engine

T = TypeVar("T")


class Member(NamedTuple):
    """One of several engines."""

    name: str
    """What its articles are marked with: where the index is, as it was named."""
    engine: Engine
    is_remote: bool = False
    """Whether it is waited for rather than worked for: then it is asked in a thread of its own."""
    ranked_field: str | None = None
    """Of an engine that weighs words as Lucene does: the field whose words are those of title and body together."""


def ask_all(members: Sequence[Member], ask: Callable[[int], T]) -> list[T]:
    """What `ask` gives for the number of each member, in their order; those that are remote all at the same time.

    Raises what any raised, of several the first in order: there is no answer without all of them.
    """
    answers: dict[int, T] = {}
    errors: dict[int, Exception] = {}

    def answer(number: int) -> None:
        try:
            answers[number] = ask(number)
        except Exception as error:
            # Raised again when all are done; Ctrl-C, which comes to the main thread, is not waited with.
            errors[number] = error

    remote = [number for number, member in enumerate(members) if member.is_remote]
    here = [number for number in range(len(members)) if number not in remote] or [remote.pop()]
    threads = [threading.Thread(target=answer, args=(number,), daemon=True) for number in remote]
    for thread in threads:
        thread.start()
    for number in here:
        answer(number)
    for thread in threads:
        thread.join()
    for number in sorted(errors):
        raise _named(members[number].name, errors[number])
    return [answers[number] for number in range(len(members))]


@contextmanager
def naming(name: str) -> Iterator[None]:
    """Errors from within that say which member they are of."""
    try:
        yield
    except NewsgrepError as error:
        raise _named(name, error) from error.__cause__


def _named(name: str, error: Exception) -> Exception:
    """An error that says which member it is of; what is wrong with a question is so for all of them."""
    is_of_question = isinstance(error, QueryError | QueryTooCostly)
    if isinstance(error, NewsgrepError) and not is_of_question and name not in error.message:
        error.message = f"{name}: {error.message}"
    return error
