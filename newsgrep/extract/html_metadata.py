"""The head of an HTML page: what meta tags, OpenGraph, microdata and JSON-LD say of the article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsgrep.article import DateOrigin
from newsgrep.extract import cue_words
from newsgrep.extract.bylines import is_name, is_person_line, read_byline, split_authors
from newsgrep.extract.clean_text import clean_line
from newsgrep.extract.cues import fold
from newsgrep.extract.dates import is_month_first, iter_dates, parse_date
from newsgrep.extract.sections import clean_sections, is_section, sections_of_url

if TYPE_CHECKING:
    import datetime as dt

    from selectolax.lexbor import LexborHTMLParser, LexborNode

    from newsgrep.extract.json_ld import JsonLd

_DATE_NAMES = """
    article:published_time og:article:published_time og:published_time article:published datepublished
    date.published rnews:datepublished parsely-pub-date sailthru.date cxenseparse:recs:publishtime
    cxenseparse:publishtime publish_date publishdate publish-date pubdate publication_date published_time
    published_at published article_date_original originalpublicationdate article.published article:published_date
    datecreated dcterms.issued dcterms.created dc.date.issued dc.date.created dc.date dcterms.date dc:date
    dcterms.available prism.publicationdate citation_publication_date citation_date bt:pubdate displaydate date
    article:created contentcreatedate firstpublishtime
"""
_DATE_KEYS = tuple(_DATE_NAMES.split())
_AUTHOR_NAMES = """
    author article:author article:author_name dc.creator dcterms.creator dc:creator parsely-author sailthru.author
    byl citation_author cxenseparse:author authors
"""
_AUTHOR_KEYS = tuple(_AUTHOR_NAMES.split())
_SECTION_NAMES = """
    article:section og:article:section og:section section parsely-section articlesection cxenseparse:category
    category prism.section dc.subject.section
