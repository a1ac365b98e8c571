"""Taps that lead from one conversation to another, apart so that no two modules need each other."""

from __future__ import annotations

from dataclasses import dataclass

from conversations.kit import Button, Keyboard, Tap
from domain.framework import NormId
from templates.render import label


@dataclass(frozen=True)
class MenuTap(Tap, prefix="m"):
    """To the menu of the current role."""


@dataclass(frozen=True)
class OverviewTap(Tap, prefix="o"):
    """To the overview of the self-evaluation."""


@dataclass(frozen=True)
class NormTap(Tap, prefix="n"):
    """To one norm of the self-evaluation."""

    norm: NormId


@dataclass(frozen=True)
class TermsOfNormTap(Tap, prefix="tn"):
    """To the terms that a norm uses."""

    norm: NormId


@dataclass(frozen=True)
class ThinkFurtherTap(Tap, prefix="tf"):
    """To what makes people think further about a norm."""

    norm: NormId


@dataclass(frozen=True)
class PlanTap(Tap, prefix="pl"):
    """To the improvement actions."""


@dataclass(frozen=True)
class DocumentsTap(Tap, prefix="d"):
    """To the documents of the self-evaluation."""


@dataclass(frozen=True)
class ColleaguesTap(Tap, prefix="c"):
    """To the colleagues."""


@dataclass(frozen=True)
class DivideTap(Tap, prefix="dv"):
    """To dividing the norms over colleagues."""


@dataclass(frozen=True)
class ShareTap(Tap, prefix="sh"):
    """To sharing the self-evaluation with an auditor who only reads."""


@dataclass(frozen=True)
class SettingsTap(Tap, prefix="s"):
    """To the settings."""


@dataclass(frozen=True)
class SwitchRoleTap(Tap, prefix="sr"):
    """To the choice between the person's roles."""


@dataclass(frozen=True)
class PrivacyTap(Tap, prefix="p"):
    """To what is kept, and who sees it."""


@dataclass(frozen=True)
class HelpTap(Tap, prefix="h"):
    """To the help."""


def way_back(to: Tap | None) -> Keyboard:
    """Return the last row of a screen: back to where one came from, and the menu."""
    menu = Button(label("menu"), MenuTap())
    if to is None or isinstance(to, MenuTap):
        return Keyboard(((menu,),))
    return Keyboard(((Button(label("back"), to), menu),))
