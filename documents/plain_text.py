"""What people typed, made fit for a document without changing what it says."""

from __future__ import annotations

import re
import unicodedata

_LINE_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
#: No document format can hold these: control characters, half surrogates and noncharacters. The embeddings and
#: overrides of direction go too, for they would turn around the text after them as well.
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u202a-\u202e\ufdd0-\ufdef\ufeff\ufffe\uffff]"
    "|[" + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000)) + "]"
)
_UNFIT_FOR_FILE_NAMES = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')
_SPACES = re.compile(r"\s+")


def clean(text: str) -> str:
    r"""Return the text with "\n" for every kind of line break and without what no document can hold."""
    return _UNFIT.sub("", _LINE_BREAKS.sub("\n", text)).strip()


def one_line(text: str) -> str:
    """Return the text cleaned and on one line, for headings, names and document properties."""
    return _SPACES.sub(" ", clean(text))


def file_stem(text: str, longest: int) -> str:
    """Return the text as a part of a file name that Windows, macOS, Linux and phones all accept; may be empty.

    Accents stay, emoji and signs that name folders go.
    """
    safe = _UNFIT_FOR_FILE_NAMES.sub(" ", one_line(text))
    safe = "".join(sign for sign in safe if unicodedata.category(sign)[0] in "LMNPZ" or sign in "+=&$")
    return _SPACES.sub(" ", safe).strip(" .")[:longest].strip(" .")
