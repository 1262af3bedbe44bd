"""What the examples of docs/query-language.md find, and what they do not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import newsgrep
from newsgrep import Request

PAGE = (Path(__file__).parents[2] / "docs/query-language.md").read_text("utf-8")

FAR = " ".join(["word"] * 70)
EXAMPLES = {
    "bank w/5 collapse": (
        ["The collapse of a big bank", "bank one two three four collapse"],
        ["bank 1 2 3 4 5 collapse"],
    ),
    "bank pre/3 england": (["Bank of England"], ["England and its bank"]),
    '"central bank" w/10 (rate* OR inflation)': (["Rates, said the central bank"], ["The bank is central: rates"]),
    "(bank w/3 collapse) w/20 minister": (["The bank near collapse, a minister said"], ["bank, minister"]),
    "bank w/3 collapse w/20 minister": (["The bank near collapse, a minister said"], ["bank, minister"]),
    "bank not w/5 river": (["The bank fell", f"The river bank. {FAR} A bank"], ["The river bank"]),
    "bank /s collapse": (["A bank may collapse."], ["A bank stood. It did collapse."]),
    "bank /p collapse": (["A bank stood. It did collapse."], ["A bank stood.\n\nIt did collapse."]),
    "atleast3(bank)": (["bank bank banks"], ["bank bank"]),
    "first50(bank)": (["A bank"], [f"{FAR} bank"]),
    "=physics": (["Physics is fun"], ["A physical thing", "physic"]),
    '="central banks"': (["The Central Banks"], ["The central bank"]),
    "caps(US)": (["The US left", "The U.S. left"], ["They saw us"]),
    "=banks w/5 caps(Fed)": (["The Fed and the banks"], ["They fed the banks", "The Fed bank"]),
    "lead:bridge": (["A bridge"], [f"{FAR} bridge"]),
    "a:b": (["a:b", "a b"], ["b a"]),
    "park.": (["the park"], ["the lake"]),
    "AT&T": (["said AT&T", "said ATT"], ["at the T"]),
    "U.S.-led": (["a US-led force", "U.S.-led"], ["led by us"]),
    "harbour or port": (["harbour or port"], ["harbour port"]),
}


@pytest.mark.parametrize("query", EXAMPLES)
def test_an_example_of_the_page_finds_what_the_page_says(query: str, tmp_path: Path) -> None:
    assert f"`{query}`" in PAGE
    found, missed = EXAMPLES[query]
    lines = [
        json.dumps({"id": str(n), "title": f"Story {n}", "text": text}) for n, text in enumerate([*found, *missed])
    ]
    (tmp_path / "all.jsonl").write_text("\n".join(lines), "utf-8")
    with newsgrep.open(tmp_path / "index", create=True) as archive:
        archive.update([tmp_path / "all.jsonl"])
        hits = archive.search(Request(text=query, limit=100)).hits
    assert {hit.article.record for hit in hits} == {str(n) for n in range(len(found))}


def test_the_examples_of_places_and_forms_are_all_tried() -> None:
    for heading in ("Words near each other", "How often, how early, in which form"):
        section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
        queries = re.findall(r"^\| `([^`]+)`", section, re.MULTILINE)
        assert set(queries) - set(EXAMPLES) <= {"title:(bank w/5 collapse)"}
