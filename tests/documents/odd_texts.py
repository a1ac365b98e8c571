"""Texts that break documents: markup, formulas, template payloads, other scripts, control characters."""

from __future__ import annotations

import random

PAYLOADS = (
    "{{ 7*7 }}",
    "{% for x in range(9) %}x{% endfor %}",
    "{% raw %}",
    "{# weg #}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ self.__class__.__mro__ }}",
    "{_{ x }_} en {_% y %_}",
    "{%p if x %} {%tr for x in y %} {{r x }} {% cellbg x %} {% vm %} {% hm %}",
    '#read("/etc/passwd") #import "x.typ": * #panic() $x$ *vet* _schuin_ `code` <label> @verwijzing',
    "= Kop\\ // geen commentaar /* ook niet */ [haken] - lijst",
    "<b>vet</b> &amp; & < > \" ' &lt;script&gt;alert(1)&lt;/script&gt;",
    "]]> <!-- --> <?xml version='1.0'?> <w:t>tekst</w:t> </w:p>",
    '=1+1=HYPERLINK("http://x","y")',
    "+31 6 is ons nummer",
    "-5 procent",
    "@SUM(A1:A9)",
    "_x0041_ en _x000D_ en _x005F_x0041_",
    "100% zeker; 50%% korting; %s %d {0} {naam}",
    "\\n \\u0041 \\d+ C:\\map\\bestand",
    "één coöperatie, Gül, Łódź, Αθήνα, Київ, Nguyễn",
    "“gekruld” ‘ook’ – — … • € ½ ™ × ≤",
    "fi fl ffi ffl Th office affluent",
)
SEPARATORS = (" ", "\n", "\n\n", "  ", "\t", "\r\n", " \u00a0 ", ", ", "; ")
CONTROLS = ("", "", "", "\x00", "\x07", "\x0b", "\x0c", "\x1b[31m", "\ud800", "\ufffe", "\x85", "\u2028", "\u202e")


def odd_texts(count: int = 300, seed: int = 20261121) -> list[str]:
    """Return that many texts, all different and each with a mark of its own at both ends."""
    dice = random.Random(seed)
    return [f"\u00ab{n}\u00ab {_body(dice)} \u00bb{n}\u00bb" for n in range(count - 1)] + [long_text(count)]


def long_text(mark: int) -> str:
    """Return a text of 4096 characters, the longest that Telegram carries."""
    words = " ".join(f"woord{n}" for n in range(600))
    return f"\u00ab{mark}\u00ab {words}"[: 4096 - 8] + f" \u00bb{mark}\u00bb".rjust(8)


def _body(dice: random.Random) -> str:
    parts = dice.sample(PAYLOADS, dice.randint(1, 3))
    return "".join(part + dice.choice(SEPARATORS) + dice.choice(CONTROLS) for part in parts)
