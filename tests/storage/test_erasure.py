"""The rights of people and organisations: to see everything that is kept, and to have it erased."""

from __future__ import annotations

import json
from datetime import date

import pytest
import sqlalchemy as sa

from domain.roles import Role
from domain.verdicts import Verdict
from storage.interfaces import EvaluationClosed, MemberNumberTaken, NotAllowed
from storage.sql import files as stored_files
from storage.sql import tables as t
from storage.sql.actors import ensure_persons, load_actors
from storage.sql.vault import Unreadable
from tests.storage.cast import CHATS, V1, V2, Cast

CONTENT = (
    t.answer, t.answer_version, t.contribution, t.contribution_version, t.frozen_version, t.last_write, t.assignment,
    t.nudge,
)  # fmt: skip


def fill(cast: Cast) -> None:
    """Let everybody leave traces in both organisations."""
    for coordinator, colleague in (("Samira", "Joost"), ("Eva", "Mo")):
        with cast.plays(colleague) as person:
            store, evaluation = person.evaluations, person.evaluation
            store.record_verdict(evaluation, V1, Verdict.PARTIAL, seen=0, at=cast.now)
            store.record_improvement(evaluation, V1, cast.now, what="Beter", who="Ik", due_on=date(2027, 1, 1))
            person.files.want(evaluation, f"{colleague}.pdf", "application/pdf", 3, "tg-file", cast.now)
            person.writes("Eerst", message=5)
            store.edit_by_message(5, "Daarna", cast.now)
        with cast.plays(coordinator) as host:
            host.people.invite(Role.READER, cast.now, label="Voor de toetser")
            host.evaluations.assign(host.evaluation, [V1, V2], cast.actor(host.work, colleague).person, cast.now)
            host.people.may_nudge(cast.actor(host.work, colleague).person, cast.now)
            host.evaluations.reopen(host.evaluations.close(host.evaluation, cast.now), cast.now)


