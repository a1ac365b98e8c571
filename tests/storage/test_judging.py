"""Judging: coverage in numbers, judgements, consensus and the end of the day, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from domain.audit import FindingKind, Stage, StageRefused, Tone
from domain.coverage import coverage_of, overview
from domain.day_evaluation import Mood
from domain.framework import NormId, WhoCode
from domain.judging import Draft, NotSettled
from domain.verdicts import Verdict
from storage.audit_interfaces import StatementsMissing, WrongStage
from storage.interfaces import NotAllowed
from storage.judging_interfaces import AnsweredMeanwhile, SettledMeanwhile
from storage.sql import tables as t
from storage.sql.database import Database
from tests.conftest import MovableClock
from tests.storage.audit_cast import DAYS
from tests.storage.judging_cast import JudgingCast

V1, V2, D9 = NormId("V1"), NormId("V2"), NormId("D9")


@pytest.fixture
def cast(database: Database, clock: MovableClock) -> JudgingCast:
    """An audit under way."""
    cast = JudgingCast(database, clock)
    cast.assemble()
    return cast


# ------------------------------------------------------------------------------------------------ coverage


def test_storage_counts_what_the_domain_counts(cast: JudgingCast) -> None:
    """Two interviews and a document make a norm round; a loose note counts for nothing yet."""
    cast.round_off(["V1"])
    talk = cast.talk("CB")
    cast.notes(["V2", "V2"], talk=talk, kind=FindingKind.QUOTE)
    cast.notes(["V2"], to_discuss=True)
    cast.notes(["V2"], kind=FindingKind.OBSERVATION)

    with cast.judges("Ada") as (judging, audit):
        gathered = {item.tally.norm: item for item in judging.gathered(audit)}

    v1, v2 = gathered[V1], gathered[V2]
    assert (v1.tally.interviews, v1.tally.documents, v1.interviews) == (2, 1, (1, 2))
    assert v1.tally.heard == {"P", "Mng", "P&O"}
    assert (v2.tally.interviews, v2.tally.observations, v2.tally.uncounted, v2.to_discuss) == (1, 1, 1, 1)
    assert v2.tally.kinds == {FindingKind.QUOTE: 2, FindingKind.OBSERVATION: 1, None: 1}
    framework = cast.database.frameworks[audit.framework]
    covered = coverage_of([item.tally for item in gathered.values()], framework)
    assert overview(covered, framework).round_norms == 1
    assert WhoCode("CB") in covered[V2].heard


def test_what_was_taken_back_counts_no_more(cast: JudgingCast) -> None:
    cast.notes(["V1"], kind=FindingKind.DOCUMENT, tone=Tone.STRONG)
    with cast.database.begin() as work:
        work.execute(t.finding.update().values(withdrawn_at=cast.now))

    with cast.judges("Tom") as (judging, audit):
        assert judging.gathered(audit) == ()
        assert judging.toned(audit) == ()


# ---------------------------------------------------------------------------------------------- judgements


def test_every_auditor_keeps_a_judgement_of_their_own(cast: JudgingCast) -> None:
    """Nothing of a colleague is overwritten, and the newest of each is shown."""
    with cast.judges("Tom") as (judging, audit):
        judging.judge(audit.id, V1, cast.now, verdict=Verdict.MET)
    with cast.judges("Ada") as (judging, audit):
        judging.judge(audit.id, V1, cast.now, verdict=Verdict.PARTIAL, reason="Niet bij elk team")
        judging.judge(audit.id, V1, cast.now, verdict=Verdict.NOT_MET)

    with cast.judges("Wim") as (judging, audit):
        held = {item.auditor: item for item in judging.judgements(audit)}

    assert sorted((item.verdict, item.reason, item.version) for item in held.values()) == [
        (Verdict.MET, "", 1),
        (Verdict.NOT_MET, "Niet bij elk team", 2),
    ]


def test_the_same_judgement_again_changes_nothing(cast: JudgingCast) -> None:
    with cast.judges("Ada") as (judging, audit):
        first = judging.judge(audit.id, V1, cast.now, verdict=Verdict.MET)
        assert judging.judge(audit.id, V1, cast.now, verdict=Verdict.MET) == first


def test_who_left_the_team_counts_no_more(cast: JudgingCast) -> None:
    """Somebody who turned out not to be independent decides nothing."""
    cast.all_judge({"V1": Verdict.MET}, "Ada", "Wim")
    with cast.plays("Tom") as (work, audits):
        audits.remove_member(cast.audit, cast.person(work, "Wim"), cast.now)

    with cast.judges("Tom") as (judging, audit):
        assert len(judging.judgements(audit)) == 1


def test_a_reason_may_come_before_the_verdict(cast: JudgingCast) -> None:
    """What is typed at an open norm is kept at once."""
    with cast.judges("Ada") as (judging, audit):
        judging.judge(audit.id, V1, cast.now, reason="Twijfel")
        judging.judge(audit.id, V1, cast.now, verdict=Verdict.PARTIAL)
        assert [(j.verdict, j.reason) for j in judging.judgements(audit)] == [(Verdict.PARTIAL, "Twijfel")]


# ----------------------------------------------------------------------------------------------- consensus


@pytest.fixture
def consensus(cast: JudgingCast) -> JudgingCast:
    """The team is settling; V1 was looked at well."""
    cast.round_off(["V1"])
    cast.goes_to(Stage.JUDGING, Stage.CONSENSUS)
    return cast


def test_a_consensus_is_recorded_with_its_text(consensus: JudgingCast) -> None:
    consensus.settle("V1", Verdict.PARTIAL, "Het kan beter bij Noord")

    with consensus.judges("Ada") as (judging, audit):
        found = judging.consensus(audit)[V1]
    assert (found.verdict, found.rationale, found.version) == (Verdict.PARTIAL, "Het kan beter bij Noord", 1)


def test_a_consensus_on_a_norm_that_is_not_round_needs_a_reason(consensus: JudgingCast) -> None:
    with pytest.raises(NotSettled):
        consensus.settle("V2", Verdict.MET)

    consensus.settle("V2", Verdict.MET, override="Alleen één team werkt hiermee")

    with consensus.judges("Tom") as (judging, audit):
        assert judging.consensus(audit)[V2].override == "Alleen één team werkt hiermee"


def test_two_phones_of_team_leaders_never_overwrite_each_other(consensus: JudgingCast) -> None:
    """The second sees what the first recorded."""
    consensus.settle("V1", Verdict.PARTIAL)

    with pytest.raises(SettledMeanwhile) as refused, consensus.judges("Tom") as (judging, audit):
        judging.settle(audit.id, [Draft(V1, Verdict.MET, "Prima")], {V1: 0}, consensus.now)

    now = refused.value.now[V1]
    assert now is not None
    assert now.verdict is Verdict.PARTIAL


def test_all_are_settled_or_none(consensus: JudgingCast) -> None:
    drafts = [Draft(V1, Verdict.MET, "Prima"), Draft(V2, Verdict.MET, "Prima")]
    with pytest.raises(NotSettled), consensus.judges("Tom") as (judging, audit):
        judging.settle(audit.id, drafts, {}, consensus.now)

    with consensus.judges("Tom") as (judging, audit):
        assert judging.consensus(audit) == {}


def test_reopening_keeps_the_text(consensus: JudgingCast) -> None:
    consensus.settle("V1", Verdict.MET, "Prima")
    with consensus.judges("Tom") as (judging, audit):
        judging.draft(audit.id, V1, consensus.now, seen=1)

    with consensus.judges("Tom") as (judging, audit):
        found = judging.consensus(audit)[V1]
    assert (found.verdict, found.rationale, found.version) == (Verdict.NOT_ASSESSED, "Prima", 2)


def test_an_audit_is_not_closed_while_a_norm_is_only_a_draft_or_was_reopened(consensus: JudgingCast) -> None:
    """Whatever was written, only the newest version says whether a norm is settled."""
    for norm in consensus.norms:
        consensus.settle(norm, Verdict.MET, override="Vooraf afgesproken")
    with consensus.plays("Tom") as (_, audits):
        assert audits.counts(audits.get(consensus.audit).audit).settled == 49
    with consensus.judges("Tom") as (judging, audit):
        judging.draft(audit.id, V1, consensus.now, seen=1)

    with consensus.plays("Tom") as (_, audits):
        assert audits.counts(audits.get(consensus.audit).audit).settled == 48
        with pytest.raises(StageRefused):
            audits.move(consensus.audit, Stage.CLOSED, consensus.now)


# ------------------------------------------------------------------------------------------ end of the day


def test_an_answer_of_the_client_keeps_its_versions_and_may_be_a_signal(cast: JudgingCast) -> None:
    with cast.judges("Ada") as (judging, audit):
        judging.answer_day(audit.id, DAYS[0], "course", Mood.CONTENT, "Goed", cast.now, seen=0)
        judging.answer_day(audit.id, DAYS[0], "course", Mood.DISPLEASED, "Toch niet", cast.now, seen=1)
    with pytest.raises(AnsweredMeanwhile), cast.judges("Tom") as (judging, audit):
        judging.answer_day(audit.id, DAYS[0], "course", Mood.CONTENT, "Prima", cast.now, seen=1)

    with cast.judges("Tom") as (judging, audit):
        (answer,) = judging.day_answers(audit)
    with cast.database.begin() as work:
        assert work.execute(sa.select(t.day_evaluation.c.is_signal)).scalar_one()
    assert (answer.mood, answer.text, answer.version) == (Mood.DISPLEASED, "Toch niet", 2)


def test_the_feedback_reads_texts_only_of_what_is_shown(cast: JudgingCast) -> None:
    cast.notes(["V1", "V2"], tone=Tone.STRONG, text="Mooi werk")

    with cast.judges("Tom") as (judging, audit):
        toned = judging.toned(audit)
        assert [(f.norms, f.text) for f in toned] == [((V1,), ""), ((V2,), "")]
        assert judging.texts(audit, [toned[0].id]) == {toned[0].id: "Mooi werk"}


# --------------------------------------------------------------------------------------------- who and when

WRITES: dict[str, Callable[[Any, Any, Any], object]] = {
    "judge": lambda c, j, a: j.judge(a, V1, c.now, verdict=Verdict.MET),
    "settle": lambda c, j, a: j.settle(a, [Draft(V1, Verdict.MET, "Prima")], {}, c.now),
    "draft": lambda c, j, a: j.draft(a, V1, c.now, seen=0, rationale="Prima"),
    "answer_day": lambda c, j, a: j.answer_day(a, DAYS[0], "course", Mood.CONTENT, "Goed", c.now, seen=0),
}
READS = ("gathered", "judgements", "consensus", "day_answers", "toned")


@pytest.mark.parametrize("write", WRITES)
@pytest.mark.parametrize("name", ["Bea", "Pim", "Otto", "Ina", "Samira", "Noor", "Olga"])
def test_outsiders_change_nothing_and_see_nothing(consensus: JudgingCast, name: str, write: str) -> None:
    """An id of another audit opens nothing, whoever sends it."""
    consensus.notes(["V1"], tone=Tone.STRONG)
    consensus.all_judge({"V1": Verdict.MET}, "Ada")
    consensus.settle("V1", Verdict.MET)
    before = _rows(consensus)

    with consensus.judges(name) as (judging, audit):
        with pytest.raises(NotAllowed):
            WRITES[write](consensus, judging, audit.id)
        assert not any(getattr(judging, read)(audit) for read in READS)
        assert not judging.texts(audit, list(range(1, 9)))

    assert _rows(consensus) == before


@pytest.mark.parametrize("write", ["settle", "draft"])
@pytest.mark.parametrize("name", ["Ada", "Wim"])
def test_only_the_team_leader_settles(consensus: JudgingCast, name: str, write: str) -> None:
    before = _rows(consensus)
    with consensus.judges(name) as (judging, audit), pytest.raises(NotAllowed):
        WRITES[write](consensus, judging, audit.id)
    assert _rows(consensus) == before


def test_settling_has_its_stage(cast: JudgingCast) -> None:
    for write in ("settle", "draft"):
        with cast.judges("Tom") as (judging, audit), pytest.raises(WrongStage):
            WRITES[write](cast, judging, audit.id)


def test_nothing_opens_before_the_statements(cast: JudgingCast) -> None:
    cast.notes(["V1"])
    with cast.database.begin() as work:
        work.execute(t.audit_member.update().values(confidentiality_accepted_at=None))

    for write in WRITES:
        with cast.judges("Tom") as (judging, audit), pytest.raises(StatementsMissing):
            WRITES[write](cast, judging, audit.id)
    with cast.judges("Tom") as (judging, audit):
        assert not any(getattr(judging, read)(audit) for read in READS)


def test_an_unknown_norm_is_refused(consensus: JudgingCast) -> None:
    with consensus.judges("Tom") as (judging, audit):
        for write in (
            lambda: judging.judge(audit.id, NormId("X1"), consensus.now, verdict=Verdict.MET),
            lambda: judging.settle(audit.id, [Draft(NormId("X1"), Verdict.MET, "x")], {}, consensus.now),
            lambda: judging.draft(audit.id, NormId("X1"), consensus.now, seen=0),
        ):
            with pytest.raises(NotAllowed):
                write()


def test_what_is_written_is_sealed(consensus: JudgingCast) -> None:
    with consensus.judges("Ada") as (judging, audit):
        judging.judge(audit.id, V1, consensus.now, verdict=Verdict.PARTIAL, reason="geheim één")
        judging.answer_day(audit.id, DAYS[0], "course", Mood.CONTENT, "geheim twee", consensus.now, seen=0)
    consensus.settle("V1", Verdict.PARTIAL, "geheim drie", "geheim vier")

    assert "geheim" not in str(_rows(consensus))


# -------------------------------------------------------------------------------------------------- growth


def test_the_number_of_statements_stays_the_same_as_an_audit_grows(consensus: JudgingCast) -> None:
    empty = _statements(consensus)
    consensus.round_off([*consensus.norms[1:], *consensus.norms[1:]])
    consensus.notes(consensus.norms, tone=Tone.BOTTLENECK, to_discuss=True)
    consensus.all_judge(dict.fromkeys(consensus.norms, Verdict.MET))
    for norm in consensus.norms[:20]:
        consensus.settle(norm, Verdict.MET)

    assert _statements(consensus) == empty == {
        "gathered": 2, "judgements": 1, "consensus": 1, "day_answers": 1, "toned": 2,
    }  # fmt: skip


def _statements(cast: JudgingCast) -> dict[str, int]:
    """Return how many statements every kind of reading takes, once all keys are known."""
    found = {}
    for read in READS:
        with cast.judges("Tom") as (judging, audit):
            getattr(judging, read)(audit)
            made: list[str] = []
            connection = judging._work.connection
            sa.event.listen(connection, "before_cursor_execute", lambda *event: made.append(event[2]))  # noqa: B023
            getattr(judging, read)(audit)
            found[read] = len(made)
    return found


def _rows(cast: JudgingCast) -> dict[str, Any]:
    tables = (t.judgement, t.consensus, t.day_evaluation, t.audit)
    with cast.database.begin() as work:
        return {table.name: [tuple(row) for row in work.execute(sa.select(table)).all()] for table in tables}
