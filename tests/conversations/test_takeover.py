"""One evaluation helps the other: what was said in a framework is proposed in the next, seen and then accepted."""

from __future__ import annotations

import pytest

from conversations import takeover
from conversations.evaluation_taps import ChooseTap, StartTap, VerdictTap
from conversations.kit import Conversations
from conversations.takeover_taps import GiveBackTap, OtherFrameworkTap, TakeOverTap
from conversations.taps import NormTap, OverviewTap
from domain.framework import FrameworkId, NormId
from domain.roles import Role
from domain.self_evaluation import ContributionKind, EvaluationId, FileId, Purpose
from domain.verdicts import Verdict
from storage.content import load_frameworks
from storage.mapping_content import with_mapping
from storage.sql.actors import ensure_persons
from storage.sql.database import Database
from templates.common_screens import SayTrouble, Trouble
from templates.evaluation_screens import ChooseNorm, Filter, Happened, ShowNorm, ShowOverview
from templates.render import render
from templates.takeover_screens import ShowOtherFramework
from tests.conversations.evaluation_stage import JOOST, LABEL, RITA, SAMIRA, EvaluationStage, notice, shown

MAATSTAF = FrameworkId("ciio-maatstaf-2016")
KO1, KE2, PA1, OR3 = (NormId(norm) for norm in ("Ko1", "Ke2", "Pa1", "Or3"))
V4, V9, D9, O16 = (NormId(norm) for norm in ("V4", "V9", "D9", "O16"))
STRANGER = 6006


@pytest.fixture
def stage(database: Database) -> EvaluationStage:
    """An organisation that works with both frameworks, and is at the label."""
    database.frameworks = with_mapping(load_frameworks())
    stage = EvaluationStage(database)
    stage.conversations = Conversations([*stage.conversations.all, *takeover.CONVERSATIONS])
    stage.samira.taps_old(StartTap(LABEL))
    return stage


def says(stage: EvaluationStage, norm: str, text: str, purpose: Purpose = Purpose.EXPLANATION) -> None:
    """Let Samira have written something at a norm of the framework that she is at."""
    with stage.database.begin() as work:
        store = work.evaluations(work.actor(SAMIRA))
        evaluation = store.current()
        assert evaluation is not None
        kind = ContributionKind.TEXT
        store.contribute(evaluation, NormId(norm), kind, purpose, text, stage.now, message_id=None)


def test_the_label_fills_the_maatstaf_where_somebody_accepts(stage: EvaluationStage) -> None:
    """O16 covers much of the section on infrastructure (domain book §11)."""
    samira = stage.samira
    stage.judge(Verdict.PARTIAL, ["O16"])
    says(stage, "O16", "De ruimtes zijn rolstoelvriendelijk")
    says(stage, "O16", "Zie het onderhoudsplan", Purpose.EVIDENCE)
    samira.taps_old(StartTap(MAATSTAF))

    other = shown(samira, ShowOverview).other
    samira.taps_old(NormTap(OR3))
    samira.taps("Uit het andere kader")
    proposal = shown(samira, ShowOtherFramework)
    nothing_yet = stage.answer("Or3").version, stage.texts("Or3")
    samira.taps("Neem over")

    assert other is not None
    assert (other.name, other.covered, other.new) == ("Kwaliteitslabel", 1, 17)
    assert [(line.norm.id, line.strength, line.points) for line in proposal.near] == [(O16, "strong", (1, 2, 3, 4))]
    assert (proposal.verdict, len(proposal.texts)) == (Verdict.PARTIAL, 2)
    assert "punten 1, 2, 3, 4 hier" in render(proposal)
    assert nothing_yet == (0, [])
    assert shown(samira, ShowNorm).header.verdict is Verdict.PARTIAL
    assert (notice(samira).what, notice(samira).count) == (Happened.TAKEN_OVER, 2)
    assert stage.texts("Or3") == [
        "Overgenomen uit Kwaliteitslabel, O16 #1.\nDe ruimtes zijn rolstoelvriendelijk",
        "Overgenomen uit Kwaliteitslabel, O16 #2.\nZie het onderhoudsplan",
    ]
    assert [item.purpose for item in stage.given("Or3")] == [Purpose.EXPLANATION, Purpose.EVIDENCE]


