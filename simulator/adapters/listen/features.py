"""What a line is made of: pieces of its characters and words, and the ideas (cues) that it holds.

A feature is a text; the model knows it by its CRC-32. Three groups are kept apart, since each is brought to length 1 by
itself: ``pieces`` (characters in Chinese; words and pieces of words in English), ``cues``, and ``pairs`` of cues.
Characters did better than segmented words for Chinese, and cues carry what the writers of examples did not say
themselves; the README has the figures.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from zlib import crc32

from simulator.model.language import Language

GROUPS = ("pieces", "cues", "pairs")
CUES = Path(__file__).parent / "cues.toml"

LONGEST = 400  # characters that are read of a line: twice the longest example, and it bounds the time that a line takes
_PIECES_ZH = range(1, 5)  # characters
_PIECES_EN = range(3, 6)  # characters within a word; shorter ones are in every word
_WORDS = range(1, 4)
_STEP: Mapping[Language, int] = {"zh": 6, "en": 20}  # characters; about five words, the steps in which length counts
_LENGTHS = 9

_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[a-z]")
_NUMBER = re.compile(r"\d[\d,.]*")
_BREAK = re.compile(r"[\s,。.?!;:、\"“”…—()]+")
_WORD = re.compile(r"[a-z0']+|[?!]")
# How chat spells some common words.
_CHAT = {
    "u": "you",
    "ur": "your",
    "r": "are",
    "pls": "please",
    "plz": "please",
    "thx": "thanks",
    "tmrw": "tomorrow",
    "im": "i'm",
    "ive": "i've",
    "dont": "don't",
    "cant": "can't",
    "wont": "won't",
    "didnt": "didn't",
    "isnt": "isn't",
    "youre": "you're",
    "youll": "you'll",
    "thats": "that's",
    "whats": "what's",
    "lets": "let's",
    "theres": "there's",
    "doesnt": "doesn't",
    "havent": "haven't",
    "wouldnt": "wouldn't",
    "couldnt": "couldn't",
    "til": "until",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "got to",
    "till": "until",
    "msg": "message",
    "inv": "invoice",
    "wk": "week",
    "wks": "weeks",
    "mins": "minutes",
    "hrs": "hours",
    "yr": "year",
    "n": "and",
    "b4": "before",
}
_CHATTED = re.compile(r"(?<![\w'])(?:" + "|".join(_CHAT) + r")(?![\w'])")
_SIGNS = ("question-mark", "exclaim", "aside")  # cues that are no words: they stand against anything


def normalise(text: str) -> str:
    """Half-width and lower case, chat spellings written out, every number a 0, at most ``LONGEST`` characters."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).casefold().replace("\u2019", "'")
    return _NUMBER.sub("0", _CHATTED.sub(lambda match: _CHAT[match[0]], plain))


def language_of(text: str) -> Language:
    """The language that a line is written in, whatever the talk's is; English where no Chinese character stands.

    A Chinese line may hold names and codes in Latin letters: it counts as Chinese as soon as one character in four is.
    """
    chinese = len(_HAN.findall(text))
    return "zh" if chinese and 3 * chinese >= len(_LATIN.findall(text.casefold())) else "en"


def features(text: str, language: Language) -> tuple[frozenset[int], ...]:
    """The features of a line, by group in the order of ``GROUPS``."""
    plain = normalise(text)
    found = sorted(cues(plain, language).items())
    names = [name for name, _count in found]
    single = {f"1{name}" for name in names} | {f"2{name}" for name, count in found if count > 1}
    single.add(f"#{min(_LENGTHS, len(plain) // _STEP[language])}")
    pairs = {f"{one}+{other}" for i, one in enumerate(names) for other in names[i + 1 :]}
    groups = (set(_pieces(plain, language)), single, pairs)
    return tuple(frozenset(crc32(one.encode()) for one in group) for group in groups)


def cues(plain: str, language: Language) -> dict[str, int]:
    """How often each cue stands in a normalised line, those that do."""
    counts = ((name, len(pattern.findall(plain))) for name, pattern in _patterns(language).items())
    return {name: count for name, count in counts if count}


def _pieces(plain: str, language: Language) -> Iterator[str]:
    return _pieces_of_clauses(plain) if language == "zh" else _pieces_of_words(plain)


def _pieces_of_clauses(plain: str) -> Iterator[str]:
    for clause in _BREAK.split(plain):
        if clause:
            edged = f"^{clause}$"
            for length in _PIECES_ZH:
                yield from (edged[i : i + length] for i in range(len(edged) - length + 1))
    yield from (f"!{sign}" for sign in "?!" if sign in plain)


def _pieces_of_words(plain: str) -> Iterator[str]:
    words = _WORD.findall(plain)
    for length in _WORDS:
        yield from ("w" + " ".join(words[i : i + length]) for i in range(len(words) - length + 1))
    for word in words:
        edged = f"^{word}$"
        for length in _PIECES_EN:
            yield from ("c" + edged[i : i + length] for i in range(len(edged) - length + 1))


@cache
def _patterns(language: Language) -> Mapping[str, re.Pattern[str]]:
    known = tomllib.loads(CUES.read_text(encoding="utf-8"))
    written = {name: words[language] for name, words in known.items()}
    if language == "zh":
        return {name: re.compile(words) for name, words in written.items()}
    return {
        name: re.compile(words if name in _SIGNS else rf"(?<![a-z0-9])(?:{words})(?![a-z0-9])")
        for name, words in written.items()
    }
