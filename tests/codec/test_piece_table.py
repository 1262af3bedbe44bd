from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgrep.codec.piece_table import LONGEST, UNKNOWN, PieceTable

PIECES = st.lists(
    st.binary(min_size=1, max_size=LONGEST).filter(lambda piece: piece[0] != 0 and piece[-1] != 0),
    min_size=1,
    max_size=60,
)


def find(table: PieceTable, pieces: list[bytes]) -> list[int]:
    data = np.frombuffer(b"".join(pieces) + bytes(LONGEST + 1), np.uint8)
    lengths = np.array([len(piece) for piece in pieces])
    return [int(place) for place in table.find(data, np.cumsum(lengths) - lengths, lengths)]


@given(st.lists(PIECES, min_size=1, max_size=6))
@settings(max_examples=200)
def test_a_piece_keeps_its_code_and_no_two_share_a_place(batches: list[list[bytes]]) -> None:
    table = PieceTable()
    expected: dict[bytes, int] = {}
    for batch in batches:
        places = find(table, batch)
        for piece, place in zip(batch, places, strict=True):
            if piece not in expected:
                assert table.codes[place] in (UNKNOWN, len(expected))
                table.codes[place] = expected[piece] = len(expected)
            assert table.codes[place] == expected[piece]
    assert table.n_pieces == len(expected)


def test_it_grows_and_keeps_what_it_holds() -> None:
    table = PieceTable()
    pieces = [f"word{n}".encode() for n in range(50_000)]
    for at in range(0, 50_000, 700):
        places = find(table, pieces[at : at + 700])
        table.codes[places] = np.arange(at, min(at + 700, 50_000))
    assert table.n_pieces == 50_000
    assert table.codes[find(table, pieces)].tolist() == list(range(50_000))
    assert table.memory < 50_000 * 120


def test_pieces_that_begin_alike_are_told_apart_by_every_byte_and_by_their_length() -> None:
    table = PieceTable()
    pieces = [b"a" * n for n in range(1, LONGEST + 1)] + [b"a" * n + b"b" for n in range(LONGEST)]
    assert len(set(find(table, pieces))) == len(pieces)