"""
_SECTION_KEYS = tuple(_SECTION_NAMES.split())
_TITLE_META = ["og:title", "twitter:title", "dc.title", "dcterms.title", "headline", "title"]
_SITE_KEYS = [
    "og:site_name",
    "application-name",
    "dc.publisher",
    "publisher",
    "citation_publisher",
    "apple-mobile-web-app-title",
]
_BYLINES = (
    "[itemprop=author] [itemprop=name]",
    "[itemprop=author]",
    "a[rel~=author]",
    "[class~=byline] a, [class~=author] a, [class*=author-name], [class*=authorname], [class*=author__name]",
    "[class*=byline], [class~=author], [class*=article-author], [class*=authors__]",
)
_MOST_AUTHORS = 12
_LEAST_CAPTIONS, _MOST_CAPTIONS = 3, 200
_LEAST_CAPTION = 20
"""Characters of a caption that says more than who took the picture."""
_SEPARATOR = re.compile(r"\s+[|–—\-·•:»«<>/]+\s+|\s*[|｜]\s*|\s+::\s+")
_MARKS = tuple("|–—-·•:»«<>/｜")
_LANG_OF_LOCALE = re.compile(r"^[a-z]{2,3}(?:[_-][A-Za-z]{2,4})?$")


def read_meta(tree: LexborHTMLParser) -> dict[str, list[str]]:
    """The contents of meta tags by their case-folded name, property or itemprop."""
    meta: dict[str, list[str]] = {}
    for node in tree.css("meta[content]"):
        attributes = node.attributes
        content = (attributes.get("content") or "").strip()
        if not content:
            continue
        for name in ("property", "name", "itemprop"):
            key = attributes.get(name)
            if key:
                meta.setdefault(key.strip().casefold(), []).append(content)
    return meta


def first_meta(meta: dict[str, list[str]], keys: tuple[str, ...] | list[str]) -> str | None:
    """The first content that one of these names has."""
    return next((meta[key][0] for key in keys if key in meta), None)


def find_title(tree: LexborHTMLParser, meta: dict[str, list[str]], linked: JsonLd, site: str | None) -> str | None:
    """The headline: of JSON-LD, else the h1 that the page's title holds too, else that title without the site."""
    headline = clean_line(linked.text("headline") or "")
    headings = [text for node in tree.css("h1")[:8] if (text := clean_line(node.text(separator=" ")))]
    shown = [clean_line(text) for key in _TITLE_META[:2] for text in meta.get(key, [])]
    title = tree.css_first("title")
    if title is not None:
        shown.append(clean_line(title.text()))
    if headline and not (headline.endswith(("...", "…")) and len(headline) > 40):
        return headline
    for heading in headings:
        key = _bare(heading)
        if len(key) >= 8 and any(key in _bare(text) for text in [headline.rstrip(".…"), *shown]):
            return heading
    itemprop = tree.css_first("[itemprop=headline]")
    if itemprop is not None and (
        text := clean_line(itemprop.attributes.get("content") or itemprop.text(separator=" "))
    ):
        return text
    for text in shown:
        if text and (short := without_site(text, site)):
            return short
    if headline:
        return headline
    other = first_meta(meta, _TITLE_META[2:])
    return headings[0] if headings else (clean_line(other) if other else None)


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def without_site(title: str, site: str | None) -> str:
    """A page's title without the name of its site and what stands beside it."""
    if site and title.casefold().startswith(site.casefold()) and (rest := title[len(site) :].lstrip())[:1] in _MARKS:
        return rest.strip(" ".join(_MARKS)) or title
    parts = _SEPARATOR.split(title)
    if len(parts) < 2:
        return title
    if site:
        bare = _bare(site)
        for at in range(len(parts) - 1, 0, -1):
            if _bare(parts[at]) and (_bare(parts[at]) in bare or bare in _bare(parts[at])):
                cut = title.rfind(parts[at])
                return re.sub(r"[\s|–—\-·•:»«<>/｜]+$", "", title[:cut])
    last = parts[-1]
    if len(last.split()) <= 4 and len(title) - len(last) > 2 * len(last):
        return re.sub(r"[\s|–—\-·•:»«<>/｜]+$", "", title[: title.rfind(last)])
    return title


def find_published(
    tree: LexborHTMLParser,
    meta: dict[str, list[str]],
    linked: JsonLd,
    *,
    lang: str | None,
    url: str | None,
    today: dt.date | None,
) -> tuple[dt.date | None, DateOrigin | None]:
    """The publication date that the page's data tells: JSON-LD, meta tags, microdata, then `<time>`."""
    month_first = is_month_first(lang, url)
    for text in [*linked.texts("datePublished"), *linked.texts("dateCreated"), *linked.texts("uploadDate")]:
        if value := parse_date(text, today=today, month_first=month_first):
            return value, DateOrigin.JSON_LD
    for key in _DATE_KEYS:
        for text in meta.get(key, []):
            if value := parse_date(text, today=today, month_first=month_first):
                return value, DateOrigin.META
    if (video := linked.video_date()) and (value := parse_date(video, today=today, month_first=month_first)):
        return value, DateOrigin.JSON_LD
    times = tree.css("[itemprop=datePublished], time")[:40]
    for wanted in (_is_published, _is_plain):
        for node in times:
            if wanted(node):
                attributes = node.attributes
                text = attributes.get("datetime") or attributes.get("content") or node.text()
                if value := parse_date(text or "", today=today, month_first=month_first):
                    return value, DateOrigin.TIME
                if value := parse_date(node.text(), today=today, month_first=month_first):
                    return value, DateOrigin.TIME
    return None, None


def _is_published(node: LexborNode) -> bool:
    attributes = node.attributes
    return (
        attributes.get("itemprop") == "datePublished"
        or "pubdate" in attributes
        or "publish" in (attributes.get("class") or "").casefold()
    )


