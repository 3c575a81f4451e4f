"""Reports opened in the programs that people open them in: LibreOffice, Chromium, poppler.

Left out of the ordinary run by their marker; where a program is not installed they fail, for they were asked for.
"""

from __future__ import annotations

import csv as reading
import io
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from reports_by_hand import HOSTILE, attempt_report, certificate, group, person_report

from simulator.adapters.export import html, pdf, xlsx
from simulator.model.language import LANGUAGES, Language
from simulator.workflows.report_pages import document
from simulator.workflows.report_tables import tables

pytestmark = pytest.mark.outside

_PATIENCE = 180  # seconds; an office starts slowly the first time
_AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,{sheet}"


def ran(program: str, *arguments: str | Path) -> bytes:
    """What a program printed.

    Fails where it is not installed or ends with an error.
    """
    path = shutil.which(program)
    assert path, f"{program} is not installed"
    done = subprocess.run([path, *map(str, arguments)], capture_output=True, timeout=_PATIENCE, check=False)
    assert done.returncode == 0, done.stderr[-2_000:]
    return done.stdout


def office(book: Path, sheet: int, folder: Path) -> list[list[str]]:
    """A sheet as LibreOffice has read it, formulas evaluated."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    as_csv = _AS_CSV.format(sheet=sheet)
    ran("soffice", profile, "--headless", "--convert-to", as_csv, book, "--outdir", folder)
    (made,) = folder.glob("*.csv")
    return list(reading.reader(io.StringIO(made.read_text(encoding="utf-8"), newline="")))


def browser(page: Path, *options: str | Path) -> bytes:
    """What Chromium printed of a page."""
    own = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        f"--user-data-dir={page.parent}/chromium",
    )
    return ran("chromium", *own, *options, page.as_uri())


def ink(picture: Path) -> float:
    """The share of a PPM picture's bytes that are not white."""
    content = picture.read_bytes()
    head = re.match(rb"P6\s+\d+\s+\d+\s+\d+\s", content)
    assert head
    body = content[head.end() :]
    return 1 - body.count(0xFF) / len(body)


def test_workbook_opens_in_an_office(tmp_path: Path) -> None:
    """Every hostile name stands in its cell as it is, and none was evaluated; numbers and dates are such."""
    xlsx.write(tables(group("zh")), tmp_path / "g.xlsx")
    head, *rows = office(tmp_path / "g.xlsx", 1, tmp_path)
    assert [row[1] for row in rows] == list(HOSTILE)
    assert [row[2] for row in rows] == [f"00{place}" for place in range(len(HOSTILE))]
    assert {row[3] for row in rows} == {"4"}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?", row[head.index(head[7])]) for row in rows)


def test_workbook_of_each_kind_opens_in_an_office(tmp_path: Path) -> None:
    """The last sheet, which says what the report is, can be read of every kind."""
    for place, make in enumerate((person_report, attempt_report, certificate)):
        folder = tmp_path / str(place)
        folder.mkdir()
        made = tables(make("zh"))
        xlsx.write(made, folder / "r.xlsx")
        rows = office(folder / "r.xlsx", len(made), folder)
        assert ["0.1.0"] in [row[1:] for row in rows]


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_is_shown_by_a_browser(tmp_path: Path, language: Language) -> None:
    """Chromium takes the page as it is: charts drawn, names as text, no script run, the policy kept."""
    page = tmp_path / "g.html"
    page.write_text(html.page(document(group(language, simulated=True))), encoding="utf-8")
    shown = browser(page, "--dump-dom").decode()
    assert shown.count("<svg") > 20
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "华东销售一组" in shown or language == "en"
    picture = tmp_path / "page.png"
    browser(page, "--window-size=1200,3000", f"--screenshot={picture}")
    assert picture.stat().st_size > 50_000


def test_page_prints_with_its_mark_on_every_sheet(tmp_path: Path) -> None:
    """Printed from the browser, simulated data say so on each page, and the record's head is there too."""
    page = tmp_path / "g.html"
    page.write_text(html.page(document(group("zh", simulated=True))), encoding="utf-8")
    printed = tmp_path / "g.pdf"
    browser(page, "--no-pdf-header-footer", f"--print-to-pdf={printed}")
    sheets = ran("pdftotext", "-layout", printed, "-").decode().split("\f")[:-1]
    banner = document(group("zh", simulated=True)).banner
    assert len(sheets) > 2
    assert all(banner.replace(" ", "") in sheet.replace(" ", "") for sheet in sheets)
    assert all("cccccccccccccccc" in sheet for sheet in sheets)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("make", [group, person_report, attempt_report, certificate])
def test_paper_can_be_read_and_looked_at(tmp_path: Path, make: object, language: Language) -> None:
    """Poppler reads the text that was written, Chinese too, and each page has ink on it and the mark."""
    told = document(make(language, simulated=True))  # type: ignore[operator]
    pdf.write(told, tmp_path / "r.pdf")
    text = ran("pdftotext", "-layout", tmp_path / "r.pdf", "-").decode()
    pages = text.split("\f")[:-1]
    assert told.title in text
    assert all(told.banner in page for page in pages)
    assert all(told.page.format(page=place, pages=len(pages)) in page for place, page in enumerate(pages, 1))
    ran("pdftoppm", "-r", "40", tmp_path / "r.pdf", tmp_path / "p")
    pictures = sorted(tmp_path.glob("p-*.ppm"))
    assert len(pictures) == len(pages)
    assert all(ink(picture) > 0.005 for picture in pictures)


def test_fonts_of_the_paper_are_within_it(tmp_path: Path) -> None:
    """Only the program's own font is used, embedded and with its signs mapped to characters."""
    pdf.write(document(group("zh")), tmp_path / "r.pdf")
    listed = ran("pdffonts", tmp_path / "r.pdf").decode().splitlines()[2:]
    assert listed
    assert all("HuikuanSans" in line and re.search(r"yes\s+yes\s+yes", line) for line in listed)


def test_paper_keeps_rare_characters_and_says_which_it_lacks(tmp_path: Path) -> None:
    """A name beyond everyday Chinese comes back from the page; an emoji comes back as its code point."""
    pdf.write(document(group("zh")), tmp_path / "r.pdf")
    text = ran("pdftotext", tmp_path / "r.pdf", "-").decode().replace("\n", "")
    assert "祎喆" in text
    assert "U+1F469" in text
