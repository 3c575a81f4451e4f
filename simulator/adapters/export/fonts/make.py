"""Makes the font of the PDFs: a part of Noto Sans CJK SC, small enough to be shipped.

Run as ``python -m simulator.adapters.export.fonts.make NotoSansCJK-Regular.ttc``. The shipped one was made of Debian's
``fonts-noto-cjk`` 20220127 (Noto Sans CJK 2.004) with fonttools 4.68; with the same two, the same bytes come out.
It holds

- Latin with all its accents, Greek, Cyrillic, punctuation, arrows, mathematical and geometric signs, kana;
- GB 2312: the 6,763 characters of everyday Chinese;
- the Table of General Standard Chinese Characters of 2013, 8,105 characters with those of personal names; what it has
  beyond GB 2312 stands in ``names.txt``;
- the first level of Big5: the 5,401 everyday traditional characters.

Hints, alternate forms and vertical metrics are left out. What else is in a name is shown as a box and its code point.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
FONT = HERE / "huikuan-sans.otf"
_FACE = "Noto Sans CJK SC"
_FAMILY = "Huikuan Sans"
_SIGNS = (
    (0x20, 0x7E),
    (0xA0, 0x24F),
    (0x2B0, 0x2DD),
    (0x370, 0x3FF),
    (0x400, 0x45F),
    (0x1E00, 0x1EFF),
    (0x2010, 0x2027),
    (0x2030, 0x205E),
    (0x2070, 0x209F),
    (0x20A0, 0x20BF),
    (0x2100, 0x214F),
    (0x2190, 0x2199),
    (0x2200, 0x22FF),
    (0x2460, 0x249B),
    (0x25A0, 0x25FF),
    (0x2605, 0x2606),
    (0x2713, 0x2713),
    (0x3001, 0x303F),
    (0x3041, 0x30FF),
    (0xFF01, 0xFFE6),
)
_FAMILY_IDS, _FULL_NAME_ID, _POSTSCRIPT_ID = (1, 16), 4, 6
_MADE = 3_726_000_000  # seconds since 1904; a date of its own would make other bytes each time


def _table(encoding: str, first: range) -> Iterator[int]:
    """The characters of a double-byte table whose first byte is in a range."""
    for high in first:
        for low in range(0x40, 0xFF):
            try:
                yield ord(bytes((high, low)).decode(encoding))
            except UnicodeDecodeError:
                continue


def characters() -> set[int]:
    """The code points of the font, as far as Noto has them."""
    found = {code for first, last in _SIGNS for code in range(first, last + 1)}
    found.update(_table("gb2312", range(0xB0, 0xF8)))
    found.update(_table("big5", range(0xA4, 0xC7)))
    found.update(ord(char) for char in (HERE / "names.txt").read_text(encoding="utf-8") if not char.isspace())
    return found


def make(source: Path, target: Path = FONT) -> None:
    """Writes the font.

    Args:
        source: Noto's collection, as ``NotoSansCJK-Regular.ttc``.
    """
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTCollection

    font = next(one for one in TTCollection(source).fonts if one["name"].getDebugName(_FULL_NAME_ID) == _FACE)
    options = Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[0, 1, 2, 4, 5, 6, 13, 14])
    options.drop_tables += ["BASE", "GDEF", "GPOS", "GSUB", "VORG", "vhea", "vmtx"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=characters())
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (*_FAMILY_IDS, _FULL_NAME_ID):
            record.string = _FAMILY
        elif record.nameID == _POSTSCRIPT_ID:
            record.string = _FAMILY.replace(" ", "") + "-Regular"
    font["CFF "].cff.fontNames[0] = _FAMILY.replace(" ", "") + "-Regular"
    font["head"].created = font["head"].modified = _MADE
    font.recalcTimestamp = False
    font.save(target)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
