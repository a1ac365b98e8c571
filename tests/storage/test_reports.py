"""The report in storage: versions of every field, what went out as it was, and who reads what of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from domain.audit import AuditId, FindingKind, Stage, StageRefused, Tone
from domain.framework import NormId, RubricId
from domain.process import EventKind
from domain.report import Channel, Recipient, Ruling, VersionId
from domain.report_check import Obstacle, ReportRefused
from domain.report_format import FieldId, Moment
from domain.roles import Role
from domain.verdicts import Verdict
from storage.audit_interfaces import NewAudit, StatementsMissing, WrongStage
from storage.interfaces import NotAllowed
from storage.report_interfaces import FieldChanged, ResponseClosed
from storage.sql import report_codec
from storage.sql import report_tables as r
from storage.sql import tables as t
from storage.sql.actors import ensure_persons
from storage.sql.database import Database
from storage.sql.erasure import erase_person
from storage.sql.reports import SqlReports
from tests.changing import replace
from tests.conftest import MovableClock
from tests.storage.audit_cast import AUDIT_CHATS
from tests.storage.report_cast import CHATS, ReportCast

V5 = NormId("V5")
TODAY = date(2026, 12, 14)


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> ReportCast:
    cast = ReportCast(database, clock)
    cast.assemble()
    return cast


@pytest.fixture
def settled(cast: ReportCast) -> ReportCast:
    """The team settled every norm; V5 is partial."""
    cast.settle_all(V5=Verdict.PARTIAL)
    return cast


def events(cast: ReportCast) -> dict[EventKind, tuple[date, str]]:
    with cast.database.begin() as work:
        found = work.process(work.actor(CHATS["Tom"])).events(cast.audit)
        return {event.kind: (event.on, event.detail) for event in found}


# ------------------------------------------------------------------------------------------------- writing


def test_the_report_is_made_of_what_the_team_recorded(settled: ReportCast) -> None:
    with settled.reports("Ada") as store:
        drafted = store.drafted(settled.audit, Moment.DRAFT, TODAY)

    report = drafted.made.report
    texts = {line.field: line.text for part in report.part_a for line in part.lines}
    assert (report.organisation, texts[FieldId("ci_name")]) == ("Welzijn Rivierenland", "CI Kompas")
    assert texts[FieldId("member_number")] == "SWN1"
    assert "Professional (1 gesprek)" in texts[FieldId("spoken_with")]
    assert texts[FieldId("conclusions")].startswith("48 voldoet, 1 deels")
    v5 = report.norm(V5)
    assert v5 is not None
    assert (v5.verdict, v5.findings, v5.suggestions) == (
        Verdict.PARTIAL, "Dit zagen wij bij V5", ("Begin klein",),
    )  # fmt: skip
    assert "Scholingsplan" in next(r.documents for r in report.rubrics if r.id == RubricId("V"))
    assert {item.obstacle for item in drafted.blockers} == {Obstacle.FIELD_MISSING}


def test_a_report_takes_as_many_statements_however_much_was_found(settled: ReportCast) -> None:
    """Three hundred findings are read like ten."""

    def statements() -> int:
        counted: list[str] = []

        def note(*call: Any) -> None:
            counted.append(call[2])

        sa.event.listen(settled.database.engine, "before_cursor_execute", note)
        with settled.reports("Ada") as store:
            store.drafted(settled.audit, Moment.DRAFT, TODAY)
        sa.event.remove(settled.database.engine, "before_cursor_execute", note)
        return len(counted)

    statements()  # the first one opens the keys
    few = statements()
    settled.notes(settled.norms, tone=Tone.TIP)
    settled.notes(settled.norms, kind=FindingKind.DOCUMENT, text="Rooster")
    assert statements() == few < 30


def test_a_field_keeps_its_versions_and_is_never_overwritten_unseen(cast: ReportCast) -> None:
    cast.write("sketch", "Een welzijnsorganisatie")
    cast.write("sketch", "Een brede welzijnsorganisatie", seen=1)

    with pytest.raises(FieldChanged) as refused:
        cast.write("sketch", "Iets anders", seen=1)

    assert refused.value.now is not None
    assert (refused.value.now.text, refused.value.now.version) == ("Een brede welzijnsorganisatie", 2)


def test_the_same_text_again_is_no_version(cast: ReportCast) -> None:
    cast.write("sketch", "Hetzelfde")
    cast.write("sketch", " Hetzelfde ", seen=1)
    cast.write("sketch", "Nu anders", seen=1)


@pytest.mark.parametrize("field", ["geen_veld", "documents.X", "suggestions.V99"])
def test_a_field_that_does_not_exist_is_refused(cast: ReportCast, field: str) -> None:
    with pytest.raises(NotAllowed):
        cast.write(field)


def test_documents_and_suggestions_can_be_changed_for_the_report(settled: ReportCast) -> None:
    settled.write("suggestions.V5", "")
    settled.write("documents.V", "Beleidsplan")

    with settled.reports("Tom") as store:
        report = store.drafted(settled.audit, Moment.DRAFT, TODAY).made.report
    assert report.rubrics[0].documents == ("Beleidsplan",)
    v5 = report.norm(V5)
    assert v5 is not None
    assert v5.suggestions == ()


def test_the_address_of_the_office_need_not_be_typed_for_the_next_audit(cast: ReportCast) -> None:
    """What stays the same comes from the newest report of this CI; the rest does not."""
    cast.write("ci_street", "Kade 1")
    cast.write("address", "Dorpsstraat 2")
    cast.write("sketch", "Vertrouwelijk")
    with cast.database.begin() as work:
        audits = cast.audits(work, "Bea")
        first = audits.get(cast.audit).audit
        plan = NewAudit(first.kind, first.variant, first.framework, name="Buurtwerk", member_number="SWN9")
        other = audits.plan(plan, cast.now).id
        audits.add_member(other, cast.person(work, "Tom"), Role.TEAM_LEADER, cast.now)
    cast.accept("Tom", audit=other)

    with cast.reports("Tom") as store:
        filled = {item.field.id: item for item in store.drafted(other, Moment.DRAFT, TODAY).made.filled}

    assert filled[FieldId("ci_street")].text == "Kade 1"
    assert filled[FieldId("address")].text == ""  # another organisation
    assert filled[FieldId("sketch")].text == ""


def test_the_address_of_another_office_is_not_proposed(cast: ReportCast) -> None:
    cast.write("ci_street", "Kade 1")

    with cast.reports("Ina") as store:
        filled = {item.field.id: item for item in store.drafted(cast.other_audit, Moment.DRAFT, TODAY).made.filled}

    assert filled[FieldId("ci_street")].text == ""


# ------------------------------------------------------------------------------------------------- freezing


def test_a_report_that_is_not_complete_is_not_frozen(settled: ReportCast) -> None:
    with pytest.raises(ReportRefused) as refused:
        settled.freeze()

    assert Obstacle.FIELD_MISSING in {item.obstacle for item in refused.value.blockers}


def test_evidence_that_was_taken_back_after_settling_keeps_the_report_in(settled: ReportCast) -> None:
    """A norm that was round when it was settled may have lost its findings since."""
    settled.fill_in()
    with settled.database.begin() as work:
        at_v1 = sa.select(t.finding_norm.c.finding_id).where(t.finding_norm.c.norm == "V1")
        work.execute(t.finding.update().where(t.finding.c.id.in_(at_v1)).values(withdrawn_at=settled.now))

    with pytest.raises(ReportRefused) as refused:
        settled.freeze()

    assert [(item.obstacle, item.norms) for item in refused.value.blockers] == [(Obstacle.NO_EVIDENCE, (NormId("V1"),))]


def test_a_frozen_report_stays_as_it_was(settled: ReportCast) -> None:
    settled.write("sketch", "Zoals het was")
    version = settled.sent()
    settled.write("sketch", "Zoals het nu is", seen=1)
    settled.settle("V5", Verdict.MET, "Nu anders")

    with settled.reports("Samira") as store:
        report = store.content(version)

    texts = {line.field: line.text for part in report.part_a for line in part.lines}
    assert texts[FieldId("sketch")] == "Zoals het was"
    v5 = report.norm(V5)
    assert v5 is not None
    assert (v5.verdict, v5.findings) == (Verdict.PARTIAL, "Dit zagen wij bij V5")


def test_versions_are_counted_and_say_to_whom_they_went(settled: ReportCast) -> None:
    first = settled.sent()
    settled.sent()

    with settled.reports("Ada") as store:
        found = store.versions(settled.audit)

    assert [(v.number, v.moment, len(v.sendings)) for v in found] == [(2, Moment.DRAFT, 1), (1, Moment.DRAFT, 1)]
    assert found[1].id == first
    assert (found[1].sendings[0].recipient, found[1].sendings[0].channel) == (Recipient.MEMBER, Channel.CHAT)


def test_the_final_report_needs_a_closed_audit_and_then_keeps_it_closed(settled: ReportCast) -> None:
    settled.fill_in()
    with pytest.raises(ReportRefused):
        settled.freeze(Moment.FINAL)

    settled.goes_to(Stage.CLOSED)
    settled.sent(Moment.FINAL)

    with settled.plays("Tom") as (_, audits), pytest.raises(StageRefused):
        audits.move(settled.audit, Stage.CONSENSUS, settled.now)


# ------------------------------------------------------------------------------------------------- receiving


def test_what_telegram_took_was_received_and_counts_in_the_process(settled: ReportCast) -> None:
    settled.sent()
    assert settled.received(TODAY)

    assert events(settled)[EventKind.DRAFT_RECEIVED] == (TODAY, "")
    with settled.reports("Tom") as store:
        assert store.versions(settled.audit)[0].received_on == TODAY


def test_a_receipt_is_recorded_once(settled: ReportCast) -> None:
    settled.sent()
    settled.received(TODAY)

    assert not settled.received(TODAY + timedelta(days=3))
    assert events(settled)[EventKind.DRAFT_RECEIVED] == (TODAY, "")


def test_a_receipt_counts_also_when_the_sender_works_elsewhere_by_now(settled: ReportCast) -> None:
    """Delivery comes after the turn, and the sender may have another role at that moment."""
    settled.sent()
    with settled.database.begin() as work:
        work.people(work.actor(CHATS["Tom"])).create_organisation("Eigen club", "SWN77", settled.now)
        assert work.actor(CHATS["Tom"]).role is Role.COORDINATOR
    settled.received(TODAY)

    with settled.database.begin() as work:
        found = work.process(work.actor(CHATS["Samira"])).events(settled.audit)
    assert EventKind.DRAFT_RECEIVED in {event.kind for event in found}


def test_a_date_is_entered_for_what_went_by_mail(settled: ReportCast) -> None:
    settled.fill_in()
    version = settled.freeze().id
    with settled.reports("Tom") as store:
        store.send(version, Recipient.MEMBER, Channel.MAIL, settled.now, received_on=TODAY)

    assert events(settled)[EventKind.DRAFT_RECEIVED] == (TODAY, "")


def test_the_final_report_carries_the_outcome(settled: ReportCast) -> None:
    """The terms of the plan follow from it."""
    settled.goes_to(Stage.CLOSED)
    settled.sent(Moment.FINAL)
    settled.received(TODAY)

    assert events(settled)[EventKind.FINDINGS_FINAL] == (TODAY, "plan_required")


# ------------------------------------------------------------------------------------------- the member reacts


def test_the_member_corrects_per_norm_and_the_team_leader_answers(settled: ReportCast) -> None:
    version = settled.sent()
    with settled.reports("Samira") as store:
        store.correct(version, V5, "Het zijn er vier", settled.now)
        store.correct(version, V5, "Het zijn er drie", settled.now)
        store.correct(version, None, "Ons nummer is veranderd", settled.now)
    with settled.reports("Tom") as store:
        assert store.corrections(version) == ()  # not complete yet

    with settled.reports("Samira") as store:
        store.respond(version, settled.now)
    with settled.reports("Tom") as store:
        found = {item.norm: item for item in store.corrections(version)}
        assert (found[V5].text, found[V5].revision, found[V5].is_open) == ("Het zijn er drie", 2, True)
        store.rule(version, V5, Ruling.ANSWERED, "Wij telden er vier in het rooster", settled.now, revision=2)
        store.rule(version, None, Ruling.ACCEPTED, "", settled.now, revision=1)

    assert EventKind.DRAFT_RESPONSE_RECEIVED in events(settled)
    with settled.reports("Samira") as store:
        said = {item.norm: (item.ruling, item.answer) for item in store.corrections(version)}
    assert said == {V5: (Ruling.ANSWERED, "Wij telden er vier in het rooster"), None: (Ruling.ACCEPTED, "")}


def test_a_correction_can_be_taken_back(settled: ReportCast) -> None:
    version = settled.sent()
    with settled.reports("Samira") as store:
        store.correct(version, V5, "Het zijn er drie", settled.now)
        store.correct(version, V5, "", settled.now)

        assert store.corrections(version) == ()


def test_after_the_reaction_nothing_is_corrected_any_more(settled: ReportCast) -> None:
    version = settled.sent()
    with settled.reports("Samira") as store:
        store.respond(version, settled.now)
        assert store.respond(version, settled.now).responded_at == settled.now

    with settled.reports("Samira") as store, pytest.raises(ResponseClosed):
        store.correct(version, V5, "Toch nog iets", settled.now)


def test_the_final_report_waits_for_an_answer_to_every_correction(settled: ReportCast) -> None:
    version = settled.sent()
    with settled.reports("Samira") as store:
        store.correct(version, V5, "Het zijn er drie", settled.now)
        store.respond(version, settled.now)
    settled.goes_to(Stage.CLOSED)
    settled.fill_in(Moment.FINAL)

    with pytest.raises(ReportRefused) as refused:
        settled.freeze(Moment.FINAL)
    assert [item.obstacle for item in refused.value.blockers] == [Obstacle.CORRECTION_OPEN]

    with settled.reports("Tom") as store:
        store.rule(version, V5, Ruling.ACCEPTED, "", settled.now, revision=1)
    assert settled.freeze(Moment.FINAL).number == 2


# --------------------------------------------------------------------------------------------- who reads what

Asking = Callable[[SqlReports, AuditId, VersionId], Any]
NOW = MovableClock().now
READING: dict[str, Asking] = {
    "version": lambda store, _, version: store.version(version),
    "content": lambda store, _, version: store.content(version),
    "corrections": lambda store, _, version: store.corrections(version),
}
WRITING: dict[str, Asking] = {
    "write": lambda store, audit, _: store.write(audit, FieldId("sketch"), "Iets", NOW, seen=1),
    "freeze": lambda store, audit, _: store.freeze(audit, Moment.DRAFT, NOW),
    "readers": lambda store, audit, _: store.readers(audit),
    "send": lambda store, _, version: store.send(version, Recipient.MEMBER, Channel.MAIL, NOW),
    "rule": lambda store, _, version: store.rule(version, V5, Ruling.ACCEPTED, "", NOW, revision=1),
}
RESPONDING: dict[str, Asking] = {
    "correct": lambda store, _, version: store.correct(version, V5, "Iets", NOW),
    "respond": lambda store, _, version: store.respond(version, NOW),
}


def refused(cast: ReportCast, name: str, version: VersionId, asked: dict[str, Asking]) -> set[str]:
    """Return what somebody is refused."""
    found = set()
    for what, ask in asked.items():
        with cast.reports(name) as store:
            try:
                ask(store, cast.audit, version)
            except (NotAllowed, StatementsMissing):
                found.add(what)
    return found


@pytest.mark.parametrize("name", ["Bea", "Otto", "Ina", "Pim", "Noor", "Sam", "Sanne", "Olga"])
def test_who_has_no_part_in_the_draft_sees_and_changes_nothing(settled: ReportCast, name: str) -> None:
    """The office of the CI, another CI, a peer outside the team, a colleague, the secretariat, an operator."""
    version = settled.sent()

    assert refused(settled, name, version, READING | WRITING | RESPONDING) == {*READING, *WRITING, *RESPONDING}
    with settled.reports(name) as store, pytest.raises((NotAllowed, StatementsMissing)):
        store.drafted(settled.audit, Moment.DRAFT, TODAY)


@pytest.mark.parametrize("name", ["Ada", "Wim"])
def test_an_auditor_of_the_team_only_reads(settled: ReportCast, name: str) -> None:
    version = settled.sent()

    assert refused(settled, name, version, READING | WRITING | RESPONDING) == {*WRITING, *RESPONDING}


def test_the_coordinator_of_the_member_reads_and_reacts_and_nothing_else(settled: ReportCast) -> None:
    version = settled.sent()

    assert refused(settled, "Samira", version, READING | WRITING | RESPONDING) == {*WRITING}


def test_the_team_leader_does_not_react_for_the_member(settled: ReportCast) -> None:
    version = settled.sent()

    assert refused(settled, "Tom", version, RESPONDING) == {*RESPONDING}


def test_the_member_reads_nothing_before_it_was_sent(settled: ReportCast) -> None:
    settled.fill_in()
    version = settled.freeze().id

    assert refused(settled, "Samira", version, READING | RESPONDING) == {*READING, *RESPONDING}
    with settled.reports("Samira") as store:
        assert store.newest() is None
        assert store.versions(settled.audit) == ()


def test_the_team_sees_no_report_before_the_statements(settled: ReportCast) -> None:
    version = settled.sent()
    with settled.database.begin() as work:
        ada = t.audit_member.c.person_id == work.actor(AUDIT_CHATS["Ada"]).person
        work.execute(t.audit_member.update().where(ada).values(conduct_accepted_at=None))

    assert refused(settled, "Ada", version, READING) == {*READING}
    with settled.reports("Ada") as store, pytest.raises(StatementsMissing):
        store.drafted(settled.audit, Moment.DRAFT, TODAY)


def test_the_secretariat_reads_part_a_of_what_was_sent_there_and_no_findings(settled: ReportCast) -> None:
    draft = settled.sent()
    settled.goes_to(Stage.CLOSED)
    settled.fill_in()
    summary = settled.freeze(Moment.SUMMARY).id
    with settled.reports("Sanne") as store, pytest.raises(NotAllowed):
        store.content(summary)
    with settled.reports("Tom") as store:
        store.send(summary, Recipient.SWN, Channel.MAIL, settled.now, received_on=TODAY)

    with settled.reports("Sanne") as store:
        report = store.content(summary)
        assert [version.id for version in store.versions(settled.audit)] == [summary]
    assert len(report.part_a) == 7
    assert (report.rubrics, report.intro) == ((), ())
    with settled.reports("Sanne") as store:
        assert store.corrections(summary) == ()
        with pytest.raises(NotAllowed):
            store.content(draft)


OVER = dict.fromkeys(("O1", "O2", "O3", "O4", "O5"), Verdict.NOT_MET) | {"V5": Verdict.PARTIAL}


@pytest.fixture
def over(cast: ReportCast) -> ReportCast:
    """Over the threshold, and the final report was received."""
    cast.settle_all(**OVER)
    cast.goes_to(Stage.CLOSED)
    cast.sent(Moment.FINAL)
    cast.received(TODAY)
    return cast


def test_after_an_additional_investigation_the_member_gets_the_report_with_an_addendum(over: ReportCast) -> None:
    with over.reports("Tom") as store:
        assert not store.had_followup(over.audit)
        final = store.versions(over.audit)[0].id
    over.follow_up(TODAY)

    addendum = over.sent(Moment.ADDENDUM)

    with over.reports("Samira") as store:
        assert [version.moment for version in store.versions(over.audit)] == [Moment.ADDENDUM, Moment.FINAL]
        before, now = store.content(final), store.content(addendum)
    assert before.addendum is None  # what was sent stays as it was
    assert now.addendum is not None
    assert [row.norm for row in now.addendum.norms] == ["V5", "O1", "O2", "O3", "O4", "O5"]
    first = now.addendum.norms[0]
    assert (first.before, first.now) == (Verdict.PARTIAL, Verdict.MET)
    assert (first.action, first.finding) == ("Intervisie bij V5", "Nu op orde: gezien in drie teams")
    assert now.rubrics == before.rubrics  # part B as it was found first
    assert now.part_a[-1].title == "Aanvullend onderzoek"
    assert "Karin" not in repr(now)


def test_the_secretariat_reads_the_passage_and_not_the_addendum(over: ReportCast) -> None:
    over.follow_up(TODAY)
    over.fill_in()
    summary = over.freeze(Moment.SUMMARY).id
    with over.reports("Tom") as store:
        store.send(summary, Recipient.SWN, Channel.MAIL, over.now, received_on=TODAY)

    with over.reports("Sanne") as store:
        report = store.content(summary)

    assert report.part_a[-1].title == "Aanvullend onderzoek"
    assert "49 voldoet" in report.part_a[-1].lines[-1].text
    assert report.addendum is None


def test_an_addendum_waits_for_how_the_investigation_went(over: ReportCast) -> None:
    over.follow_up(TODAY)

    with pytest.raises(ReportRefused) as refused:
        over.freeze(Moment.ADDENDUM)

    assert [(item.obstacle, item.fields) for item in refused.value.blockers] == [
        (Obstacle.FIELD_MISSING, (FieldId("followup_course"),))
    ]


def test_the_source_of_an_official_wording_stays_with_a_frozen_report(settled: ReportCast) -> None:
    with settled.reports("Tom") as store:
        report = store.drafted(settled.audit, Moment.DRAFT, TODAY).made.report
    first = report.rubrics[0]
    named = replace(first.norms[0], wording_source="eigen exemplaar, 2019")
    report = replace(report, rubrics=(replace(first, norms=(named, *first.norms[1:])), *report.rubrics[1:]))

    assert report_codec.read(report_codec.written(report)) == report


def test_what_was_frozen_before_there_were_addenda_still_reads(settled: ReportCast) -> None:
    with settled.reports("Tom") as store:
        report = store.drafted(settled.audit, Moment.DRAFT, TODAY).made.report
    plain = json.loads(report_codec.written(report))
    del plain["addendum"]

    assert report_codec.read(json.dumps(plain)) == report


def test_the_member_does_not_read_what_only_went_to_the_secretariat(settled: ReportCast) -> None:
    settled.goes_to(Stage.CLOSED)
    settled.fill_in()
    summary = settled.freeze(Moment.SUMMARY).id
    with settled.reports("Tom") as store:
        store.send(summary, Recipient.SWN, Channel.MAIL, settled.now, received_on=TODAY)

    with settled.reports("Samira") as store, pytest.raises(NotAllowed):
        store.content(summary)


def test_nothing_is_written_before_the_audit_runs(cast: ReportCast) -> None:
    with cast.database.begin() as work:
        work.execute(t.audit.update().where(t.audit.c.id == cast.audit).values(stage=Stage.CONTRACTED.value))

    with pytest.raises(WrongStage):
        cast.write("sketch")


def test_what_somebody_wrote_about_a_report_is_in_their_export(settled: ReportCast) -> None:
    version = settled.sent()
    with settled.reports("Samira") as store:
        store.correct(version, V5, "Het zijn er drie", settled.now)

    with settled.database.begin() as work:
        found = {name: work.people(work.actor(CHATS[name])).export() for name in ("Samira", "Tom")}
    assert [(item["norm"], item["text"]) for item in found["Samira"]["report_corrections"]] == [
        ("V5", "Het zijn er drie")
    ]
    assert found["Tom"]["report_corrections"] == []


def test_no_text_of_a_report_can_be_read_in_the_database(settled: ReportCast) -> None:
    settled.write("sketch", "kanarieschets")
    version = settled.sent()
    with settled.reports("Samira") as store:
        store.correct(version, V5, "kanariecorrectie", settled.now)
        store.respond(version, settled.now)
    with settled.reports("Tom") as store:
        store.rule(version, V5, Ruling.ANSWERED, "kanarieantwoord", settled.now, revision=1)

    with settled.database.begin() as work:
        dump = b"".join(
            bytes(value) if isinstance(value, bytes | memoryview) else repr(value).encode()
            for table in t.metadata.sorted_tables
            for row in work.execute(sa.select(table))
            for value in row
        )
    assert [word for word in (b"kanarieschets", b"kanariecorrectie", b"kanarieantwoord") if word in dump] == []


# --------------------------------------------------------------------------------------- names of the erased


def erase(cast: ReportCast, name: str) -> None:
    """Erase a person, whose roles end first."""
    with cast.database.begin() as work:
        actor = work.actor(CHATS[name])
        own = t.membership.c.person_id == actor.person
        work.execute(t.membership.update().where(own).values(ended_at=cast.now))
        erase_person(work, actor, cast.now)


def frozen_text(cast: ReportCast, version: VersionId) -> str:
    """Return everything that is kept of a frozen report, opened."""
    with cast.database.begin() as work:
        row = work.execute(sa.select(r.report_version).where(r.report_version.c.id == version)).one()
        return work.vault.open(f"report_version.content:{row.audit_id}:{row.number}", row.content_sealed)


def test_an_erased_person_is_not_named_in_a_frozen_report_any_more(settled: ReportCast) -> None:
    """The version stays what it was, with other words for the name; who is still there keeps theirs."""
    settled.write("proofread_by", "ada, en daarna Adam")
    settled.write("sketch", "Ada is hier een gewoon woord")
    version = settled.sent()
    with settled.reports("Samira") as store:
        before = store.content(version)

    erase(settled, "Ada")

    with settled.reports("Samira") as store:
        after = store.content(version)
    was, now = ({line.field: line.text for part in report.part_a for line in part.lines} for report in (before, after))
    assert was[FieldId("assessors")] == "Ada en Wim"
    assert now[FieldId("assessors")] == "(naam verwijderd) en Wim"
    assert now[FieldId("team_leader")] == was[FieldId("team_leader")] == "Tom"
    assert now[FieldId("proofread_by")] == "(naam verwijderd), en daarna Adam"
    changed = {field for field in was if was[field] != now[field]}
    assert changed == {FieldId("assessors"), FieldId("proofread_by")}
    assert after.rubrics == before.rubrics
    assert '"Ada"' not in frozen_text(settled, version)
    with settled.reports("Tom") as store:
        drafted = store.drafted(settled.audit, Moment.DRAFT, TODAY)
    assert drafted.written[FieldId("proofread_by")].text == "(naam verwijderd), en daarna Adam"


def test_a_name_of_before_is_taken_out_as_well(settled: ReportCast) -> None:
    """Whoever changed their name at Telegram is known by the one that was printed."""
    version = settled.sent()
    with settled.database.begin() as work:
        ensure_persons(work, {CHATS["Ada"]: "Adriana de Vries"}, settled.now)

    erase(settled, "Ada")

    assert "Ada" not in frozen_text(settled, version)


def test_the_contact_of_the_member_is_taken_out_as_well(settled: ReportCast) -> None:
    settled.write("contact_person", "Samira, beleidsmedewerker")
    version = settled.sent()

    erase(settled, "Samira")

    assert "(naam verwijderd), beleidsmedewerker" in frozen_text(settled, version)
    assert "Samira" not in frozen_text(settled, version)
