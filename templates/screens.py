"""What a person can see: a frozen struct per screen, each with the template that says it in Dutch.

A screen holds domain values and plain texts, never markup. Tests compare screens; the Dutch has
rendering tests of its own. Screens and taps are structs of msgspec and not dataclasses, because there are
hundreds of them and a dataclass compiles six functions when it is made (docs/decisions/0010).
"""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Screen(msgspec.Struct, frozen=True):
    """Something to see; `template` is the file below templates/ that renders it."""

    template: ClassVar[str]
    #: Whether the screen itself says in which role the person is.
    names_role: ClassVar[bool] = False
    #: Whether it shows what was heard or seen in an audit, so that it must not be forwarded or saved.
    is_confidential: ClassVar[bool] = False
