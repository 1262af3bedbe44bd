"""How well names are told from other names: what is found of their spellings, and what beside them.

Floors on groups of spellings that nobody looked at when the costs were set; each name meets all the others, and names
that are none of them.
"""

from __future__ import annotations

import pytest

from newsgrep.codec.skeletons import skeleton_of
from newsgrep.codec.words import fold_word
from newsgrep.search.transliteration import find_forms, find_skeletons
from newsgrep.search.variants import rank_alike
from tests.search.name_groups import DISTRACTORS, HELD_OUT, TUNED, read_groups

GROUPS = {
    name: [[fold_word(word.replace("'", "")) for word in group] for group in read_groups(table)]
    for name, table in (("tuned", TUNED), ("held out", HELD_OUT))
}
VOCABULARY = {word for groups in GROUPS.values() for group in groups for word in group} | {
    fold_word(word) for word in DISTRACTORS.split()
}


def find(word: str) -> set[str]:
    """What of the vocabulary is found for a word: as the index is asked, and rated."""
    skeletons: set[str] = set()
    initials: set[str] = set()
    for form in find_forms(word):
        of_form, letters = find_skeletons(form)
        skeletons |= {each for each in of_form if len(each) > 1}
        initials |= set(letters)
    candidates = [each for each in VOCABULARY - {word} if skeleton_of(each) in skeletons and each[0] in initials]
    return {each for each, _ in rank_alike(word, candidates)}


@pytest.mark.parametrize(("name", "least_found", "most_wrong"), [("tuned", 0.92, 0.2), ("held out", 0.9, 0.1)])
def test_spellings_of_a_name_are_found_and_few_others(name: str, least_found: float, most_wrong: float) -> None:
    found = wanted = wrong = names = 0
    for group in GROUPS[name]:
        for word in group:
            got = find(word)
            found += len(got & set(group))
            wanted += len(set(group) - {word})
            wrong += len(got - set(group))
            names += 1
    assert found >= least_found * wanted
    assert wrong <= most_wrong * names


def test_there_are_groups_enough_to_measure_on() -> None:
    assert all(len(groups) >= 30 for groups in GROUPS.values())
    assert all(len(set(group)) > 1 for groups in GROUPS.values() for group in groups)