def _is_plain(node: LexborNode) -> bool:
    """Whether a time is not told to be an update's, nor of a comment or another article in a list."""
    attributes = node.attributes
    told = f"{attributes.get('class') or ''} {attributes.get('itemprop') or ''}".casefold()
    if "modif" in told or "updat" in told or "comment" in told:
        return False
    parent, steps = node.parent, 0
    while parent is not None and steps < 8:
        cues = f"{parent.tag} {parent.attributes.get('class') or ''} {parent.attributes.get('id') or ''}".casefold()
        if parent.tag in ("aside", "footer", "nav", "li") or re.search(
            r"related|comment|teaser|recommend|sidebar|most-?read|card", cues
        ):
            return False
        if steps < 2 and cue_words.UPDATED.inside(
            fold((node.prev.text() if node.prev is not None else "") or "")[-30:]
        ):
            return False
        parent, steps = parent.parent, steps + 1
    return True


def find_visible_date(
    lines: list[str], title: str | None, *, month_first: bool, today: dt.date | None
) -> dt.date | None:
    """The date of the first short line that is a stamp: after the title where that is among the lines."""
    bare = _bare(title or "")
    start = next((at for at, line in enumerate(lines) if bare and _bare(line) == bare), 0)
    for at in (*range(start, min(len(lines), start + 40)), *range(start - 1, max(-1, start - 15), -1)):
        line = lines[at]
        if len(line) > 120 or not any(map(str.isdigit, line)):
            continue
        for found in iter_dates(line, today=today, month_first=month_first):
            lead = fold(line[: found.start])
            beside = line[: found.start] + line[found.end :]
            if cue_words.UPDATED.inside(lead) and not cue_words.PUBLISHED.inside(lead):
                continue
            if len(beside.split()) <= 9:
                return found.value
    return None


def find_told_authors(
    tree: LexborHTMLParser, meta: dict[str, list[str]], linked: JsonLd, *, source: str | None
) -> tuple[str, ...]:
    """The authors: of JSON-LD, else of meta tags, else of microdata and bylines; the publication itself only where
    none of them names another.
    """
    linked_names = [
        name
        for text in linked.texts("author") or linked.texts("creator")
        for name in split_authors(clean_line(text), roles=True)
    ]
    if linked_names and not _is_site(linked_names, source):
        return tuple(dict.fromkeys(linked_names))[:_MOST_AUTHORS]
    told: list[str] = []
    for key in _AUTHOR_KEYS:
        names = [name for text in meta.get(key, []) for name in split_authors(clean_line(text), roles=True)]
        if names and not _is_site(names, source):
            return tuple(dict.fromkeys(names))[:_MOST_AUTHORS]
        told = told or names
    shown: list[str] = []
    for selector in _BYLINES:
        for node in tree.css(selector)[:6]:
            text = clean_line(node.attributes.get("content") or node.text(separator=" "))
            if len(text) < 120:
                shown += [name for name in split_authors(text) if is_name(name)]
        if shown and not _is_site(shown, source):
            return tuple(dict.fromkeys(shown))[:_MOST_AUTHORS]
    return tuple(dict.fromkeys(linked_names or told or shown))[:_MOST_AUTHORS]


def find_byline(lines: list[str], title: str | None) -> tuple[str, ...]:
    """The names of a byline that stands a few lines below the title, alone or beside the date."""
    bare = _bare(title or "")
    start = next((at for at, line in enumerate(lines) if bare and _bare(line) == bare), 0)
    for line in lines[start + 1 : start + 8]:
        for part in re.split(r"\s*[|•·]\s*", line) if len(line) <= 120 else ():
            if names := read_byline(part):
                return names
    return ()


def _is_site(names: list[str], source: str | None) -> bool:
    """Whether the only author that is named is the publication itself."""
    own, site = _bare(names[0]), _bare(source or "")
    return len(names) == 1 and bool(site) and (own in site or site in own or " " not in names[0])


