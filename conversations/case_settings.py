"""By which procedure a certifying body treats complaints and appeals: the office reads it, the quality officer chooses.

⚙️ Procedure -> PROCEDURE: another procedure -> sure? | an own aim, where the source leaves the term open
"""

from __future__ import annotations

from enum import StrEnum

from conversations.case_taps import AimTap, ChooseProcedureTap, ProcedureTap
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, Turn, on_tap
from conversations.kit import State as AnyState
from conversations.taps import MenuTap, way_back
from domain.case_procedure import CaseProcedure
from domain.roles import Permission
from storage.case_interfaces import NotOffered
from templates.case_screens import ConfirmProcedure, ShowProcedure
from templates.common_screens import Trouble
from templates.render import label


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    PROCEDURE = "case_procedure"


def open_procedure(turn: Turn, _: ProcedureTap) -> At:
    """Show what counts now."""
    return _show(turn)


def _show(turn: Turn, *, is_kept: bool = False) -> At:
    choice, may_choose = turn.work.case_settings(turn.actor).choice(), turn.actor.may(Permission.CHOOSE_PROCEDURE)
    others = [(number, one) for number, one in enumerate(_offered(turn)) if one.id != choice.said.id]
    screen = ShowProcedure(choice.said, choice.treat_weeks, tuple(one.title for _, one in others), may_choose, is_kept)
    choosing = [
        Button(label("choose_procedure", str(place)), ChooseProcedureTap(number, is_sure=False))
        for place, (number, _) in enumerate(others, 1)
    ]
    open_weeks = choice.said.complaint.terms["treat"].own_weeks
    offered = (0, *open_weeks) if open_weeks else ()
    aims = [
        Button(label("case_aim", str(weeks)), AimTap(weeks)) for weeks in offered if weeks != (choice.treat_weeks or 0)
    ]
    keyboard = Keyboard.flow(choosing, aims) if may_choose else Keyboard(())
    turn.show(screen, keyboard + way_back(MenuTap()))
    return At.PROCEDURE


def _offered(turn: Turn) -> tuple[CaseProcedure, ...]:
    return tuple(turn.work.audit_rules.cases.all.values())


def choose(turn: Turn, tap: ChooseProcedureTap) -> AnyState | None:
    """Ask, and then go by another procedure from now on."""
    offered, store = _offered(turn), turn.work.case_settings(turn.actor)
    if not 0 <= tap.number < len(offered):
        show_trouble(turn, Trouble.AGED)
        return None
    chosen = offered[tap.number]
    if tap.is_sure:
        store.choose(chosen.id, turn.now)
        return _show(turn, is_kept=True)
    sure = Button(label("yes_procedure"), ChooseProcedureTap(tap.number, is_sure=True))
    screen = ConfirmProcedure(store.choice().said.title, chosen.title)
    turn.show(screen, Keyboard.flow([sure]) + way_back(ProcedureTap()))
    return At.PROCEDURE


def set_aim(turn: Turn, tap: AimTap) -> AnyState | None:
    """Set the own aim for treating a complaint, or none."""
    try:
        turn.work.case_settings(turn.actor).aim(tap.weeks or None, turn.now)
    except NotOffered:
        show_trouble(turn, Trouble.AGED)
        return None
    return _show(turn, is_kept=True)


SETTINGS = Conversation(
    name="case_settings",
    entry_points=[on_tap(ProcedureTap, open_procedure), on_tap(ChooseProcedureTap, choose), on_tap(AimTap, set_aim)],
    states={At.PROCEDURE: []},
)

CONVERSATIONS = (SETTINGS,)
