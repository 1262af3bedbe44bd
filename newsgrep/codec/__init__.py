"""The engine: a Whoosh codec whose postings are NumPy arrays; knows fields and documents, never news.

This is the index format, version 2. The modules named show the bytes of their part.

Definitions
    An *index* is a directory: Whoosh's table of contents (`_MAIN_<generation>.toc`, which pickles the schema and the
    list of segments with their deleted and hidden documents), one file per segment, Whoosh's lock. A *segment* is an
    immutable set of documents, numbered from 0 (*docnum*). A *field* has *terms*; a term has *postings*: the documents
    that it stands in, how often (*frequency*), and where (*positions*). A *column* has one number per document. The
    *doc store* has what is shown of a document.

Files
    | name                  | holds                                          | written by                        |
    |-----------------------|------------------------------------------------|-----------------------------------|
    | `_MAIN_<n>.toc`       | schema, segments; its rename is the commit     | Whoosh                            |
    | `MAIN_<id>.seg`       | one segment (`segment_file`)                   | `builder`, `merge`, Whoosh        |
    | `MAIN_<id>.docs.seg`  | per-document part of a segment being written   | `whoosh_writer`, which removes it |
    | `MAIN_WRITELOCK`      | the lock of the one writer, and who it is      | Whoosh, the archive               |

Sections of a segment file
    | section            | holds                                                | module            |
    |--------------------|------------------------------------------------------|-------------------|
    | `terms/F/...`      | term dictionary and postings of field F              | `terms`, `postings` |
    | `terms/F/weights`, `values`, `value_ends` | what formats other than positions add  | `payloads`        |
    | `lengths/F`        | words of field F per document, in Whoosh's one-byte code | `lengths`     |
    | `column/C`         | a numeric column, or one in Whoosh's own format      | `segment`, `whoosh_columns` |
    | `signatures/F`     | signatures of field F, one a document                | `signatures`      |
    | `vectors/F...`     | term vectors of field F                              | `vectors`         |
    | `store/...`        | stored values                                        | `doc_store`       |

    Facts beside them, as JSON: the number of documents; of each field with lengths their sum and their least and
    greatest code; of each column its dtype and default. Numbers are little-endian throughout.

Worked example
    The docstring of `postings` takes one term to its bytes; `tests/codec/golden/v2.seg` is a whole segment, which a
    test reads.

Limits
    2**31 documents and 2**31 word occurrences in a segment being built; 4 GiB of term text and 2**32 extras per field;
    65,535 dictionaries in a doc store. A merge makes segments of at most 300,000 documents (`tiers`).

History
    1: the first; its doc store was packed by zlib. Not read any more: the index is built anew.
    2: the doc store is packed by Zstandard; term dictionaries have heads; a checksum covers 16 KiB, not 64.
"""
