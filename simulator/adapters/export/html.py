"""A report as one self-contained page: no script, no picture from elsewhere, and a policy that forbids both.

Every text is escaped where it is written, and nothing is written but through ``_tag``, ``_text`` and the shapes.
"""

from __future__ import annotations

import base64
import hashlib
import unicodedata
from collections.abc import Iterable, Iterator
from html import escape

from simulator.adapters.export.colours import BARS, COLOURS, TONES
from simulator.model.reports import (
    Award,
    Block,
    Cell,
    Column,
    Document,
    Dot,
    Drawing,
    Exchange,
    Facts,
    Grid,
    Heading,
    Label,
    Notice,
    Paragraph,
    Rect,
    Shape,
    Stroke,
    Tiles,
)

_LANGUAGES = {"zh": "zh-Hans", "en": "en"}
_BAR_WIDTH, _BAR_HEIGHT = 120, 10
_SHORT = 16  # signs of a cell that is not broken: a moment, a figure with its unit
_JOINING = "\n\u200c\u200d"  # line ends, and what holds the parts of an emoji together


def page(document: Document) -> str:
    """The whole page."""
    style = _style(document)
    seal = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{seal}'; base-uri 'none'; form-action 'none'"
    banner = _tag("p", _text(document.banner), css="banner", role="note") if document.banner else ""
    head = "".join(
        (
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{escape(policy, quote=True)}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            '<meta name="robots" content="noindex">',
            _tag("title", _text(document.title)),
            f"<style>{style}</style>",
        )
    )
    body = "\n".join(
        (
            banner,
            "<header>"
            + _tag("h1", _text(document.title))
            + _tag("p", _text(document.subtitle), css="quiet")
            + "</header>",
            "<main>",
            *_blocks(document.blocks),
            "</main>",
            "<footer>" + _tag("p", _text(document.footer)) + "</footer>",
        )
    )
    language = _LANGUAGES[document.language]
    return f'<!DOCTYPE html>\n<html lang="{language}">\n<head>{head}</head>\n<body>\n{body}\n</body>\n</html>\n'