def rows(cast: Cast, table: sa.Table) -> int:
    """Count the rows of a table."""
    with cast.database.begin() as work:
        return int(work.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


# ------------------------------------------------------------------------------------------------- persons


def test_the_export_holds_everything_about_a_person(cast: Cast) -> None:
    """Article 15: what they are called, where they belong, what they wrote and what was done with it."""
    fill(cast)
    with cast.plays("Joost") as joost:
        found = json.loads(json.dumps(joost.people.export()))

    assert found["person"] | {"id": 0, "since": ""} == {
        "id": 0, "telegram_id": CHATS["Joost"], "name": "Joost", "since": "",
        "wants_nudges": True, "is_reachable": True,
    }  # fmt: skip
    assert [(m["organisation"], m["role"], m["until"]) for m in found["memberships"]] == [
        ("Welzijn Rivierenland", "colleague", None)
    ]
    assert [(c["text"], c["earlier_texts"], c["norm"]) for c in found["contributions"]] == [("Daarna", ["Eerst"], "V1")]
    assert [(a["what"], a["verdict"], a["improve_due_on"]) for a in found["answers"]] == [
        ("verdict", "partial", None), ("improvement", "partial", "2027-01-01")
    ]  # fmt: skip
    assert {a["norm"] for a in found["assignments"]} == {"V1", "V2"}
    assert [n["on"] for n in found["nudges"]] == ["2026-11-21"]
    assert "colleague_nudged" in {line["action"] for line in found["audit_trail"] if not line["by_you"]}
    assert "verdict_recorded" in {line["action"] for line in found["audit_trail"] if line["by_you"]}


def test_the_export_holds_nothing_about_others(cast: Cast) -> None:
    """A right of access is no right to read the colleagues."""
    fill(cast)
    with cast.plays("Samira") as samira:
        found = json.dumps(samira.people.export())

    for foreign in ("Daarna", "Beter", "Joost", "Overkant", "Eva"):
        assert foreign not in found
    assert "Voor de toetser" in found


def test_an_erased_person_is_nobody_any_more(cast: Cast) -> None:
    """No name, no chat, no role; what they wrote stays with the organisation."""
    fill(cast)
    with cast.plays("Joost") as joost:
        person = joost.actor.person
        joost.people.erase(cast.now)

    with cast.plays("Samira") as samira:
        assert load_actors(samira.work, [CHATS["Joost"]]) == {}
        assert person not in samira.people.names()
        answer = samira.evaluations.answer(samira.evaluation, V1)
        assert [(item.author, item.text) for item in answer.contributions] == [(person, "Daarna")]
        frozen = samira.evaluations.frozen(samira.evaluation, 1)
        assert frozen is not None
        assert frozen.names == {}
        assert frozen.answers[V1].contributions == answer.contributions
        assert samira.evaluations.assignments(samira.evaluation) == {}
        row = samira.work.execute(sa.select(t.person).where(t.person.c.id == person)).one()
        assert (row.name_sealed, row.chat_id, row.is_reachable, row.erased_at) == (None, None, False, cast.now)
        told = sa.select(t.contribution.c.chat_id, t.contribution.c.message_id)
        assert samira.work.execute(told.where(t.contribution.c.author_id == person)).all() == [(None, None)]


def test_an_erased_person_who_writes_again_is_a_stranger(cast: Cast) -> None:
    """Nothing connects the new person with the old one."""
    fill(cast)
    with cast.plays("Joost") as joost:
        former = joost.actor.person
        joost.people.erase(cast.now)
    with cast.database.begin() as work:
        actor = ensure_persons(work, {CHATS["Joost"]: "Joost"}, cast.now)[CHATS["Joost"]]

        assert actor.person != former
        assert actor.memberships == ()
        assert work.people(actor).export()["contributions"] == []


def test_erasing_stops_what_was_still_to_be_sent(cast: Cast) -> None:
    """The place in the conversation goes as well; other chats keep theirs."""
    with cast.database.begin() as work:
        for name in ("Joost", "Priya"):
            place = {"chat_id": CHATS[name], "updated_at": cast.now, "update_id": 1}
            work.execute(t.conversation_state.insert().values(place))
            message = {"lane": CHATS[name], "kind": "message", "created_at": cast.now}
            work.execute(t.outbox.insert().values(message))
    with cast.plays("Joost") as joost:
        joost.people.erase(cast.now)

    with cast.database.begin() as work:
        assert list(work.execute(sa.select(t.conversation_state.c.chat_id)).scalars()) == [CHATS["Priya"]]
        assert list(work.execute(sa.select(t.outbox.c.lane)).scalars()) == [CHATS["Priya"]]


def test_erasing_ends_every_role_and_link(cast: Cast) -> None:
    """In all organisations at once."""
    with cast.plays("Samira") as samira:
        cast.join(samira.work, "Samira", "Eva", Role.COLLEAGUE)
        eva = next(c for c in samira.people.colleagues() if c.name == "Eva")
        samira.people.hand_over(eva.membership, cast.now)
        mo = next(c for c in cast.people(samira.work, "Mo").colleagues() if c.name == "Mo")
        owner = next(m for m in cast.actor(samira.work, "Eva").memberships if m.id != eva.membership)
        cast.people(samira.work, "Eva").switch_to(owner.id)
        cast.people(samira.work, "Eva").hand_over(mo.membership, cast.now)
    with cast.plays("Eva") as person:
        person.people.invite(Role.COLLEAGUE, cast.now)
        person.people.erase(cast.now)

    with cast.database.begin() as work:
        running = sa.select(t.membership.c.id).where(
            t.membership.c.person_id == person.actor.person, t.membership.c.ended_at.is_(None)
        )
        assert work.execute(running).all() == []
        assert cast.people(work, "Mo").open_invitations(cast.now) == ()


# ------------------------------------------------------------------------------------------- organisations


def test_an_erased_organisation_leaves_only_ids(cast: Cast) -> None:
    """Content, names and links are gone; the other organisation has not lost a row."""
    fill(cast)
    before = {table.name: rows(cast, table) for table in CONTENT}
    with cast.plays("Samira") as samira:
        assert samira.actor.organisation is not None
        organisation = samira.actor.organisation.id
        samira.people.erase_organisation(cast.now)

    after = {table.name: rows(cast, table) for table in CONTENT}
    assert after == {name: count // 2 for name, count in before.items()}
    with cast.database.begin() as work:
        row = work.execute(sa.select(t.organisation).where(t.organisation.c.id == organisation)).one()
        assert (row.name_sealed, row.member_number_sealed, row.member_number_hash) == (None, None, None)
        links = sa.select(t.invitation.c.label_sealed).where(t.invitation.c.organisation_id == organisation)
        assert set(work.execute(links).scalars()) == {None}
        for name in ("Samira", "Joost", "Priya", "Rik"):
            assert cast.actor(work, name).memberships == ()
    with cast.plays("Mo") as mo:
        assert [item.text for item in mo.evaluations.answer(mo.evaluation, V1).contributions] == ["Daarna"]


def test_an_erased_organisation_has_no_key_any_more(cast: Cast) -> None:
    """So that a backup of yesterday cannot be read either."""
    fill(cast)
    with cast.database.begin() as work:
        sealed = work.execute(sa.select(t.contribution.c.text_sealed).order_by(t.contribution.c.id)).scalars().first()
        assert work.vault.open("contribution.text:1:1", sealed) == "Daarna"
    with cast.plays("Samira") as samira:
        samira.people.erase_organisation(cast.now)

    with cast.database.begin() as work, pytest.raises(Unreadable):
        work.vault.open("contribution.text:1:1", sealed)


def test_the_files_of_an_erased_organisation_are_no_longer_wanted(cast: Cast) -> None:
    """Whoever keeps house deletes what no row names; a job that comes back late is turned away."""
    fill(cast)
    with cast.plays("Samira") as samira:
        file = next(iter(samira.files.of(samira.evaluation)))
        blob = stored_files.file_to_fetch(samira.work, file)
        assert blob is not None
        samira.people.erase_organisation(cast.now)

    with cast.database.begin() as work:
        assert not stored_files.mark_stored(work, file, media_type="image/png", size=1, sha256=b"#")
        assert blob.blob not in stored_files.blob_names(work)
        assert len(stored_files.blob_names(work)) == 1


def test_the_member_number_of_an_erased_organisation_is_free(cast: Cast) -> None:
    """They may come back and begin anew."""
    with cast.plays("Noor") as noor, pytest.raises(MemberNumberTaken):
        noor.people.create_organisation("Opnieuw", "SWN123", cast.now)
    with cast.plays("Samira") as samira:
        samira.people.erase_organisation(cast.now)
    with cast.plays("Noor") as noor:
        noor.people.create_organisation("Opnieuw", "SWN123", cast.now)


def test_a_turn_that_began_before_the_erasure_writes_nothing(cast: Cast) -> None:
    """A group of turns loads its actors first, so that somebody may still have the old role."""
    with cast.database.begin() as work:
        joost = cast.actor(work, "Joost")
        store = work.evaluations(joost)
        evaluation = store.current()
        assert evaluation is not None
        cast.people(work, "Samira").erase_organisation(cast.now)

        with pytest.raises(EvaluationClosed):
            store.record_verdict(evaluation, V1, Verdict.MET, seen=None, at=cast.now)
        scope = f"organisation:{evaluation.organisation}"
        assert work.execute(sa.select(t.data_key.c.id).where(t.data_key.c.scope == scope)).first() is None


@pytest.mark.parametrize("name", ["Joost", "Rik", "Noor"])
def test_only_a_coordinator_erases_the_organisation(cast: Cast, name: str) -> None:
    """It cannot be taken back."""
    with cast.plays(name) as other, pytest.raises(NotAllowed):
        other.people.erase_organisation(cast.now)
