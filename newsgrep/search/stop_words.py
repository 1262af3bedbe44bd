"""Words of English that say nothing of what an article is about.

They are indexed and must match where they are asked for, but do not rank. Those of other languages need no list: what
most articles of an archive have weighs next to nothing there.
"""

from __future__ import annotations

import functools

_WORDS = """
a about above after again against all also am an and any are as at be because been before being below between both but
by can could did do does doing down during each few for from further had has have having he her here hers herself him
himself his how i if in into is it its itself just me more most my myself no nor not now of off on once only or other
our ours ourselves out over own same she should so some such than that the their theirs them themselves then there
these they this those through to too under until up very was we were what when where which while who whom whose why
will with would you your yours yourself yourselves
"""


@functools.cache
def stop_words() -> frozenset[str]:
    """The words as the index has them, stemmed."""
    from newsgrep.codec.words import stem

    return frozenset(stem(word) for word in _WORDS.split())
