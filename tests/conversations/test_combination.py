"""A combination audit on the phone: planned once, visited once, and judged against two frameworks."""

from __future__ import annotations

from bot.audit_reports import load_standing
from conversations.audit_taps import InterviewTap, OpenAuditTap
from conversations.combination import PairTap, UnpairTap
from conversations.fieldwork_taps import CountTap, CountWhereTap
from documents.audit_report_word import render_word
from domain.audit import FindingId, Stage
from domain.framework import NormId
from templates.audit_screens import CombineWith, ShowAuditMenu, ShowAudits, ShowCombination, ShowPlan
from templates.common_screens import SayTrouble
from templates.fieldwork_screens import AskInTalk, CountWhere, FieldEvent, ShowFinding
from templates.render import render
from tests.conversations.audit_stage import TOM, current
from tests.conversations.combination_stage import LABEL, MAATSTAF, CombinationStage, stage
from tests.conversations.field_stage import notice, shown
from tests.documents.reading import word_paragraphs, word_tables

__all__ = ["stage"]
V2, ME2 = NormId("V2"), NormId("Me2")


def test_the_office_plans_one_audit_of_two_frameworks(stage: CombinationStage) -> None:
    bea = stage.bea
    stage.bea.sends("/menu")
    bea.taps_old(OpenAuditTap(stage.audit))
    bea.taps("Tweede kader")
    choice = shown(bea, CombineWith)
    bea.taps("CIIO Maatstaf")
    told = render(shown(bea, ShowCombination))
    bea.taps("Terug")

    assert [line.is_mapped for line in choice.choices] == [True]
    assert "Elk kader heeft eigen oordelen" in told
    assert shown(bea, ShowPlan).second_framework == "CIIO Maatstaf"
    assert "Variant" not in " ".join(bea.labels)  # a combination it stays
    bea.sends("/toetsingen")
    assert [line.framework for line in shown(bea, ShowAudits).audits] == ["Kwaliteitslabel", "CIIO Maatstaf"]


def test_taken_apart_again_there_is_one_audit_left(stage: CombinationStage) -> None:
    stage.combine()
    stage.bea.taps("Uit elkaar halen")

    assert shown(stage.bea, ShowPlan).second_framework == ""
    assert current(stage.bea).audit.companion is None


def test_an_old_button_pairs_nothing_once_it_runs(stage: CombinationStage) -> None:
    stage.combine()
    stage.begin()
    tom = stage.tom

    tom.taps_old(UnpairTap(stage.audit))
    assert not shown(tom, ShowCombination).may_undo
    tom.taps_old(PairTap(stage.audit, 0))
    assert isinstance(tom.screen, SayTrouble)
    assert current(tom).audit.companion is not None


def test_a_note_is_typed_once_and_counts_for_both(stage: CombinationStage) -> None:
    """Screenplay 8 with a second framework: the mapping proposes below the receipt, the auditor ticks."""
    stage.combine()
    stage.begin()
    tom = stage.tom
    tom.taps_old(InterviewTap())
    tom.taps("Professional")
    tom.taps("Verder")
    tom.sends("jongerenwerker, team Noord")
    tom.taps("Kies een norm")
    tom.taps("V2")
    tom.sends("Nieuwe mensen lopen eerst twee weken mee")

    told = render(shown(tom, AskInTalk))
    assert "Telt dit ook voor CIIO Maatstaf?" in told
    tom.taps("Me2 · Ontwikkeling")
    assert notice(tom).what is FieldEvent.COUNTED
    assert "Telt ook voor CIIO Maatstaf: Me2" in render(shown(tom, AskInTalk))
    assert stage.finding(1).also == (ME2,)

    tom.sends("/menu")
    assert shown(tom, ShowAuditMenu).frameworks == ("Kwaliteitslabel", "CIIO Maatstaf")
    tom.taps("CIIO Maatstaf")
    menu = shown(tom, ShowAuditMenu)
    assert (menu.frameworks, menu.total) == (("CIIO Maatstaf", "Kwaliteitslabel"), 18)
    assert menu.counts is not None
    assert (menu.counts.interviews, menu.counts.findings) == (1, 1)
    seen = stage.finding(1)
    assert (seen.norms, seen.also) == ((ME2,), (V2,))


