"""In which role somebody acts, and what every conversation about people asks storage first."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from conversations.fallback import show_trouble
from conversations.kit import State, Turn
from domain.actors import MembershipId
from domain.framework import Framework, NormId, WhoCode
from domain.roles import Permission
from domain.self_evaluation import Evaluation
from domain.verdicts import Verdict
from templates.commands import NEWCOMER
from templates.common_screens import Trouble

G = TypeVar("G")
Step = Callable[[Turn, G], State | None]


def needs(permission: Permission, step: Step[G]) -> Step[G]:
    """Return a step that refuses kindly when the current role lacks a permission; storage refuses as well."""

    def guarded(turn: Turn, given: G) -> State | None:
        if not turn.actor.may(permission):
            show_trouble(turn, Trouble.NOT_ALLOWED)
            return None
        return step(turn, given)

    return guarded


def reread(turn: Turn) -> None:
    """Read the actor anew, because something about them changed in this turn."""
    turn.actor = turn.work.actor(turn.incoming.chat_id)


def become(turn: Turn) -> None:
    """Read the actor anew because a role changed, and give the chat that role's commands."""
    reread(turn)
    turn.refresh_commands(turn.actor.role.value if turn.actor.role else NEWCOMER)


def switch(turn: Turn, membership: MembershipId) -> None:
    """Let another role of the actor count from now on; what was going on in the old one is left behind.

    Raises:
        NotAllowed: it is not a role of the actor.
    """
    turn.work.people(turn.actor).switch_to(membership)
    turn.data.clear()
    become(turn)


def current_evaluation(turn: Turn) -> Evaluation | None:
    """Return the evaluation of the actor's organisation, None when there is none yet."""
    return turn.work.evaluations(turn.actor).current()


def framework_of(turn: Turn, evaluation: Evaluation | None) -> Framework:
    """Return the framework of an evaluation, or the one that a new evaluation starts with."""
    if evaluation is not None:
        return turn.work.evaluations(turn.actor).framework(evaluation)
    return next(iter(turn.work.frameworks.values()))


def verdicts_of(turn: Turn, evaluation: Evaluation | None) -> dict[NormId, Verdict]:
    """Return the verdict of every norm that has one."""
    if evaluation is None:
        return {}
    states = turn.work.evaluations(turn.actor).states(evaluation)
    return {norm: state.verdict for norm, state in states.items() if state.verdict is not Verdict.NOT_ASSESSED}


def own_norms(turn: Turn, evaluation: Evaluation | None) -> frozenset[NormId]:
    """Return the norms that were given to the actor."""
    if evaluation is None:
        return frozenset()
    given = turn.work.evaluations(turn.actor).assignments(evaluation)
    return frozenset(norm for norm, people in given.items() if turn.actor.person in people)


def function_label(framework: Framework, code: WhoCode | None) -> str | None:
    """Return how a function is called, None for no function or one that the framework lacks."""
    return next((function.label for function in framework.functions if function.code == code), None)


def knows_function(framework: Framework, code: WhoCode | None) -> bool:
    """Say whether a function code, possibly none, can be recorded; a tap may carry anything."""
    return code is None or function_label(framework, code) is not None
