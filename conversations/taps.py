"""Taps that lead from one conversation to another, apart so that no two modules need each other."""

from __future__ import annotations

from conversations.kit import Button, Keyboard, Tap
from domain.framework import NormId
from templates.render import label


class MenuTap(Tap, frozen=True):
    """To the menu of the current role."""

    prefix = "m"


class OverviewTap(Tap, frozen=True):
    """To the overview of the self-evaluation."""

    prefix = "o"


class NormTap(Tap, frozen=True):
    """To one norm of the self-evaluation."""

    prefix = "n"

    norm: NormId


class TermsOfNormTap(Tap, frozen=True):
    """To the terms that a norm uses."""

    prefix = "tn"

    norm: NormId


class ThinkFurtherTap(Tap, frozen=True):
    """To what makes people think further about a norm."""

    prefix = "tf"

    norm: NormId


class PlanTap(Tap, frozen=True):
    """To the improvement actions."""

    prefix = "pl"


class DocumentsTap(Tap, frozen=True):
    """To the documents of the self-evaluation."""

    prefix = "d"


class ColleaguesTap(Tap, frozen=True):
    """To the colleagues."""

    prefix = "c"


class DivideTap(Tap, frozen=True):
    """To dividing the norms over colleagues."""

    prefix = "dv"


class ShareTap(Tap, frozen=True):
    """To sharing the self-evaluation with an auditor who only reads."""

    prefix = "sh"


class CalculatorTap(Tap, frozen=True):
    """To what an audit takes in days, and might cost."""

    prefix = "kc"


class SettingsTap(Tap, frozen=True):
    """To the settings."""

    prefix = "s"


class SwitchRoleTap(Tap, frozen=True):
    """To the choice between the person's roles."""

    prefix = "sr"


class PrivacyTap(Tap, frozen=True):
    """To what is kept, and who sees it."""

    prefix = "p"


class HelpTap(Tap, frozen=True):
    """To the help."""

    prefix = "h"


def way_back(to: Tap | None) -> Keyboard:
    """Return the last row of a screen: back to where one came from, and the menu."""
    menu = Button(label("menu"), MenuTap())
    if to is None or isinstance(to, MenuTap):
        return Keyboard(((menu,),))
    return Keyboard(((Button(label("back"), to), menu),))