def test_the_maatstaf_fills_the_label_and_the_rest_is_new(stage: EvaluationStage) -> None:
    samira = stage.samira
    samira.taps_old(StartTap(MAATSTAF))
    stage.judge(Verdict.MET, ["Ke2"])
    samira.taps_old(StartTap(LABEL))

    overview = shown(samira, ShowOverview)
    samira.taps("Overnemen vanaf V9")
    proposal = shown(samira, ShowOtherFramework)
    samira.taps("Neem over")

    assert overview.other is not None
    assert (overview.other.covered, overview.other.new) == (2, 47)  # V9 and D6; the others need more than Ke2
    assert "2 normen kun je overnemen uit ‘CIIO Maatstaf’, 47 zijn nieuw" in render(overview)
    assert "punt 4 daar" in render(proposal)
    assert (stage.answer("V9").verdict, stage.texts("V9")) == (Verdict.MET, [])
    assert "Overnemen vanaf D6" in samira.labels


def test_only_what_is_new_is_walked(stage: EvaluationStage) -> None:
    samira = stage.samira
    samira.taps_old(StartTap(MAATSTAF))
    stage.judge(Verdict.MET, ["Ke2"])
    samira.taps_old(StartTap(LABEL))

    samira.taps("Alleen wat nieuw is")
    grid = shown(samira, ChooseNorm)
    stage.judge(Verdict.MET, [f"V{n}" for n in range(1, 8)])
    samira.taps_old(NormTap(NormId("V8")))
    samira.taps("Voldoet")
    samira.taps("Volgende")

    assert (grid.filter, grid.shown) == (Filter.NEW, 47)
    assert not {V9, "D6"} & {label.split()[0] for label in samira.labels}
    assert shown(samira, ShowNorm).header.norm.id == "V10"  # V9 is covered


def test_the_end_of_what_is_new_is_told(stage: EvaluationStage) -> None:
    samira = stage.samira
    stage.judge(Verdict.MET, ["O16"])
    samira.taps_old(StartTap(MAATSTAF))
    samira.taps("Alleen wat nieuw is")
    new = [norm.id for norm in stage.database.frameworks[MAATSTAF].norms if norm.id != OR3]
    stage.judge(Verdict.MET, new[:-1])
    samira.taps_old(NormTap(new[-1]))

    samira.taps("Voldoet")
    samira.taps("Volgende")

    assert shown(samira, ShowOverview).notice is not None
    assert notice(samira).what is Happened.NEW_ANSWERED
    samira.taps_old(ChooseTap(None, Filter.NEW))
    assert "heeft al een oordeel" in render(shown(samira, ChooseNorm))


def test_ground_that_overlaps_gives_texts_and_no_verdict(stage: EvaluationStage) -> None:
    """V1 and Me1 overlap; the verdict is for the person to give."""
    samira = stage.samira
    samira.taps_old(StartTap(MAATSTAF))
    stage.judge(Verdict.MET, ["Me1"])
    says(stage, "Me1", "Wij werven samen")
    samira.taps_old(StartTap(LABEL))

    samira.taps_old(OtherFrameworkTap(NormId("V1")))
    text = render(samira.screen)
    samira.taps("Neem over")

    assert "Een oordeel geef je daarna zelf" in text
    assert stage.answer("V1").verdict is Verdict.NOT_ASSESSED
    assert stage.texts("V1") == ["Overgenomen uit CIIO Maatstaf, Me1 #1.\nWij werven samen"]


def test_what_is_typical_of_the_label_is_never_proposed(stage: EvaluationStage) -> None:
    samira = stage.samira
    samira.taps_old(StartTap(MAATSTAF))
    stage.judge(Verdict.MET, ["Ke2"])
    samira.taps_old(StartTap(LABEL))

    samira.taps_old(NormTap(V4))

    assert "Uit het andere kader" not in samira.labels


def test_typing_something_else_keeps_that(stage: EvaluationStage) -> None:
    stage.judge(Verdict.MET, ["O16"])
    stage.samira.taps_old(StartTap(MAATSTAF))
    stage.samira.taps_old(OtherFrameworkTap(OR3))

    stage.samira.sends("Hier ligt het net anders")

    assert stage.texts("Or3") == ["Hier ligt het net anders"]
    assert stage.answer("Or3").verdict is Verdict.NOT_ASSESSED


def test_taking_over_can_be_undone_whole_and_once(stage: EvaluationStage) -> None:
    samira = stage.samira
    stage.judge(Verdict.MET, ["O16"])
    says(stage, "O16", "De ruimtes zijn licht")
    samira.taps_old(StartTap(MAATSTAF))
    samira.taps_old(OtherFrameworkTap(OR3))
    samira.taps("Neem over")

    samira.taps("Ongedaan maken")
    undone = stage.answer("Or3").verdict, stage.texts("Or3"), notice(samira).what
    samira.taps_old(GiveBackTap(EvaluationId(2), OR3, 1, 1, 1))

    assert undone == (Verdict.NOT_ASSESSED, [], Happened.UNDONE)
    assert notice(samira).what is Happened.NOT_UNDONE
    samira.taps_old(OtherFrameworkTap(OR3))
    assert len(shown(samira, ShowOtherFramework).texts) == 1  # it can be taken over again


