from __future__ import annotations

from newsgrep.extract.html_body import HTML_NAMES
from newsgrep.extract.line_features import NAMES
from newsgrep.extract.line_weights import HTML_WEIGHTS, PIECE_WEIGHTS, STAMP_WEIGHTS, TEXT_WEIGHTS, TITLE_WEIGHTS
from newsgrep.extract.text_dates import STAMP_NAMES
from newsgrep.extract.text_pieces import PIECE_NAMES
from newsgrep.extract.text_title import TITLE_NAMES


def test_every_feature_has_its_weight() -> None:
    assert len(TEXT_WEIGHTS) == len(NAMES)
    assert len(HTML_WEIGHTS) == len(HTML_NAMES)
    assert len(TITLE_WEIGHTS) == len(TITLE_NAMES)
    assert len(STAMP_WEIGHTS) == len(STAMP_NAMES)
    assert len(PIECE_WEIGHTS) == len(PIECE_NAMES)
