"""Nodes that newsgrep adds to Whoosh's query tree."""

from __future__ import annotations

from whoosh.query import Or, Query
from whoosh.query.wrappers import WrappingQuery


class AnyField(WrappingQuery):  # type: ignore[misc]  # Whoosh is untyped
    """One word or phrase, looked for in several fields at once.

    The child is an `Or` with one query a field. Whoosh's matchers run it as that `Or`; the node keeps together
    what was asked as one thing, so that it can be printed and scored as one.
    """

    def __init__(self, child: Query) -> None:
        super().__init__(child)
        self.boost = 1.0

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.child == other.child

    def __hash__(self) -> int:
        return hash((AnyField, self.child))

    def __str__(self) -> str:
        return f"any{self.child}"

    def normalize(self) -> Query:
        """Normalize the fields' queries, but keep them together."""
        alternatives = [query for query in (each.normalize() for each in self.child) if query]
        return AnyField(Or(alternatives)) if len(alternatives) > 1 else Or(alternatives).normalize()