def test_a_verdict_of_a_colleague_stands(stage: EvaluationStage) -> None:
    """Joost judged while the proposal was on Samira's screen; and his own verdict is not undone by her."""
    samira, joost = stage.samira, stage.joined(JOOST, "Joost")
    stage.judge(Verdict.MET, ["O16"])
    says(stage, "O16", "De ruimtes zijn licht")
    samira.taps_old(StartTap(MAATSTAF))
    joost.taps_old(StartTap(MAATSTAF))
    samira.taps_old(OtherFrameworkTap(OR3))
    joost.taps_old(NormTap(OR3))
    joost.taps("Niet")

    samira.taps("Neem over")
    again = shown(samira, ShowOtherFramework)
    stored = stage.answer("Or3").verdict, stage.texts("Or3")
    samira.taps("Neem over")
    samira.taps_old(GiveBackTap(EvaluationId(2), OR3, 1, 1, 1))

    assert (again.verdict, len(again.texts), stored) == (None, 1, (Verdict.NOT_MET, []))
    assert stage.answer("Or3").verdict is Verdict.NOT_MET
    assert notice(samira).what is Happened.NOT_UNDONE


def test_nothing_is_taken_over_that_changed_since_it_was_shown(stage: EvaluationStage) -> None:
    samira = stage.samira
    stage.judge(Verdict.MET, ["O16"])
    samira.taps_old(StartTap(MAATSTAF))
    samira.taps_old(OtherFrameworkTap(OR3))
    tap = next(b.tap for b in samira.keyboard.buttons if isinstance(b.tap, TakeOverTap))
    samira.taps_old(StartTap(LABEL))
    stage.judge(Verdict.NOT_MET, ["O16"])
    samira.taps_old(StartTap(MAATSTAF))

    samira.taps_old(tap)

    assert shown(samira, ShowOtherFramework).verdict is Verdict.NOT_MET
    assert stage.answer("Or3").version == 0


def test_a_file_stays_where_it_is_and_is_pointed_at(stage: EvaluationStage) -> None:
    samira = stage.samira
    stage.judge(Verdict.MET, ["O16"])
    with stage.database.begin() as work:
        actor = work.actor(SAMIRA)
        store = work.evaluations(actor)
        evaluation = store.current()
        assert evaluation is not None
        file: FileId = work.files(actor).want(evaluation, "plan.pdf", "application/pdf", 9, "file-1", stage.now).id
        store.contribute(
            evaluation, O16, ContributionKind.DOCUMENT, Purpose.EVIDENCE, "", stage.now, message_id=None, file=file
        )
    samira.taps_old(StartTap(MAATSTAF))

    samira.taps_old(OtherFrameworkTap(OR3))
    samira.taps("Neem over")

    (item,) = stage.given("Or3")
    assert (item.text, item.file) == ("Overgenomen uit Kwaliteitslabel, O16 #1; het bestand staat daar.", None)


def test_what_people_wrote_is_escaped_and_kept_as_it_was(stage: EvaluationStage) -> None:
    samira = stage.samira
    says(stage, "O16", "<b>Licht</b> & lucht")
    samira.taps_old(StartTap(MAATSTAF))

    samira.taps_old(OtherFrameworkTap(OR3))
    text = render(samira.screen)
    samira.taps("Neem over")

    assert "&lt;b&gt;Licht&lt;/b&gt; &amp; lucht" in text
    assert stage.texts("Or3")[0].endswith("\n<b>Licht</b> & lucht")


def test_the_longest_text_is_taken_over_whole(stage: EvaluationStage) -> None:
    says(stage, "O16", "a" * 4096)
    stage.samira.taps_old(StartTap(MAATSTAF))

    stage.samira.taps_old(OtherFrameworkTap(OR3))
    stage.samira.taps("Neem over")

    assert "".join(stage.texts("Or3")).count("a") == 4096 + "Overgenomen uit Kwaliteitslabel".count("a")


