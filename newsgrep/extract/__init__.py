"""UNDERSTANDING: what on this page is the article?

`extract_article(page, article_id)` turns a page into an article: title, date, section, byline and body; all else on
the page is boilerplate. Three kinds of content are understood: a body that needs cleaning only, a page saved as text
(`text_page`), and HTML (`html_page`). `explanation.explain_article` tells why an article is what it is; `parse_date`
reads a date in any form that pages print.
"""

from __future__ import annotations

from newsgrep.extract.article import extract_article
from newsgrep.extract.dates import parse_date

__all__ = ["extract_article", "parse_date"]
