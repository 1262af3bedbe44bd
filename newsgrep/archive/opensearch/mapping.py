"""How a cluster is told to keep articles: settings and mapping of an index, and their version.

| field                                | kind           | holds                                                        |
|--------------------------------------|----------------|--------------------------------------------------------------|
| title, body                          | positions      | `tokens.build_stream`: words, printed forms, sentence ends   |
| author, url                          | positions      | `tokens.build_plain_stream`, a gap between values            |
| ranked                               | frequencies    | words of the body and, three times, of the title             |
| section, source, lang, byline        | keyword        | folded labels                                                |
| id, file, undated                    | keyword        | as in `archive.schema`                                       |
| key                                  | long           | the id as a number, less 2**63: order of equals, reference   |
| url_key                              | long           | as in `archive.schema`, less 2**63; absent for 0             |
| published, captured, words           | long           | as in `archive.schema`; absent where not known               |
| names                                | keyword        | `SKELETON|term` of each word, for spellings of names         |
| signature                            | binary         | near-duplicate signature, 128 bytes, little-endian           |
| hidden                               | boolean        | true for an older version of another article                 |
| run                                  | long           | the run that wrote it                                        |
| article                              | stored only    | what `Article` needs                                         |

BM25 over `ranked` is BM25F over title and body: a frequency is the sum of both, each times its weight, and so is the
length (Robertson, Zaragoza, Taylor, 2004). Only `article`, `file` and `run` are kept as given (`_source`): everything
else is made from them again when a document is written anew.
"""

from __future__ import annotations

from typing import Any

from newsgrep.archive.schema import BM25_B, BM25_K1

MAPPING_VERSION = 1
"""Raised when an index must be built anew; kept in the mapping's `_meta`."""

_VALUE_GAP = 199
"""Empty positions between two values, so that the next begins 200 positions, 100 words, after the last of the one
before: no phrase reaches from one into the other."""
_LONGEST_TOKEN = 4096

# In title and body every word brings its printed forms along, which Lucene counts into the average length but not into
# that of a document: the constants that make of its ratio that of BM25_K1 and BM25_B.
_FORMS = 2.3
"""Tokens that a word brings into the average, itself included."""
_TILT = _FORMS * BM25_B / (1 - BM25_B)
_FIELD_B = _TILT / (1 + _TILT)
_FIELD_K1 = BM25_K1 * (1 - BM25_B) / (1 - _FIELD_B)


def build_settings(*, shards: int, replicas: int) -> dict[str, Any]:
    """The settings of an index of articles."""
    return {
        "index": {
            "number_of_shards": shards,
            "number_of_replicas": replicas,
            "max_terms_count": 65_536,
            "similarity": {
                "bm25f": {"type": "BM25", "k1": BM25_K1, "b": BM25_B, "discount_overlaps": False},
                "bm25_with_forms": {"type": "BM25", "k1": round(_FIELD_K1, 4), "b": round(_FIELD_B, 4)},
            },
            "analysis": {
                "tokenizer": {"blanks": {"type": "whitespace", "max_token_length": _LONGEST_TOKEN}},
                "filter": {
                    "all_parts": {
                        "type": "pattern_capture",
                        "preserve_original": False,
                        "patterns": [r"([^|]+)"],
                    },
                    "words": {
                        "type": "pattern_capture",
                        "preserve_original": False,
                        "patterns": [r"(?:^|\|)([^|=^.][^|]*)"],
                    },
                    "no_signs": {"type": "stop", "stopwords": [".", ".s", ".p", ".s|.p", ".p|.s"]},
                    "no_blanks": {"type": "stop", "stopwords": ["."]},
                },
                "analyzer": {
                    "stream": {"type": "custom", "tokenizer": "blanks", "filter": ["no_blanks", "all_parts"]},
                    "bag": {"type": "custom", "tokenizer": "blanks", "filter": ["no_signs", "words"]},
                },
            },
        }
    }


def build_mapping() -> dict[str, Any]:
    """The mapping of an index of articles."""
    text = {"type": "text", "analyzer": "stream", "search_analyzer": "stream"}
    placed = {**text, "similarity": "bm25_with_forms"}
    label = {"type": "keyword"}
    return {
        "_meta": {"newsgrep": {"version": MAPPING_VERSION}},
        "dynamic": "strict",
        "_source": {"includes": ["article", "file", "run"]},
        "properties": {
            "title": placed,
            "body": {**placed, "copy_to": "ranked"},
            "ranked": {
                "type": "text",
                "analyzer": "bag",
                "search_analyzer": "bag",
                "index_options": "freqs",
                "similarity": "bm25f",
            },
            "author": {**text, "position_increment_gap": _VALUE_GAP},
            "url": text,
            "section": label,
            "source": label,
            "lang": label,
            "byline": label,
            "id": {"type": "keyword", "doc_values": False},
            "file": {"type": "keyword"},
            "undated": {"type": "keyword", "doc_values": False},
            "key": {"type": "long"},
            "url_key": {"type": "long"},
            "published": {"type": "long"},
            "captured": {"type": "long"},
            "words": {"type": "long"},
            "run": {"type": "long"},
            "hidden": {"type": "boolean"},
            "names": {"type": "keyword"},
            "signature": {"type": "binary", "doc_values": True},
            "article": {"type": "object", "enabled": False},
        },
    }
