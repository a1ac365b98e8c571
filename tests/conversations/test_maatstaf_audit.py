"""A whole audit on the CIIO Maatstaf, on the phone: from planning to its report in Word and PDF."""

from __future__ import annotations

import pytest

from bot.audit_reports import load_standing
from conversations.all import ALL_CONVERSATIONS
from conversations.audit_taps import CoverageTap, InterviewTap, JudgeTap, NewAuditTap, PlanAuditTap
from conversations.fieldwork_taps import QuestionOfNormTap
from conversations.judging_taps import ConsensusTap, VerdictNormTap
from conversations.kit import Conversations
from conversations.report_taps import ReportTap
from documents import audit_report_pdf
from documents.audit_report_word import render_word
from domain.audit import Stage
from domain.framework import FrameworkId, NormId
from domain.judging import Draft
from domain.verdicts import Verdict
from storage.content import load_frameworks
from storage.mapping_content import with_mapping
from storage.sql.database import Database
from templates.audit_screens import ShowPlan
from templates.depth_screens import ThinkFurther
from templates.fieldwork_screens import AskInTalk
from templates.judging_screens import ShowCoverage, ShowVerdictNorm
from templates.render import render
from tests.conversations.audit_stage import (
    RIVERS,
    TOM,
    accepted,
    current,
    filled_in,
    founded_office,
    invited_for,
    seated,
)
from tests.conversations.field_stage import shown
from tests.conversations.people_stage import CarefulStage
from tests.documents.reading import pdf_text, squeezed, word_paragraphs, word_tables
from tests.scenes.stage import StageChat

MAATSTAF = FrameworkId("ciio-maatstaf-2016")
KO1 = NormId("Ko1")


class MaatstafStage(CarefulStage):
    """Bea planned an audit on the Maatstaf; Tom leads it alone, and it runs."""

    def __init__(self, database: Database) -> None:
        database.frameworks = with_mapping(load_frameworks())
        super().__init__(database, Conversations(ALL_CONVERSATIONS))
        self.bea = founded_office(self)
        self.tom = invited_for(self, self.bea, TOM, "Tom")
        plans(self.bea, "CIIO Maatstaf")
        filled_in(self.bea)
        seated(self.bea, "Tom", "Teamleider")
        accepted(self.tom, current(self.bea).id)
        moves(self.tom, "Afspreken", "Ja, doen", "Beginnen")

    @property
    def norms(self) -> tuple[NormId, ...]:
        return tuple(norm.id for norm in self.database.frameworks[MAATSTAF].norms)


def plans(bea: StageChat, framework: str) -> None:
    """Let the office plan an audit on another framework than the usual one."""
    bea.taps_old(NewAuditTap())
    bea.taps("Andere organisatie")
    bea.sends(RIVERS)
    bea.sends("1234")
    bea.taps("Ander kader")
    bea.taps(framework)
    bea.taps("Eerste toetsing")
    bea.taps("CI")


def moves(tom: StageChat, *steps: str) -> None:
    tom.sends("/menu")
    tom.taps("Team")
    tom.taps("Fase")
    for step in steps:
        tom.taps(step)


def interviews(tom: StageChat, function: str, norms: tuple[NormId, ...], *, with_document: bool) -> None:
    """Let Tom talk with somebody about every section."""
    tom.taps_old(InterviewTap())
    tom.taps(function)
    tom.taps("Verder")
    tom.sends(f"{function.lower()}, hoofdkantoor")
    for norm in norms:
        tom.taps_old(QuestionOfNormTap(norm, 0))
        tom.sends(f"Zij vertellen over {norm}")
        if with_document:
            tom.taps("Document")
    tom.taps("Klaar")


@pytest.fixture
def stage(database: Database) -> MaatstafStage:
    return MaatstafStage(database)


