from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from reports_by_hand import HOSTILE, attempt_report, certificate, group, person_report

from simulator.adapters.export import html
from simulator.model.language import LANGUAGES, Language
from simulator.model.reports import Document, Notice, Paragraph
from simulator.workflows.report_pages import document

MAKERS = (group, person_report, attempt_report, certificate)
VOID = {"meta", "br", "col"}


class Reading(HTMLParser):
    """What a browser makes of a page: its elements, their attributes, its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def tags(self) -> set[str]:
        return {tag for tag, _attributes in self.elements}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", MAKERS)
def test_page_is_one_file_without_script_or_reference(make: object, language: Language) -> None:
    """Nothing is loaded from anywhere, nothing runs, and every element is closed."""
    page = Reading(html.page(document(make(language))))  # type: ignore[operator]
    assert page.open == []
    assert not page.tags() & {"script", "img", "iframe", "link", "object", "embed", "form", "a", "base"}
    names = {name for _tag, attributes in page.elements for name in attributes}
    assert not {name for name in names if name.startswith("on")} | (names & {"src", "href", "style", "xlink:href"})


def test_policy_allows_the_page_its_own_style_and_nothing_else() -> None:
    """The policy names the hash of the one style sheet, as a browser computes it."""
    page = html.page(document(group(simulated=True)))
    policy = next(a["content"] for t, a in Reading(page).elements if a.get("http-equiv") == "Content-Security-Policy")
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style
    seal = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{seal}'; base-uri 'none'; form-action 'none'"


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_name_is_shown_and_not_obeyed(name: str) -> None:
    """A name makes no element and no attribute; it stands in the text as it is, but for what is no sign."""
    ordinary = Reading(html.page(Document("en", "x", "", (Paragraph("x"),), banner="x", footer="x")))
    blocks = (Paragraph(name),)
    page = Reading(html.page(Document("en", name, name, blocks, banner=name, footer=name)))
    assert page.tags() - {"bdi"} == ordinary.tags()
    shown = name.replace("\t", "\ufffd").replace("\u202e", "\ufffd")
    assert sum(shown in text for text in page.text) >= 5
    assert len(page.elements) - sum(tag == "bdi" for tag, _a in page.elements) == len(ordinary.elements)


def test_hostile_names_stand_in_every_table_of_a_group() -> None:
    """The whole report of a group of hostile names has each of them, and is sound."""
    page = Reading(html.page(document(group())))
    text = "".join(page.text)
    for name in HOSTILE:
        assert name.replace("\t", "\ufffd").replace("\u202e", "\ufffd") in text
    assert page.open == []


def test_tables_and_charts_can_be_read_without_eyes() -> None:
    """Every table has a caption and heads with their scope, every chart a title and what it shows in words."""
    page = Reading(html.page(document(group())))
    count = [tag for tag, _attributes in page.elements].count
    assert count("caption") == count("table") > 3
    assert all(attributes.get("scope") in ("col", "row") for tag, attributes in page.elements if tag == "th")
    charts = [attributes for tag, attributes in page.elements if tag == "svg" and attributes.get("class") == "chart"]
    assert charts
    assert all(one["role"] == "img" and "median" in (one["aria-label"] or "") for one in charts)
    assert next(attributes["lang"] for tag, attributes in page.elements if tag == "html") == "en"


def test_heat_cell_says_its_band_by_a_sign_beside_the_colour() -> None:
    """Who sees no colours reads the band from the sign, and the number of observations beside it."""
    page = html.page(document(group()))
    assert re.search(r'<td class="center meets short" title="[^"]+">✓ 15</td>', page)
    assert re.search(r'<td class="center not-yet short" title="[^"]+">× 15</td>', page)
    assert re.search(r'<td class="center none short" title="[^"]+"></td>', page)


@pytest.mark.parametrize("make", MAKERS)
def test_simulated_data_say_so_on_the_screen_and_on_every_sheet_of_paper(make: object) -> None:
    """The banner is on the page, and in the margin of each printed one."""
    page = html.page(document(make("en", simulated=True)))  # type: ignore[operator]
    assert 'class="banner"' in page
    assert "@top-center{content:" in page
    assert "@top-center" not in html.page(document(make("en")))  # type: ignore[operator]


def test_banner_cannot_end_the_style_sheet() -> None:
    """What is put into the margins is escaped for a style sheet."""
    page = html.page(Document("en", "x", "", (Notice("x"),), banner='"}</style><script>', footer="\\"))
    assert page.count("</style>") == 1
    assert "<script>" not in page


def test_report_without_data_says_what_is_missing() -> None:
    """A group without people, attempts and objectives makes a page that says so, with no empty plot and no NaN."""
    bare = replace(group(), people=(), objectives=(), standings=(), scenarios=(), attempts=(), observations=())
    page = html.page(document(bare))
    assert "nan" not in page.lower().replace("finance", "")
    assert "<svg" not in page
    assert "There is nobody in this group." in page
    assert "No attempt has been scored in this period" in page
