"""Whether a model's wording may stand for the line that the engine chose: it says no more than that, and no less."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cached_property

from simulator.adapters.voice.quantities import Quantity, quantities
from simulator.model.characters import CONTROL
from simulator.model.language import Language
from simulator.workflows.ports import Cue

# How much longer than the line, in characters: a greeting or a half sentence more, in a script of words or of letters.
_ROOM: dict[Language, int] = {"zh": 40, "en": 120}
_TIMES = 2  # …or twice as long, for longer lines
_LEAST_SHARE = 0.2  # of a line of some length: what is shorter has left out most of it
_LONG: dict[Language, int] = {"zh": 40, "en": 120}
_LETTERS = 8  # fewer of them say nothing about a language
_OWN_SCRIPT = 0.7  # of the letters: a Chinese line may name a firm or a form in Latin letters, an English one a person

# Words that belong to the machinery. What the line itself says is allowed all the same.
_SYSTEM = re.compile(
    r"\b(?:ai|a\.i\.|as an? (?:ai|assistant|language model)|language model|chat ?gpt|openai|llm|system prompt|prompts?|"
    r"instructions?|json|tokens?|scores?|points? awarded|tactics?|trainees?|simulat\w+|role-?play\w*|scenario|"
    r"system|assistant|user)\b|人工智能|语言模型|大模型|助手|提示词|系统|指令|得分|评分|分数|满分|加分|话术|学员|"
    r"角色扮演|模拟|场景|扮演|剧本|台词|改写|原句",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"[\[\]{}<>|`*#_~\\^=\uff1c\uff1e\u3010\u3011\n\t]|https?:|www\.|^\s*[-•]|^\s*\w{1,12}[:：]")
_STAGE = re.compile(r"^\s*[(（]|[(（][^)）]*(?:笑|叹|沉默|停顿|smil|laugh|sigh|paus|lean)[^)）]*[)）]", re.IGNORECASE)

# What grants something, said without a figure. "I don't agree" is none, so a negation before it takes it away.
_GRANT = re.compile(
    r"答应|同意|保证|承诺|成交|说定|一言为定|就这么[定办]|按你们?说的|听你们?的|依你|没问题|"
    r"(?:我|我们|咱们?|这就|马上|立刻|立即|现在|直接|一定|全部|都)(?:先|就|会|来|去|给你们?|把[^，。！？]{0,8})*"
    r"(?:付清|付款|付给|付了|打款|打给|打过去|转给|转账|汇给|结清|安排付|安排打|签字|盖章)|"
    r"\bagree[ds]?\b|\baccept(?:ed)?\b|\bpromise[ds]?\b|\bguarantee[ds]?\b|\b(?:it'?s|have|got) a deal\b|^deal\b|"
    r"\bno problem\b|\bconsider it done\b|\b(?:i|we)(?:'ll| will| can| shall|'m going to| am going to)"
    r"(?: (?:just|gladly|certainly|now|then|also))* (?:pay|transfer|settle|wire|sign|clear|release)\b|"
    r"\bas you (?:say|wish|like)\b|\bwhatever you (?:say|want)\b|\bhave it your way\b|\byou win\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"(?:不(?![过如错但仅管只])|没(?!问题|事)|别(?![的人])|未|休想|谁|怎么|凭什么|难道|\bnot?|n't|\bnever|\bcannot|\bwhy)"
    r"\W*(?:\w+\W+){0,3}\w*$"
)
_NOT_WITHIN = 16  # characters before a grant in which a negation belongs to it


class Checker:
    """Holds wordings against one cue."""

    def __init__(self, cue: Cue) -> None:
        self._cue = cue
        self._line = _folded(cue.line)

    def fault(self, text: str, complete: bool = True) -> str | None:
        """Why a wording may not be shown, in one word; None where it may.

        Args:
            complete: it is the whole. Otherwise it is the beginning of one, up to the end of a sentence.
        """
        checks: list[tuple[str, Callable[[str], bool]]] = [
            ("signs", self._has_signs),
            ("markup", self._has_markup),
            ("length", self._is_long),
            ("language", self._is_foreign),
            ("system", self._talks_system),
            ("figure", self._adds_figure),
            ("concession", self._grants),
        ]
        if complete:
            checks += [("empty", self._is_short), ("missing", self._leaves_out)]
        return next((name for name, fails in checks if fails(text)), None)

    @cached_property
    def most(self) -> int:
        """The characters that a wording has at most."""
        length = len(self._cue.line)
        return max(length * _TIMES, length + _ROOM[self._cue.language])

    # Each is true where something is wrong.

    def _has_signs(self, text: str) -> bool:
        """Control characters, joined or stacked signs and emoji: terminals tear at them."""
        if CONTROL.search(text):
            return True
        return any(unicodedata.category(sign) not in _SAFE and sign not in self._cue.line for sign in text)

    def _has_markup(self, text: str) -> bool:
        found = [match[0] for match in _MARKUP.finditer(text)]
        return any(one not in self._cue.line for one in found) or bool(
            _STAGE.search(text) and not _STAGE.search(self._cue.line)
        )

    def _is_long(self, text: str) -> bool:
        return len(text) > self.most

    def _is_foreign(self, text: str) -> bool:
        letters = [sign for sign in text if sign.isalpha()]
        own = [sign for sign in letters if _script(sign) == self._cue.language]
        others = {sign for sign in letters if _script(sign) is None} - set(self._cue.line)
        theirs = [sign for sign in self._cue.line if sign.isalpha()]
        usual = sum(_script(sign) == self._cue.language for sign in theirs) / len(theirs) if theirs else 1.0
        if others:
            return True
        return len(letters) >= _LETTERS and len(own) / len(letters) < min(_OWN_SCRIPT, usual)

    def _talks_system(self, text: str) -> bool:
        return any(_folded(match[0]) not in self._line for match in _SYSTEM.finditer(text))

    def _adds_figure(self, text: str) -> bool:
        return not quantities(text) <= self._figures

    def _grants(self, text: str) -> bool:
        if _grants(text) and not self._line_grants:
            return True
        folded = _folded(text)
        return any(
            len(name) > 1 and _folded(name) in folded and _folded(name) not in self._line for name in self._cue.guarded
        )

    def _is_short(self, text: str) -> bool:
        if not any(sign.isalnum() for sign in text):
            return True
        line = len(self._cue.line)
        return line > _LONG[self._cue.language] and len(text) < line * _LEAST_SHARE

    def _leaves_out(self, text: str) -> bool:
        """What the line says of figures and grants, the trainee must hear: the next turn builds on it."""
        return not self._figures <= quantities(text) or (self._line_grants and not _grants(text))

    @cached_property
    def _figures(self) -> frozenset[Quantity]:
        return quantities(self._cue.line)

    @cached_property
    def _line_grants(self) -> bool:
        return _grants(self._cue.line)


# Letters, digits, punctuation, money signs, ordinary space; accents only where they are part of a letter.
_SAFE = frozenset(("Ll", "Lu", "Lt", "Lo", "Lm", "Nd", "Nl", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sc", "Zs", "Sm"))


def _folded(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).casefold()


def _script(sign: str) -> Language | None:
    """The language that a letter belongs to; None for letters of other scripts."""
    name = unicodedata.name(sign, "")
    if name.startswith("CJK"):
        return "zh"
    return "en" if name.startswith(("LATIN", "FULLWIDTH LATIN")) else None


def _grants(text: str) -> bool:
    """Whether a text grants something, anywhere, without taking it back in the same breath."""
    folded = _folded(text)
    for match in _GRANT.finditer(folded):
        before = re.split(r"[。！？!?；;.，,]", folded[max(match.start() - _NOT_WITHIN, 0) : match.start()])[-1]
        if match[0] == "没问题" or not _NOT.search(before):
            return True
    return False