def test_another_organisation_reaches_none_of_it(stage: EvaluationStage) -> None:
    """Forged buttons with the ids of this organisation, from a coordinator elsewhere and from a stranger."""
    stage.judge(Verdict.MET, ["O16"])
    says(stage, "O16", "Vertrouwelijk")
    stage.samira.taps_old(StartTap(MAATSTAF))
    stage.samira.taps_old(OtherFrameworkTap(OR3))
    taken = next(b.tap for b in stage.samira.keyboard.buttons if isinstance(b.tap, TakeOverTap))
    with stage.database.begin() as work:
        eva = ensure_persons(work, {STRANGER: "Eva"}, stage.now)[STRANGER]
        work.people(eva).create_organisation("Buurtwerk Elders", None, stage.now)
    eve, nobody = stage.chat(STRANGER, "Eva"), stage.chat(RITA, "Rita")
    eve.taps_old(StartTap(LABEL))
    eve.taps_old(StartTap(MAATSTAF))

    eve.taps_old(OtherFrameworkTap(OR3))
    seen = shown(eve, ShowOtherFramework)
    for chat in (eve, nobody):
        for tap in (
            taken,
            GiveBackTap(EvaluationId(2), OR3, 1, 1, 1),
            VerdictTap(EvaluationId(2), OR3, Verdict.MET, 0),
        ):
            chat.taps_old(tap)
            assert chat.screen == SayTrouble(Trouble.AGED)

    assert (seen.near, seen.texts, seen.verdict) == ((), (), None)
    assert (stage.answer("Or3").version, stage.texts("Or3")) == (0, [])


def test_who_only_reads_takes_nothing_over(stage: EvaluationStage) -> None:
    stage.judge(Verdict.MET, ["O16"])
    stage.samira.taps_old(StartTap(MAATSTAF))
    rita = stage.joined(RITA, "Rita", Role.READER)
    rita.taps_old(StartTap(MAATSTAF))

    rita.taps_old(OverviewTap())
    overview = shown(rita, ShowOverview)
    rita.taps_old(OtherFrameworkTap(OR3))

    assert overview.other is None
    assert isinstance(rita.screen, ShowNorm)
    assert "Uit het andere kader" not in rita.labels


def test_an_improvement_action_comes_along_with_its_verdict(stage: EvaluationStage) -> None:
    """What and by whom; when is asked anew. Undoing takes back all of it."""
    samira = stage.samira
    stage.judge(Verdict.PARTIAL, ["O16"])
    with stage.database.begin() as work:
        store = work.evaluations(work.actor(SAMIRA))
        evaluation = store.current()
        assert evaluation is not None
        store.record_improvement(
            evaluation, O16, stage.now, what="Een lift in De Brug", who="Facilitair", due_on=stage.now.date()
        )
    samira.taps_old(StartTap(MAATSTAF))
    samira.taps_old(OtherFrameworkTap(OR3))
    proposal = shown(samira, ShowOtherFramework)
    samira.taps("Neem over")
    taken = stage.answer("Or3")
    samira.taps("Ongedaan maken")

    assert "O16: Een lift in De Brug (Facilitair)" in render(proposal)
    assert taken.verdict is Verdict.PARTIAL
    assert taken.improvement is not None
    assert (taken.improvement.what, taken.improvement.who, taken.improvement.due_on) == (
        "Een lift in De Brug", "Facilitair", None,
    )  # fmt: skip
    undone = stage.answer("Or3")
    assert undone.verdict is Verdict.NOT_ASSESSED
    assert not (undone.improvement and undone.improvement.what)


def test_why_a_norm_does_not_apply_is_proposed_where_nothing_of_the_ground_applies(stage: EvaluationStage) -> None:
    samira = stage.samira
    with stage.database.begin() as work:
        store = work.evaluations(work.actor(SAMIRA))
        evaluation = store.current()
        assert evaluation is not None
        store.record_reason(evaluation, O16, "Wij werken alleen online", stage.now)
    samira.taps_old(StartTap(MAATSTAF))
    samira.taps_old(OtherFrameworkTap(OR3))
    proposal = shown(samira, ShowOtherFramework)
    samira.taps("Neem over")

    assert proposal.verdict is Verdict.NOT_APPLICABLE
    assert "omdat: Wij werken alleen online" in render(proposal)
    taken = stage.answer("Or3")
    assert (taken.verdict, taken.reason) == (Verdict.NOT_APPLICABLE, "Wij werken alleen online")


def test_a_finished_label_leaves_only_what_is_new(stage: EvaluationStage) -> None:
    """As a new user would: a member that answered every norm of the label starts the Maatstaf."""
    samira, label = stage.samira, stage.framework
    stage.judge(Verdict.MET, [norm.id for norm in label.norms])
    samira.taps_old(StartTap(MAATSTAF))
    overview = shown(samira, ShowOverview)
    assert overview.other is not None
    covered, new = overview.other.covered, overview.other.new
    taken = 0
    samira.taps(next(words for words in samira.labels if "Overnemen vanaf" in words))
    while isinstance(samira.screen, ShowOtherFramework):
        samira.taps("Neem over")
        taken += 1
        onward = [words for words in samira.labels if "Overnemen vanaf" in words or "Ook overnemen" in words]
        if not onward:
            break
        samira.taps(onward[0])

    assert (covered + new, taken) == (18, covered)
    samira.taps_old(OverviewTap())
    assert shown(samira, ShowOverview).progress.answered == covered
