"""The report: its fields in the official order, what they are filled in with, and what keeps it from leaving."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from domain.audit import AuditKind, FindingKind, Stage, Tone
from domain.coverage import Tally, coverage_of
from domain.framework import NormId, RubricId
from domain.judging import Advice
from domain.process import EventKind
from domain.report import (
    Composition,
    Correction,
    VersionId,
    compose,
    documents_field,
    points_to_choose,
    suggestions_field,
    toggled,
)
from domain.report_check import Obstacle, ReportBlocker, check
from domain.report_format import FieldId, Moment
from domain.report_prefill import FieldState, FieldText, ReportFacts, fill, missing, to_ask
from domain.roles import PersonId
from domain.verdicts import Verdict
from storage.content import CONTENT_DIRECTORY
from tests.changing import replace
from tests.domain.audit_cast import LEADER, START
from tests.domain.report_cast import EVERY_NORM, FORM, FRAMEWORK, TODAY, facts, noted, settled

#: What nobody but a person can say, in the order of the form.
WRITTEN_BY_PEOPLE = [
    "address", "contact_person", "phone", "email", "ci_street", "ci_city", "ci_phone", "hours_on_site", "sketch",
    "developments", "course", "strengths", "improvements",
]  # fmt: skip


def text_of(field: str, known: ReportFacts) -> str:
    """Return what stands in a field by itself."""
    return next(item.text for item in fill(FORM, known, {}) if item.field.id == field)


def proposal_of(field: str, known: ReportFacts) -> str:
    return next(item.proposal for item in fill(FORM, known, {}) if item.field.id == field)


def written(**texts: str) -> dict[FieldId, FieldText]:
    return {FieldId(field): FieldText(text) for field, text in texts.items()}


def everything() -> dict[FieldId, FieldText]:
    """Return every field filled in by hand."""
    return {field.id: FieldText("Ingevuld") for field in FORM.fields}


def made(known: ReportFacts, texts: dict[FieldId, FieldText] | None = None) -> Composition:
    return compose(FORM, known, everything() if texts is None else texts, ())


def looked_at(**tallies: Tally):  # type: ignore[no-untyped-def]
    """Return every norm as looked at well, unless the test says otherwise."""
    well = {norm: Tally(norm, interviews=2, documents=1) for norm in EVERY_NORM}
    return coverage_of([*(well | {NormId(n): t for n, t in tallies.items()}).values()], FRAMEWORK)


# ------------------------------------------------------------------------------------------------ the form


def test_part_a_has_the_forty_fields_of_the_format_in_their_order() -> None:
    """Handbook bijlage 7, version 2019."""
    labels = [field.label for field in FORM.fields]

    assert len(labels) == 40
    assert labels[:3] == ["Klantnaam", "Adres", "Lidnummer SWN"]
    assert labels[15:19] == ["Soort onderzoek", "Expiratiedatum laatste certificaat", "Gesproken met", "Uitvoering"]
    assert labels[-3:] == ["Advies", "Tijdsindicatie volgend onderzoek", "Ondertekening"]
    assert [len(block.fields) for block in FORM.blocks] == [10, 5, 10, 5, 5, 2, 3]


def test_the_form_of_part_b_names_its_columns_as_the_source_does() -> None:
    heads = {rubric.id: FORM.form(rubric.id) for rubric in FRAMEWORK.rubrics}

    assert heads[RubricId("V")].findings_header == "Bevindingen en verbeterpunten toetsing"
    assert heads[RubricId("O")].closing == "Rubriek Organisatie en Bestuur getoetste documenten"
    assert FORM.form(RubricId("X")).findings_header == "Bevindingen toetsing"


def test_the_content_file_says_where_it_comes_from() -> None:
    content = yaml.safe_load((CONTENT_DIRECTORY / "report-format.yaml").read_text(encoding="utf-8"))

    assert content["source"] == "handbook bijlage 7"


# ---------------------------------------------------------------------------------------------- filling in


def test_what_is_known_stands_there_by_itself() -> None:
    """Nobody types twice."""
    known = facts()

    assert text_of("client_name", known) == "Welzijn Rivierenland"
    assert text_of("member_number", known) == "SWN1"
    assert text_of("fte_staff", known) == "50"
    assert text_of("audit_kind", known) == "certificering · Door de CI"
    assert text_of("performed_on", known) == "1 december 2026 en 2 december 2026"
    assert text_of("team_leader", known) == "Tom"
    assert text_of("assessors", known) == "Ada en Pim"
    assert text_of("scope", known) == "Alle teams"
    assert text_of("last_certificate_expiry", known).startswith("n.v.t.")


def test_who_was_spoken_with_is_told_by_function_and_never_by_name() -> None:
    """Handbook bijlage 9."""
    spoken = text_of("spoken_with", facts())

    assert "Professional (2 gesprekken)" in spoken
    assert "Leidinggevende (1 gesprek)" in spoken
    assert "Noord" not in spoken


def test_the_conclusions_follow_the_consensus_with_its_reasons() -> None:
    known = facts(settled(V5=Verdict.PARTIAL, V6=Verdict.NOT_APPLICABLE, D9=Verdict.NOT_MET))

    assert text_of("conclusions", known) == "46 voldoet, 1 deels, 1 voldoet niet, 1 niet van toepassing."
    vakmanschap = text_of("conclusion_v", known).splitlines()
    assert [line.split()[0] for line in vakmanschap] == ["V5", "V6"]
    assert "(+/-): Dit zagen wij bij V5." in vakmanschap[0]
    assert text_of("conclusion_o", known) == "Alle normen van deze rubriek voldoen."


def test_a_conclusion_says_which_norms_are_still_open() -> None:
    held = settled()
    del held[NormId("V5")]

    assert "1 nog niet vastgesteld" in text_of("conclusions", facts(held))
    assert "Nog niet vastgesteld: V5." in text_of("conclusion_v", facts(held))


def test_hours_and_course_are_proposals_that_count_when_taken_over() -> None:
    known = facts()
    hours = next(item for item in fill(FORM, known, {}) if item.field.id == "hours_on_site")

    assert (hours.state, hours.text, hours.proposal) == (FieldState.PROPOSED, "", "48")
    taken = fill(FORM, known, written(hours_on_site="40"))
    assert next(item.text for item in taken if item.field.id == "hours_on_site") == "40"
    assert proposal_of("course", known).startswith("3 gesprekken op 1 december 2026")


def test_the_report_of_an_earlier_audit_proposes_what_stays_the_same() -> None:
    known = facts(earlier={FieldId("ci_street"): "Kade 1"})

    assert text_of("ci_street", known) == "Kade 1"


@pytest.mark.parametrize(
    ("advice", "events", "expected"),
    [
        (Advice.POSITIVE, {}, "Positief."),
        (Advice.AFTER_PLAN, {}, ""),
        (
            Advice.AFTER_PLAN,
            {EventKind.PLAN_APPROVED: date(2027, 1, 18)},
            "Positief: het verbeterplan is goedgekeurd op 18 januari 2027.",
        ),
        (Advice.NEGATIVE, {}, "Negatief."),
        (Advice.ON_HOLD, {}, ""),
    ],
)
def test_the_advice_is_only_proposed(advice: Advice, events: dict[EventKind, date], expected: str) -> None:
    """The team leader gives it."""
    known = facts(advice=advice, events=events)

    assert proposal_of("advice", known) == expected
    assert text_of("advice", known) == ""


def test_the_next_audit_leaves_room_for_every_term() -> None:
    """The expiry of the new certificate minus 19 weeks."""
    known = facts(
        audit=replace(facts().audit, kind=AuditKind.RECERTIFICATION),
        events={EventKind.CERTIFICATE_EXPIRY: date(2027, 3, 1)},
    )

    assert proposal_of("next_audit", known).startswith("uiterlijk 19 oktober 2028, 19 weken")
    assert "19 weken" in proposal_of("next_audit", facts())


def test_a_plan_is_told_with_its_dates_and_norms() -> None:
    events = {EventKind.PLAN_RECEIVED: date(2027, 1, 4), EventKind.PLAN_APPROVED: date(2027, 1, 18)}
    known = facts(settled(V5=Verdict.PARTIAL, D9=Verdict.NOT_MET), events=events)

    assert proposal_of("plans_submitted", known) == (
        "Plan van aanpak ontvangen op 4 januari 2027 voor D9 en V5 en goedgekeurd op 18 januari 2027."
    )
    assert text_of("plans_ready_on", known) == "18 januari 2027"
    assert text_of("plans_ready_on", facts()).startswith("n.v.t.")


def test_only_what_people_have_to_write_is_missing() -> None:
    assert [item.field.id for item in missing(fill(FORM, facts(), {}), Moment.DRAFT)] == WRITTEN_BY_PEOPLE


def test_each_moment_asks_more() -> None:
    """The plans come after the final report, so the draft can do without them."""
    filled = fill(FORM, facts(settled(V5=Verdict.PARTIAL)), {})
    asked = {moment: {item.field.id for item in missing(filled, moment)} for moment in Moment}

    assert asked[Moment.FINAL] - asked[Moment.DRAFT] == {"proofread_by"}
    assert asked[Moment.SUMMARY] - asked[Moment.FINAL] == {
        "plans_ready_on", "plans_submitted", "advice", "next_audit", "signature",
    }  # fmt: skip


def test_a_field_that_may_stay_empty_is_asked_once() -> None:
    known = facts()

    assert "website" in [item.field.id for item in to_ask(fill(FORM, known, {}), Moment.DRAFT)]
    left = fill(FORM, known, written(website=""))
    assert "website" not in [item.field.id for item in to_ask(left, Moment.DRAFT)]


def test_a_field_that_is_needed_cannot_be_left_empty_on_purpose() -> None:
    assert "sketch" in [item.field.id for item in missing(fill(FORM, facts(), written(sketch="")), Moment.DRAFT)]


# ------------------------------------------------------------------------------------------------ composing


def test_a_norm_has_the_text_of_the_consensus_and_what_was_suggested() -> None:
    material = (
        noted(1, "V5", text="Begin klein\nmet één team", tone=Tone.TIP),
        noted(2, "V5", text="Sterk team", tone=Tone.STRONG),
    )

    v5 = compose(FORM, facts(settled(V5=Verdict.PARTIAL)), {}, material).report.norm(NormId("V5"))

    assert v5 is not None
    assert (v5.verdict, v5.findings) == (Verdict.PARTIAL, "Dit zagen wij bij V5.")
    assert v5.suggestions == ("Begin klein met één team",)


def test_the_documents_of_a_rubric_stand_below_its_table_once_each() -> None:
    material = (
        noted(1, "V5", "D9", text="Scholingsplan 2026", kind=FindingKind.DOCUMENT),
        noted(2, "V1", text="Scholingsplan 2026", kind=FindingKind.DOCUMENT),
        noted(3, "V1", text="", kind=FindingKind.DOCUMENT, file="rooster.pdf"),
        noted(4, "V1", text="Zij zeggen het", kind=FindingKind.QUOTE),
    )

    rubrics = {rubric.id: rubric for rubric in compose(FORM, facts(), {}, material).report.rubrics}

    assert rubrics[RubricId("V")].documents == ("Scholingsplan 2026", "rooster.pdf")
    assert rubrics[RubricId("D")].documents == ("Scholingsplan 2026",)


def test_what_the_team_leader_wrote_takes_the_place_of_a_proposal() -> None:
    texts = {
        documents_field(RubricId("V")): FieldText("Beleidsplan\n\nRooster"),
        suggestions_field(NormId("V5")): FieldText(""),
    }
    material = (noted(1, "V5", text="Begin klein", tone=Tone.TIP),)

    report = compose(FORM, facts(), texts, material).report

    assert report.rubrics[0].documents == ("Beleidsplan", "Rooster")
    found = report.norm(NormId("V5"))
    assert found is not None
    assert found.suggestions == ()


def test_points_are_chosen_from_flagged_findings_up_to_four() -> None:
    material = [noted(n, "V1", text=f"Sterk punt {n}", tone=Tone.STRONG) for n in range(1, 6)]
    chosen = ""
    for number in range(4):
        chosen = toggled(chosen, points_to_choose(material, Tone.STRONG, chosen)[number], 4) or ""

    offered = points_to_choose(material, Tone.STRONG, chosen)
    assert [point.is_chosen for point in offered] == [True, True, True, True, False]
    assert toggled(chosen, offered[4], 4) is None
    assert toggled(chosen, offered[0], 4) == "Sterk punt 2\nSterk punt 3\nSterk punt 4"


# ------------------------------------------------------------------------------------------------ close-out


def test_a_report_that_is_complete_may_leave() -> None:
    known = facts(moment=Moment.SUMMARY)

    assert check(made(known), known, looked_at()) == ()


def test_met_without_evidence_is_refused_whatever_was_written() -> None:
    held = settled()
    held[NormId("V1")] = replace(held[NormId("V1")], override="Wij zijn zeker")
    known = facts(held)

    assert check(made(known), known, looked_at(V1=Tally(NormId("V1")))) == (
        ReportBlocker(Obstacle.NO_EVIDENCE, (NormId("V1"),)),
    )


def test_a_norm_that_was_looked_at_too_little_passes_with_a_reason() -> None:
    held, once = settled(), Tally(NormId("V1"), interviews=1)
    known = facts(held)
    assert check(made(known), known, looked_at(V1=once)) == (ReportBlocker(Obstacle.NOT_COVERED, (NormId("V1"),)),)

    held[NormId("V1")] = replace(held[NormId("V1")], override="Maar één team doet dit")
    known = facts(held)
    assert check(made(known), known, looked_at(V1=once)) == ()


def test_what_does_not_apply_needs_a_reason_and_no_evidence() -> None:
    held = settled(V6=Verdict.NOT_APPLICABLE)
    known = facts(held)
    assert check(made(known), known, looked_at(V6=Tally(NormId("V6")))) == ()

    held[NormId("V6")] = replace(held[NormId("V6")], rationale=" ")
    known = facts(held)
    assert check(made(known), known, looked_at()) == (ReportBlocker(Obstacle.NO_REASON, (NormId("V6"),)),)


def test_open_norms_missing_texts_and_empty_fields_are_told_together() -> None:
    held = settled()
    held[NormId("V2")] = replace(held[NormId("V2")], rationale="")
    del held[NormId("V1")]
    known = facts(held)

    found = {item.obstacle: item for item in check(made(known, {}), known, looked_at())}

    assert found[Obstacle.NORM_OPEN].norms == (NormId("V1"),)
    assert found[Obstacle.NO_FINDINGS].norms == (NormId("V2"),)
    assert found[Obstacle.FIELD_MISSING].fields == tuple(WRITTEN_BY_PEOPLE)


def test_nobody_can_be_recognised_in_a_report_that_leaves() -> None:
    """A note that was taken up as a tip or a document may hold what does not belong there."""
    held = settled()
    held[NormId("V2")] = replace(held[NormId("V2")], rationale="Bel Jan op 06 12 34 56 78")
    known = facts(held)
    material = (noted(1, "V5", text="Mail jan@voorbeeld.nl", tone=Tone.TIP),
                noted(2, "D9", text="Lijst van 06-87654321", kind=FindingKind.DOCUMENT))  # fmt: skip
    texts = everything() | written(sketch="Zie 06 12 34 56 78", phone="06 12 34 56 78")

    found = check(compose(FORM, known, texts, material), known, looked_at())

    assert found == (
        ReportBlocker(
            Obstacle.PERSONAL_DATA, (NormId("V2"), NormId("V5")), (FieldId("sketch"), documents_field(RubricId("D")))
        ),
    )


def test_the_final_report_waits_for_corrections_and_the_end_of_the_audit() -> None:
    known = facts(moment=Moment.FINAL, audit=replace(facts().audit, stage=Stage.CONSENSUS))
    correction = Correction(VersionId(1), NormId("V5"), "Het zijn er drie", PersonId(9), START)

    found = check(made(known), known, looked_at(), [correction])

    assert found == (ReportBlocker(Obstacle.CORRECTION_OPEN, (NormId("V5"),)), ReportBlocker(Obstacle.NOT_CLOSED))


def test_the_facts_of_a_norm_without_a_consensus_are_open() -> None:
    known = facts({})

    assert known.verdict(NormId("V1")) is Verdict.NOT_ASSESSED
    assert known.reason(NormId("V1")) == ""
    assert known.today == TODAY
    assert known.audit.team_leader == LEADER