def _blocks(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        yield _block(block)


def _block(block: Block) -> str:
    match block:
        case Heading():
            return _tag(f"h{block.level}", _text(block.text))
        case Paragraph():
            return _tag("p", _text(block.text), css="quiet" if block.quiet else "")
        case Notice():
            return _tag("p", _text(block.text), css=f"notice {block.tone}", role="note")
        case Facts():
            return _tag("dl", "".join(_tag("dt", _text(key)) + _tag("dd", _text(value)) for key, value in block.rows))
        case Tiles():
            return _tag("ul", "".join(_tag("li", _figure(*row)) for row in block.rows), css="tiles")
        case Grid():
            return _grid(block)
        case Exchange():
            return _exchange(block)
        case Drawing():
            return _drawing(block)
        case Award():
            return _award(block)


def _figure(value: str, counts: str) -> str:
    return _tag("strong", _text(value)) + " " + _tag("span", _text(counts))


def _grid(grid: Grid) -> str:
    head = _tag("thead", _tag("tr", "".join(_head_cell(column) for column in grid.columns)))
    body = _tag("tbody", "\n".join(_row(grid, row) for row in grid.rows))
    table = _tag("table", _tag("caption", _text(grid.caption)) + head + body, css="heat" if grid.heat else "")
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{_attribute(grid.caption)}">{table}</div>'


def _head_cell(column: Column) -> str:
    said = f' title="{_attribute(column.full)}" aria-label="{_attribute(column.full)}"' if column.full else ""
    return f'<th scope="col" class="{column.align}"{said}>{_text(column.title)}</th>'


def _row(grid: Grid, row: tuple[Cell, ...]) -> str:
    first, *others = row
    cells = [f'<th scope="row" class="{grid.columns[0].align}">{_text(first.text)}</th>']
    cells += [_cell(cell, column) for cell, column in zip(others, grid.columns[1:], strict=True)]
    return _tag("tr", "".join(cells))


def _cell(cell: Cell, column: Column) -> str:
    css = column.align if cell.tone == "plain" else f"{column.align} {cell.tone}"
    css += " short" if len(cell.text) <= _SHORT else ""
    said = f' title="{_attribute(cell.full)}"' if cell.full else ""
    bar = _bar(cell) if cell.bar else ""
    return f'<td class="{css}"{said}>{bar}{_text(cell.text)}</td>'


def _bar(cell: Cell) -> str:
    """Shares side by side; what they mean stands in figures in the same row, so they are passed over when read out."""
    parts, x = [f'<rect x="0" y="0" width="{_BAR_WIDTH}" height="{_BAR_HEIGHT}" fill="{BARS["quiet"]}"/>'], 0.0
    for tone, share in cell.bar:
        width = min(max(share, 0.0), 1.0) * _BAR_WIDTH
        parts.append(f'<rect x="{x:.1f}" y="0" width="{width:.1f}" height="{_BAR_HEIGHT}" fill="{BARS[tone]}"/>')
        x += width
    size = f'width="{_BAR_WIDTH}" height="{_BAR_HEIGHT}" viewBox="0 0 {_BAR_WIDTH} {_BAR_HEIGHT}"'
    return f'<svg class="bar" aria-hidden="true" {size}>{"".join(parts)}</svg>'


def _exchange(one: Exchange) -> str:
    who, answers = one.answers
    said = _tag("p", _tag("b", _text(one.said[0])) + " " + _text(one.said[1]), css="said")
    heard = "".join(_tag("p", _tag("b", _text(who)) + " " + _text(answer), css="heard") for answer in answers)
    notes = "".join(_tag("p", _tag("b", _text(label)) + " " + _text(text)) for label, text in one.notes)
    verdict = _tag("span", _text(one.verdict), css=f"verdict {one.tone}")
    head = _tag("h3", f"{one.number}. {verdict} " + _tag("small", _text(one.head)))
    return _tag("section", head + said + heard + (_tag("div", notes, css="notes") if notes else ""), css="turn")


def _award(award: Award) -> str:
    first, name, *others = award.lines
    lines = _tag("p", _text(first)) + _tag("p", _text(name), css="name")
    lines += "".join(_tag("p", _text(line), css="course" if line == others[-1] else "") for line in others)
    facts = _tag("dl", "".join(_tag("dt", _text(key)) + _tag("dd", _text(value)) for key, value in award.facts))
    stamp = _tag("p", _text(award.stamp), css="stamp") if award.stamp else ""
    return _tag("section", _tag("h2", _text(award.title)) + lines + stamp + facts, css="award")


# Charts


def _drawing(drawing: Drawing) -> str:
    shapes = "".join(_shape(shape) for shape in drawing.shapes)
    view = f'viewBox="0 0 {drawing.width:g} {drawing.height:g}"'
    said = _tag("title", _text(drawing.title)) + _tag("desc", _text(drawing.description))
    svg = f'<svg class="chart" role="img" {view} aria-label="{_attribute(drawing.description)}">{said}{shapes}</svg>'
    return _tag("figure", svg + _tag("figcaption", _text(drawing.title)))


def _shape(shape: Shape) -> str:
    match shape:
        case Rect():
            place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}"'
            return f'<rect {place} rx="2" fill="{COLOURS[shape.fill]}"/>'
        case Stroke():
            points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
            dashes = ' stroke-dasharray="4 3"' if shape.dashed else ""
            line = f'stroke="{COLOURS[shape.colour]}" stroke-width="{shape.width:g}" stroke-linejoin="round"'
            return f'<polyline points="{points}" fill="none" {line}{dashes}/>'
        case Dot():
            fill = COLOURS["paper"] if shape.hollow else COLOURS[shape.colour]
            ink = f'fill="{fill}" stroke="{COLOURS[shape.colour]}" stroke-width="1.3"'
            if shape.square:
                x, y, side = shape.x - shape.radius, shape.y - shape.radius, 2 * shape.radius
                return f'<rect x="{x:.1f}" y="{y:.1f}" width="{side:.1f}" height="{side:.1f}" {ink}/>'
            return f'<circle cx="{shape.x:.1f}" cy="{shape.y:.1f}" r="{shape.radius:g}" {ink}/>'
        case Label():
            bold = ' font-weight="600"' if shape.bold else ""
            place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size:g}" text-anchor="{shape.anchor}"'
            return f'<text {place} fill="{COLOURS[shape.colour]}"{bold}>{_text(shape.text)}</text>'


# Signs


def _text(text: str) -> str:
    """A text as the content of an element: escaped, and shut off so that one from right to left turns no other."""
    shown = escape(_visible(text))
    return f"<bdi>{shown}</bdi>" if _turns(text) else shown


def _attribute(text: str) -> str:
    return escape(_visible(text), quote=True)


def _visible(text: str) -> str:
    """A text in which what is no sign, or turns the signs after it, stands as the sign for what cannot be shown."""
    return "".join(char if _shows(char) else "\ufffd" for char in text)


def _shows(char: str) -> bool:
    return char.isprintable() or char in _JOINING or unicodedata.category(char) == "Zs"


def _turns(text: str) -> bool:
    """Whether a text holds letters that are written from right to left."""
    return not text.isascii() and any(unicodedata.bidirectional(char) in ("R", "AL", "AN") for char in text)


def _tag(name: str, content: str, css: str = "", role: str = "") -> str:
    """An element around content that is HTML already."""
    css_said = f' class="{css}"' if css else ""
    role_said = f' role="{role}"' if role else ""
    return f"<{name}{css_said}{role_said}>{content}</{name}>"


def _style(document: Document) -> str:
    tones = "".join(
        f".{tone}{{color:{ink}}}" + (f"td.{tone},.notice.{tone},.verdict.{tone}{{background:{paper}}}" if paper else "")
        for tone, (ink, paper) in TONES.items()
        if tone != "plain"
    )
    size = "A4 landscape" if document.wide else "A4 portrait"
    margins = f"@bottom-left{{content:{_quoted(document.footer)}}}@bottom-right{{content:counter(page)}}"
    if document.banner:
        margins += f"@top-center{{content:{_quoted(document.banner)};color:#5c4600;font-weight:600}}"
    return f"{_STYLE}@page{{size:{size};margin:15mm 14mm;font-size:8pt;color:#5b6775;{margins}}}\n{tones}"


