"""Characters that no text may hold."""

from __future__ import annotations

import re

# Everything below space but tab and newline, the C1 range, and the signs that turn writing direction or hide text.
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")