def test_the_same_interview_goes_on_in_the_other_framework(stage: CombinationStage) -> None:
    stage.combine()
    stage.begin()
    tom = stage.tom
    tom.taps_old(InterviewTap())
    tom.taps("Professional")
    tom.taps("Verder")
    tom.sends("jongerenwerker, team Noord")
    first = shown(tom, AskInTalk).header
    tom.sends("/menu")
    tom.taps("CIIO Maatstaf")
    tom.taps("Gesprek")
    tom.taps("Verder met 1")

    header = shown(tom, AskInTalk).header
    assert first.norm.id == "V4"  # typical of the label, so it needs evidence of its own
    assert (header.interview, header.norm.rubric) == (1, "Ko")
    tom.sends("Koersdag gezien")
    assert stage.finding(1).norms == (header.norm.id,)


def test_a_finding_says_for_what_it_counts_and_on_which_basis(stage: CombinationStage) -> None:
    stage.combine()
    stage.begin()
    tom = stage.tom
    tom.sends("Inwerkplan gezien")
    tom.taps("Zoek norm")
    tom.taps("V2")
    tom.taps("Ook in ander kader")
    grid = shown(tom, CountWhere)
    assert [line.norm.id for line in grid.proposed] == [ME2]
    tom.taps("Me2 · Ontwikkeling")
    tom.taps("Ook in ander kader")
    tom.taps("Koers")
    tom.taps("Ko1 · Oriëntatie")

    screen = shown(tom, ShowFinding)
    assert {(line.norm.id, line.by) for line in screen.counted} == {("Me2", "Tom"), ("Ko1", "Tom")}
    text = render(screen)
    assert "Telt bij Me2 Ontwikkeling · grotendeels hetzelfde · via V2 · Tom" in text
    assert "Telt bij Ko1 Oriëntatie · zelf gekozen" in text
    tom.taps_old(CountTap(stage.audit, FindingId(1), ME2, False, stage.finding(1).version))
    assert stage.finding(1).also == ("Ko1",)


def test_outside_a_combination_nothing_is_asked(stage: CombinationStage) -> None:
    stage.begin()
    tom = stage.tom
    tom.sends("Inwerkplan gezien")
    tom.taps("Zoek norm")
    tom.taps("V2")

    assert "Ook in ander kader" not in " ".join(tom.labels)
    assert "🔗" not in render(shown(tom, ShowFinding))
    for tap in (CountTap(stage.audit, FindingId(1), ME2, True, 2), CountWhereTap(FindingId(1), None)):
        tom.taps_old(tap)
        assert isinstance(tom.screen, SayTrouble)


def test_one_audit_gives_two_reports_in_word(stage: CombinationStage) -> None:
    """From the phone to paper: each report has its own norms, its own words and its own licence."""
    stage.combine()
    stage.begin()
    tom = stage.tom
    tom.sends("Inwerkplan 2026 gezien")
    tom.taps("Zoek norm")
    tom.taps("V2")
    tom.taps("Document")
    tom.taps("Me2 · Ontwikkeling")
    tom.sends("/menu")
    tom.taps("Team")
    tom.taps("Fase")
    tom.taps("Oordelen")
    both = current(tom).audit.halves

    texts = []
    with stage.database.begin() as work:
        for half in both:
            assert work.audits(work.actor(TOM)).get(half).audit.stage is Stage.JUDGING
            made = load_standing(work, TOM, half, stage.now, is_summary=False)
            word = render_word(made)
            cells = [cell.text for table in word_tables(word) for row in table.rows for cell in row.cells]
            texts.append("\n".join((*word_paragraphs(word), *cells)))
    label, maatstaf = texts
    assert all("Inwerkplan 2026 gezien" in text for text in texts)
    frameworks = [stage.database.frameworks[id_] for id_ in (LABEL, MAATSTAF)]
    for own, other, text in zip(frameworks, reversed(frameworks), texts, strict=True):
        assert all(norm.wording in text for norm in own.norms)
        assert not any(norm.wording in text for norm in other.norms)
    assert ("CC BY-NC-SA" in label, "CC BY-NC-SA" in maatstaf) == (False, True)