def find_told_sections(
    tree: LexborHTMLParser, meta: dict[str, list[str]], linked: JsonLd, *, title: str | None
) -> tuple[str, ...]:
    """The section labels: of JSON-LD, else of meta tags, else of the breadcrumb."""
    labels = clean_sections(linked.texts("articleSection"))
    if labels:
        return labels
    for key in _SECTION_KEYS:
        if labels := clean_sections(meta.get(key, [])):
            return labels
    if labels := clean_sections(_microdata(tree, "[itemprop=articleSection]")):
        return labels
    bare = _bare(title or "")
    trail = [label for label in linked.breadcrumb() if _bare(label) != bare]
    if labels := clean_sections(trail):
        return labels
    shown = tree.css("[class*=breadcrumb] a, [id*=breadcrumb] a, [aria-label*=readcrumb] a")[:8]
    if labels := clean_sections(text for node in shown if _bare(text := clean_line(node.text(separator=" "))) != bare):
        return labels
    for node in tree.css("nav")[:10]:
        names = [clean_line(link.text(separator=" ")) for link in node.css("a")[:8]]
        if 1 < len(names) <= 5 and cue_words.HOME.is_line(fold(names[0])):
            return clean_sections(name for name in names if _bare(name) != bare)
    return ()


def find_shown_section(lines: list[str], title: str | None, source: str | None, url: str | None) -> tuple[str, ...]:
    """The section by the label above the title, else by the address."""
    if (label := find_label(lines, title)) and _bare(label) != _bare(source or ""):
        return (label,)
    return sections_of_url(url) if url else ()


def find_label(lines: list[str], title: str | None) -> str | None:
    """The label that stands right above the title."""
    bare = _bare(title or "")
    at = next((at for at, line in enumerate(lines) if bare and _bare(line) == bare), 0)
    label = lines[at - 1] if at else ""
    return label if is_section(label) and len(label.split()) <= 3 and not is_person_line(label) else None


def _microdata(tree: LexborHTMLParser, selector: str) -> list[str]:
    return [
        text
        for node in tree.css(selector)[:5]
        if (text := clean_line(node.attributes.get("content") or node.text(separator=" ")))
    ]


def find_captions(tree: LexborHTMLParser) -> list[str]:
    """The captions of a page with several pictures, each once, in their order."""
    nodes = tree.css("figcaption")[:_MOST_CAPTIONS]
    if len(nodes) < _LEAST_CAPTIONS:
        return []
    captions = [clean_line(node.text(separator=" ")) for node in nodes]
    return list(dict.fromkeys(caption for caption in captions if len(caption) >= _LEAST_CAPTION))


def find_source(tree: LexborHTMLParser, meta: dict[str, list[str]], linked: JsonLd) -> str | None:
    """The publication: JSON-LD's publisher, else the site's name, else microdata's publisher."""
    told = linked.text("publisher") or first_meta(meta, _SITE_KEYS)
    return clean_line(told or "") or next(iter(_microdata(tree, "[itemprop=publisher] [itemprop=name]")), None)


def find_url(tree: LexborHTMLParser, meta: dict[str, list[str]]) -> str | None:
    """The page's canonical address."""
    node = tree.css_first("link[rel=canonical]")
    for text in (node.attributes.get("href") if node is not None else None, first_meta(meta, ["og:url"])):
        clean = clean_line(text or "")
        if clean.startswith(("http://", "https://")):
            return clean
    return None


def find_lang(tree: LexborHTMLParser, meta: dict[str, list[str]], linked: JsonLd) -> str | None:
    """The page's language as it says itself."""
    node = tree.css_first("html")
    own = node.attributes.get("lang") or node.attributes.get("xml:lang") if node is not None else None
    for text in (
        own,
        linked.text("inLanguage"),
        first_meta(meta, ["content-language", "dc.language", "language", "og:locale"]),
    ):
        if text and _LANG_OF_LOCALE.match(text.strip()):
            return text.strip().replace("_", "-").casefold()
    return None