def test_an_audit_on_the_maatstaf_from_plan_to_report(stage: MaatstafStage) -> None:
    """No threshold, no pass or fail, its own words for verdicts, its own rubrics and licence in the report."""
    tom = stage.tom
    stage.bea.taps_old(PlanAuditTap())
    assert (shown(stage.bea, ShowPlan).framework, shown(stage.bea, ShowPlan).limits) == ("CIIO Maatstaf", None)
    interviews(tom, "Professional", stage.norms, with_document=False)
    interviews(tom, "Leidinggevende", stage.norms, with_document=True)
    tom.taps_old(CoverageTap())
    assert shown(tom, ShowCoverage).overview.open_norms == ()

    moves(tom, "Oordelen")
    for norm in stage.norms:
        tom.taps_old(VerdictNormTap(norm))
        tom.taps("Deels" if norm == KO1 else "Voldoet")
        if norm == KO1:
            tom.sends("Belanghebbenden zijn nog niet in beeld")
    tom.taps_old(VerdictNormTap(KO1))
    judged = shown(tom, ShowVerdictNorm)
    assert (judged.own, "🟠 deels" in render(judged)) == (Verdict.PARTIAL, True)
    tom.taps_old(JudgeTap())
    text = render(tom.screen)
    assert "🟠 1 deels" in text
    assert "geen ondergrens" in text
    assert "verbeterpunt" not in text

    moves(tom, "Naar consensus")
    settles(tom, stage)
    assert current(tom).audit.stage is Stage.CONSENSUS
    reads_the_reports(tom, stage)


def settles(tom: StageChat, stage: MaatstafStage) -> None:
    """What Tom holds alone becomes what the team holds, norm by norm with a text."""
    audit = current(tom).audit
    with stage.database.begin() as work:
        judging = work.judging(work.actor(TOM))
        drafts = [
            Draft(norm, Verdict.PARTIAL if norm == KO1 else Verdict.MET, f"Dit zagen wij bij {norm}")
            for norm in stage.norms
        ]
        judging.settle(audit.id, drafts, {}, stage.now)
    tom.taps_old(ConsensusTap())


def reads_the_reports(tom: StageChat, stage: MaatstafStage) -> None:
    tom.taps_old(ReportTap())
    audit = current(tom).id
    with stage.database.begin() as work:
        made = load_standing(work, TOM, audit, stage.now, is_summary=False)
    word, pdf = render_word(made), audit_report_pdf.render_pdf(made)
    cells = [cell.text for table in word_tables(word) for row in table.rows for cell in row.cells]
    for text in (squeezed("".join((*word_paragraphs(word), *cells))), pdf_text(pdf)):
        for said in ("CIIO Maatstaf 2016", "CC BY-NC-SA", "Onderdeel Koers", "Onderdeel Resultaten",
                     "Dit zagen wij bij Re3", "+/- voor ‘Voldoet deels (verbeterpunt)’"):  # fmt: skip
            assert squeezed(said) in text, said
        for unsaid in ("Rubriek Vakmanschap", "deze rubriek is niet getoetst", "ondergrens"):
            assert squeezed(unsaid) not in text, unsaid


def test_reflection_and_terms_are_beside_the_question(stage: MaatstafStage) -> None:
    """A message of its own with the way back: nobody loses their place, and what is typed next belongs to the norm."""
    tom = stage.tom
    tom.taps_old(InterviewTap())
    tom.taps("Leidinggevende")
    tom.taps("Verder")
    tom.sends("bestuurder")
    norm = shown(tom, AskInTalk).header.norm
    tom.taps("Verder denken")
    aside = tom.received[-1]
    assert isinstance(aside.screen, ThinkFurther)
    assert aside.screen.norm == norm
    tom.sends("De bestuurder noemt drie trends")

    audit = current(tom).id
    with stage.database.begin() as work:
        found = work.fieldwork(work.actor(TOM)).outline(audit)
    assert [finding.norms for finding in found] == [(norm.id,)]
