"""The roster: everybody of the organisation as lists show them, with what each has to do."""

from __future__ import annotations

from msgspec import Struct

from conversations.acting import current_evaluation, framework_of, function_label
from conversations.kit import Turn
from domain.actors import Colleague, MembershipId
from domain.framework import Framework
from domain.roles import Role
from domain.self_evaluation import Evaluation
from storage.interfaces import NotAllowed
from templates.people_screens import ColleagueLine
from templates.render import shorten

#: Who can be given norms.
WORKING_ROLES = (Role.COORDINATOR, Role.COLLEAGUE)


class Roster(Struct, frozen=True):
    """Everybody who takes part, by name, and the evaluation they work at."""

    evaluation: Evaluation | None
    framework: Framework
    everybody: tuple[Colleague, ...]

    @property
    def workers(self) -> tuple[Colleague, ...]:
        """Those who can be given norms."""
        return tuple(person for person in self.everybody if person.role in WORKING_ROLES)

    @property
    def readers(self) -> tuple[Colleague, ...]:
        """Those who only read."""
        return tuple(person for person in self.everybody if person.role is Role.READER)

    def find(self, membership: MembershipId) -> Colleague:
        """Return one of them. Raises NotAllowed for anybody else."""
        for person in self.everybody:
            if person.membership == membership:
                return person
        raise NotAllowed(str(membership))

    def function_of(self, person: Colleague) -> str | None:
        """Return the words of somebody's function."""
        return function_label(self.framework, person.function)


def roster_of(turn: Turn) -> Roster:
    """Return everybody of the actor's organisation."""
    evaluation = current_evaluation(turn)
    everybody = turn.work.people(turn.actor).colleagues(evaluation)
    return Roster(evaluation, framework_of(turn, evaluation), everybody)


def lines_of(turn: Turn, roster: Roster, people: tuple[Colleague, ...]) -> tuple[ColleagueLine, ...]:
    """Return how a list shows these people, with where each wrote last."""
    evaluation = roster.evaluation
    last = turn.work.evaluations(turn.actor).last_active(evaluation) if evaluation else {}
    lines: list[ColleagueLine] = []
    for person in people:
        norm, at = last.get(person.person, (None, None))
        lines.append(
            ColleagueLine(
                name=person.name,
                role=person.role,
                function=roster.function_of(person),
                assigned=person.assigned,
                done=person.done,
                answered=person.answered,
                is_reachable=person.is_reachable,
                is_self=person.person == turn.actor.person,
                last_norm=norm,
                last_at=at,
            )
        )
    return tuple(lines)


def name_label(roster: Roster, person: Colleague) -> str:
    """Return somebody's name and function as a button says them."""
    function = roster.function_of(person)
    return shorten(f"{person.name} · {function}" if function else person.name, 24)