def _quoted(text: str) -> str:
    """A text as a string of a style sheet, every sign that could end it or the sheet as an escape."""
    return '"' + "".join(char if char.isalnum() or char == " " else f"\\{ord(char):x} " for char in text) + '"'


_STYLE = """
:root{color:#1d2733;background:#eef1f4;
  font:15px/1.55 system-ui,"Segoe UI","PingFang SC","Microsoft YaHei","Noto Sans CJK SC","Noto Sans SC",sans-serif}
*{box-sizing:border-box}
body{max-width:1180px;margin:0 auto;padding:2.2rem 2.6rem;background:#fff;overflow-wrap:break-word}
header{border-bottom:3px solid #1f5c99;margin-bottom:1.4rem;padding-bottom:.7rem}
h1{font-size:1.9rem;line-height:1.25;margin:0}
h2{font-size:1.25rem;margin:2.1rem 0 .6rem;color:#1f5c99;break-after:avoid}
h3{font-size:1rem;margin:1.2rem 0 .4rem;break-after:avoid}
p{margin:.5rem 0}
.banner{position:sticky;top:0;z-index:2;
  margin:0 0 1.2rem;padding:.55rem .9rem;background:#fdf3d0;border:2px dashed #9a7400;color:#5c4600;font-weight:600}
.notice{padding:.55rem .9rem;border-left:4px solid #1f5c99;background:#f2f6fa}
.notice.bad{border-color:#b9471b;background:#fdeee7}
.notice.more{border-color:#b38a1d}
.tiles{list-style:none;display:flex;flex-wrap:wrap;gap:.8rem;margin:1rem 0;padding:0}
.tiles li{flex:1 1 8.5rem;padding:.75rem .95rem;border:1px solid #d5dbe2;border-radius:.5rem;background:#f8fafc}
.tiles strong{display:block;font-size:1.75rem;line-height:1.2;color:#1f5c99}
.tiles span{color:#5b6775;font-size:.88rem}
dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1.1rem;margin:.6rem 0}
dt{color:#5b6775}
dd{margin:0;overflow-wrap:anywhere}
.scroll{overflow-x:auto;margin:.7rem 0 1.2rem}
table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
caption{caption-side:top;text-align:left;color:#5b6775;padding-bottom:.35rem}
th,td{padding:.32rem .5rem;border-bottom:1px solid #e3e8ed;vertical-align:top;text-align:left;font-weight:400}
thead th{border-bottom:2px solid #1f5c99;font-weight:600;vertical-align:bottom}
tbody th{overflow-wrap:anywhere;min-width:5.5em}
th.right,td.right{text-align:right}
th.center,td.center{text-align:center}
.heat td{border:2px solid #fff;white-space:nowrap;padding:.28rem .2rem}
.heat th[scope=row]{max-width:11em}
.bar{display:inline-block;margin-right:.5em;border-radius:2px;vertical-align:-1px}
figure{margin:.8rem 0 1.4rem;break-inside:avoid}
figcaption{color:#5b6775;font-size:.88rem}
.chart{width:100%;height:auto;font-family:inherit}
.turn{border-top:1px solid #e3e8ed;padding:.2rem 0 .7rem;break-inside:avoid}
.turn small{font-weight:400;color:#5b6775}
.verdict{display:inline-block;padding:0 .5em;border:1px solid currentColor;border-radius:.3em;font-size:.88rem}
.said,.heard{margin:.3rem 0;padding:.35rem .8rem;border-radius:.4rem;background:#edf4fb}
.heard{background:#f4f5f6;margin-left:2.2rem}
.notes{margin-left:.8rem;font-size:.9rem}
.notes p{margin:.2rem 0}
.award{position:relative;text-align:center;border:3px double #1f5c99;
  outline:1px solid #b9c8d8;outline-offset:6px;margin:1.4rem .6rem 2rem;padding:2.4rem 2rem 1.6rem}
.award h2{font-size:2.1rem;letter-spacing:.12em;margin:0 0 1.2rem}
.award .name{font-size:1.9rem;font-weight:600;overflow-wrap:anywhere}
.award .course{font-size:1.35rem;font-weight:600;color:#1f5c99}
.award dl{display:inline-grid;text-align:left;margin-top:1.6rem}
.award .stamp{position:absolute;top:38%;left:0;right:0;transform:rotate(-14deg);
  font-size:3.2rem;font-weight:700;color:#b9471b;opacity:.75}
footer{border-top:1px solid #d5dbe2;margin-top:2.4rem;color:#5b6775;font-size:.82rem;overflow-wrap:anywhere}
.quiet{color:#5b6775}
td.short{white-space:nowrap}
@media print{
  :root{background:#fff;font-size:11px}
  body{max-width:none;padding:0}
  .banner,footer{display:none}
  thead{display:table-header-group}
  tr{break-inside:avoid}
  .scroll{overflow:visible}
  *{print-color-adjust:exact;-webkit-print-color-adjust:exact}
}
"""
