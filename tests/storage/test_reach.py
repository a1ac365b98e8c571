"""Who reaches what: every method with an id, tried by everybody who should not get through.

A row of the table is one thing that somebody does to the evaluation of Welzijn Rivierenland; nothing in
the database may have changed afterwards, except the trail of wrong tries.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import sqlalchemy as sa

from domain.actors import InvitationId, MembershipId
from domain.roles import PersonId, Role
from domain.self_evaluation import Answer, ContributionId, ContributionKind, Evaluation, FileId, Purpose
from domain.verdicts import Verdict
from storage.interfaces import Evaluations, Files, NotAllowed, People
from storage.sql import tables as t
from storage.sql.example import seed_example
from tests.changing import replace
from tests.storage.cast import FRAMEWORK, V1, V2, Cast, Part
from tests.storage.test_people import EXAMPLE


class Target:
    """Everything of one organisation that has an id."""

    def __init__(self, host: Part, author: Part) -> None:
        self.evaluation: Evaluation = host.evaluation
        self.file: FileId = author.files.want(self.evaluation, "a.pdf", "", None, "tg", host.cast.now).id
        self.contribution: ContributionId = author.writes("Geheim", message=9).id
        author.evaluations.record_verdict(self.evaluation, V1, Verdict.MET, seen=0, at=host.cast.now)
        assert author.actor.membership is not None
        self.membership: MembershipId = author.actor.membership.id
        self.person: PersonId = author.actor.person
        host.evaluations.assign(self.evaluation, [V1], self.person, host.cast.now)
        self.invitation: InvitationId = host.people.invite(Role.READER, host.cast.now)[0].id


Attempt = Callable[[Part, Target], object]

READING: Mapping[str, Attempt] = {
    "get": lambda p, x: p.evaluations.get(x.evaluation.id),
    "states": lambda p, x: p.evaluations.states(x.evaluation),
    "answer": lambda p, x: p.evaluations.answer(x.evaluation, V1),
    "answers": lambda p, x: p.evaluations.answers(x.evaluation),
    "assignments": lambda p, x: p.evaluations.assignments(x.evaluation),
    "last_active": lambda p, x: p.evaluations.last_active(x.evaluation),
    "undoable": lambda p, x: p.evaluations.undoable(x.evaluation),
    "frozen": lambda p, x: p.evaluations.frozen(x.evaluation, 1),
    "file": lambda p, x: p.files.get(x.file),
    "files_of": lambda p, x: p.files.of(x.evaluation),
    "colleague": lambda p, x: p.people.colleague(x.membership),
    "chat_of": lambda p, x: p.people.chat_of(x.person),
}  # fmt: skip

WRITING: Mapping[str, Attempt] = {
    "verdict": lambda p, x: p.evaluations.record_verdict(x.evaluation, V1, Verdict.NOT_MET, seen=None, at=p.cast.now),
    "reason": lambda p, x: p.evaluations.record_reason(x.evaluation, V1, "x", p.cast.now),
    "improvement": lambda p, x: p.evaluations.record_improvement(x.evaluation, V1, p.cast.now, what="x"),
    "contribute": lambda p, x: p.evaluations.contribute(
        x.evaluation, V1, ContributionKind.TEXT, Purpose.EVIDENCE, "x", p.cast.now, message_id=1),
    "summarise": lambda p, x: p.evaluations.summarise(x.evaluation, x.contribution, "x", p.cast.now),
    "move": lambda p, x: p.evaluations.move(x.evaluation, x.contribution, V2, p.cast.now),
    "withdraw": lambda p, x: p.evaluations.withdraw(x.evaluation, x.contribution, p.cast.now),
    "undo": lambda p, x: p.evaluations.undo(x.evaluation, p.cast.now),
    "want": lambda p, x: p.files.want(x.evaluation, "x", "", None, "tg", p.cast.now),
    "set_function": lambda p, x: p.people.set_function(x.membership, None, p.cast.now),
}  # fmt: skip

COORDINATING: Mapping[str, Attempt] = {
    "assign": lambda p, x: p.evaluations.assign(x.evaluation, [V2], x.person, p.cast.now),
    "unassign": lambda p, x: p.evaluations.unassign(x.evaluation, [V1], x.person, p.cast.now),
    "close": lambda p, x: p.evaluations.close(x.evaluation, p.cast.now),
    "reopen": lambda p, x: p.evaluations.reopen(x.evaluation, p.cast.now),
    "may_nudge": lambda p, x: p.people.may_nudge(x.person, p.cast.now),
    "revoke": lambda p, x: p.people.revoke(x.invitation, p.cast.now),
    "hand_over": lambda p, x: p.people.hand_over(x.membership, p.cast.now),
    "remove": lambda p, x: p.people.remove(x.membership, p.cast.now),
}  # fmt: skip

#: What takes no id, but is only for whoever coordinates.
MANAGING: Mapping[str, Attempt] = {
    "start": lambda p, x: p.evaluations.start(FRAMEWORK, p.cast.now),
    "rename": lambda p, x: p.people.rename_organisation("x", p.cast.now),
    "set_member_number": lambda p, x: p.people.set_member_number("9", p.cast.now),
    "invite": lambda p, x: p.people.invite(Role.COLLEAGUE, p.cast.now),
    "open_invitations": lambda p, x: p.people.open_invitations(p.cast.now),
    "erase_organisation": lambda p, x: p.people.erase_organisation(p.cast.now),
    "plan_erasure": lambda p, x: p.people.plan_erasure(p.cast.now),
    "keep_organisation": lambda p, x: p.people.keep_organisation(p.cast.now),
    "export_organisation": lambda p, x: p.people.export_organisation(p.cast.now),
    "kept_files": lambda p, x: p.people.kept_files(),
}  # fmt: skip

EVERYTHING = READING | WRITING | COORDINATING

ATTEMPTS = [
    *((who, EVERYTHING) for who in ("Eva", "Mo", "Noor", "Gast")),  # another organisation, no role, the example
    *((who, WRITING | COORDINATING | MANAGING) for who in ("Rik", "Gast")),  # read-only
    ("Joost", COORDINATING | MANAGING),
    ("Noor", MANAGING),
]


@pytest.fixture
def target(cast: Cast) -> Target:
    """The evaluation of Welzijn Rivierenland, where Priya wrote; and a guest in the example organisation."""
    with cast.database.begin() as work:
        seed_example(work, lambda: (FRAMEWORK, EXAMPLE), cast.now)
        cast.people(work, "Gast").visit_example(cast.now)
        return Target(Part(cast, work, "Samira"), Part(cast, work, "Priya"))


def contents(cast: Cast) -> dict[str, list[Any]]:
    """Return every row of every table."""
    with cast.database.begin() as work:
        return {
            table.name: sorted((tuple(row) for row in work.execute(sa.select(table))), key=repr)
            for table in t.metadata.sorted_tables
        }


@pytest.mark.parametrize(("who", "attempts"), ATTEMPTS, ids=[f"{w}-{len(a)}" for w, a in ATTEMPTS])
def test_nobody_gets_through_and_nothing_changes(
    cast: Cast, target: Target, who: str, attempts: Mapping[str, Attempt]
) -> None:
    """The query authorises, whatever ids somebody has got hold of."""
    before = contents(cast)

    got_through = []
    for name, attempt in attempts.items():
        with cast.plays(who) as person:
            try:
                attempt(person, target)
                got_through.append(name)
            except NotAllowed:
                pass

    assert got_through == []
    assert contents(cast) == before


@pytest.mark.parametrize("who", ["Eva", "Mo"])
def test_a_value_that_was_made_up_reaches_nothing(cast: Cast, target: Target, who: str) -> None:
    """The organisation that a value claims is not believed: it stands in the condition of the query."""
    before = contents(cast)
    with cast.plays(who) as person:
        target.evaluation = replace(target.evaluation, organisation=person.evaluation.organisation)

    for name, attempt in EVERYTHING.items():
        with cast.plays(who) as person:
            try:
                found = attempt(person, target)
            except NotAllowed:
                continue
        assert found in (None, {}, Answer(V1)), name

    assert contents(cast) == before


def test_the_same_attempts_succeed_for_who_may(cast: Cast, target: Target) -> None:
    """Else this table would prove nothing."""
    readers = [name for name in ("Samira", "Joost", "Rik") for attempt in READING.values()
               if _succeeds(cast, name, target, attempt)]  # fmt: skip
    assert len(readers) == 3 * len(READING)
    writers = [name for name, attempt in WRITING.items() if _succeeds(cast, "Priya", target, attempt)]
    assert writers == list(WRITING)
    coordinators = [name for name, attempt in COORDINATING.items() if _succeeds(cast, "Samira", target, attempt)]
    assert coordinators == list(COORDINATING)


def _succeeds(cast: Cast, who: str, target: Target, attempt: Attempt) -> bool:
    with cast.plays(who) as person:
        try:
            attempt(person, target)
        except NotAllowed:
            return False
    return True


def test_every_method_that_takes_an_id_is_tried() -> None:
    """A new method of a store belongs in the table."""
    tried = {
        *EVERYTHING, *MANAGING, "record_verdict", "record_reason", "record_improvement", "rename_organisation",
        "edit_by_message", "framework", "current",  # by the actor's own message; no storage; the actor's own
        "side_by_side", "choose",  # the actor's own
        # The actor's own person, role or link, each with tests of its own:
        "accept", "find_invitation", "inviter_chat", "colleagues", "create_organisation", "erase", "export", "leave",
        "names", "set_wants_nudges", "set_welcomed", "switch_to", "visit_example", "planned_erasure",
            "keep_notes",  # of a certifying body: tests/storage/test_audit_notes.py
    }  # fmt: skip
    methods = {name for store in (Evaluations, People) for name in vars(store) if not name.startswith("_")}
    assert methods - tried == set()
    assert {name for name in vars(Files) if not name.startswith("_")} == {"want", "get", "of"}
