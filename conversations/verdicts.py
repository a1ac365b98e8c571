"""Verdicts: every auditor judges every norm, with the findings of the whole team and the member's own view beside it.

    verdicts -> grid -> NORM (typed text is one's reason) -> REASON -> next norm
             -> outcome, what if, self-evaluation and audit side by side

A judgement is one's own: nobody waits for anybody, and a colleague's is never overwritten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

from conversations.audit_taps import JudgeTap, NormOfAuditTap
from conversations.depth import further_button
from conversations.fallback import show_trouble
from conversations.field_changes import masked
from conversations.field_desk import FieldDesk, kinds_in
from conversations.field_receiving import find_at
from conversations.findings import show_replacement
from conversations.glossary import terms_button
from conversations.judging_desk import JudgingDesk, after, at_desk, grid, kept_at_desk, norm_label, typed_at_desk
from conversations.judging_taps import (
    CompareTap,
    ConsensusTap,
    DayTap,
    FeedbackTap,
    NormCoverageTap,
    OutcomeTap,
    ReasonTap,
    VerdictGridTap,
    VerdictNormTap,
    VerdictTap,
    WhatIfTap,
)
from conversations.kit import (
    Button,
    Conversation,
    Keyboard,
    MediaGiven,
    State,
    TextGiven,
    on_command,
    on_media,
    on_tap,
    on_text,
)
from conversations.taps import MenuTap, way_back
from domain.audit import Finding, InterviewId
from domain.framework import Norm, NormId, Rubric
from domain.judging import Comparison, compare
from domain.roles import Permission
from domain.verdicts import Verdict
from templates.common_screens import Trouble
from templates.fieldwork_screens import FieldEvent
from templates.judging_screens import (
    AskJudgementReason,
    FindingLine,
    KeptAlbum,
    ShowComparison,
    ShowNormMatches,
    ShowOutcome,
    ShowVerdictNorm,
    ShowVerdicts,
    ShowWhatIf,
    Told,
    VerdictGrid,
)
from templates.render import label

PAGE = 5
CHOICES = (Verdict.MET, Verdict.PARTIAL, Verdict.NOT_MET, Verdict.NOT_APPLICABLE)


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    CHOOSING = "choosing"
    LOOKING = "looking"
    NORM = "norm"
    REASON = "reason"


# ---------------------------------------------------------------------------------------------- overview


def show_verdicts(desk: JudgingDesk, _: object) -> At:
    """Show how far the person and the team are, and what it comes to."""
    counts = Counter(item.verdict for item in desk.own.values())
    screen = ShowVerdicts(
        organisation=desk.organisation,
        stage=desk.audit.stage,
        judged=desk.judged,
        total=len(desk.framework.norms),
        counts={verdict: counts[verdict] for verdict in CHOICES},
        settled=len(desk.settled),
        differing=len(desk.differing),
        running=desk.running,
    )
    desk.show(screen, _overview_keyboard(desk) + way_back(MenuTap()))
    return At.LOOKING


def _overview_keyboard(desk: JudgingDesk) -> Keyboard:
    following = next_open(desk, None) if desk.may(Permission.JUDGE) else None
    return Keyboard.flow(
        [_go_on(desk, following)],
        [Button(label("verdicts_by_norm"), VerdictGridTap(None, False)), Button(label("consensus"), ConsensusTap())],
        [Button(label("outcome"), OutcomeTap()), _what_if_button(desk)],
        [Button(label("compare"), CompareTap())],
        [Button(label("end_of_day"), DayTap(None)) if desk.may(Permission.EVALUATE_DAY) else None],
        [Button(label("oral_feedback"), FeedbackTap(0))],
    )


def _go_on(desk: JudgingDesk, norm: Norm | None) -> Button | None:
    if norm is None:
        return None
    return Button(label("continue_at" if desk.judged else "begin_at", norm.id), VerdictNormTap(norm.id))


def next_open(desk: JudgingDesk, norm: Norm | None) -> Norm | None:
    """Return the next norm without a verdict of one's own."""
    return after(desk, norm, lambda found: desk.own_verdict(found) is Verdict.NOT_ASSESSED)


# ------------------------------------------------------------------------------------------------- grid


def show_grid(desk: JudgingDesk, tap: VerdictGridTap) -> At:
    """Show the norms of a rubric with one's own verdicts."""
    rubric = desk.rubric(tap.rubric)
    norms = [norm for norm in desk.framework.in_rubric(rubric.id) if not tap.is_open_only or _is_open(desk, norm)]
    screen = VerdictGrid(rubric, tap.is_open_only, len(norms), desk.judged, len(desk.framework.norms))
    desk.show(screen, grid([_cell(desk, norm) for norm in norms]) + _switches(desk, rubric, tap.is_open_only))
    return At.CHOOSING


def _is_open(desk: JudgingDesk, norm: Norm) -> bool:
    return desk.own_verdict(norm.id) is Verdict.NOT_ASSESSED


def _cell(desk: JudgingDesk, norm: Norm) -> Button:
    return Button(f"{norm.id} {label('verdict_sign', desk.own_verdict(norm.id))}", VerdictNormTap(norm.id))


def _switches(desk: JudgingDesk, rubric: Rubric, is_open_only: bool) -> Keyboard:
    others = [other for other in desk.framework.rubrics if other is not rubric]
    return Keyboard.flow(
        [Button(other.name, VerdictGridTap(other.id, is_open_only)) for other in others],
        [Button(label("all_norms" if is_open_only else "only_open"), VerdictGridTap(rubric.id, not is_open_only))],
    ) + way_back(JudgeTap())


def find_norm(desk: JudgingDesk, given: TextGiven) -> At:
    """Go to the norm whose id was typed, else search."""
    norm = desk.bare_norm(given.text)
    if norm is not None:
        return show_norm(desk, desk.framework.norm(norm))
    found = desk.find(given.text)
    buttons = [Button(norm_label(norm), VerdictNormTap(norm.id)) for norm in found]
    screen = ShowNormMatches(given.text, found)
    desk.show(screen, Keyboard.flow(buttons) + way_back(VerdictGridTap(None, False)))
    return At.CHOOSING


# ---------------------------------------------------------------------------------------------- one norm


def open_norm(desk: JudgingDesk, tap: VerdictNormTap) -> At:
    """Show a norm with a page of its findings."""
    return show_norm(desk, desk.framework.norm(tap.norm), tap.page)


def show_norm(
    desk: JudgingDesk, norm: Norm, page: int = 0, told: Told | None = None, album: KeptAlbum | None = None
) -> At:
    """Show what was found at a norm, what the member says, and one's own verdict; an album counts up in its place."""
    desk.at(norm.id)
    lines, total, page, pages = _page(desk, norm, page)
    own = desk.own.get(norm.id)
    screen = ShowVerdictNorm(
        norm=norm,
        covered=desk.covered[norm.id],
        to_discuss=desk.to_discuss(norm.id),
        findings=lines,
        page=page,
        pages=pages,
        total=total,
        own=own.verdict if own else Verdict.NOT_ASSESSED,
        reason=own.reason if own else "",
        member=member_verdict(desk, norm.id),
        settled=desk.settled.get(norm.id),
        may_judge=desk.may(Permission.JUDGE),
        told=told,
        album=album,
    )
    keyboard = _norm_keyboard(desk, norm, page, pages) + way_back(VerdictGridTap(norm.rubric, False))
    desk.show(screen, keyboard, in_place=True if album else None)
    desk.remember(norm=norm.id)
    return At.NORM


def member_verdict(desk: JudgingDesk, norm: NormId) -> Verdict | None:
    """Return what the member holds of a norm, None when no self-evaluation was shared."""
    if desk.member_verdicts is None:
        return None
    return desk.member_verdicts.get(norm, Verdict.NOT_ASSESSED)


def _page(desk: JudgingDesk, norm: Norm, wanted: int) -> tuple[tuple[FindingLine, ...], int, int, int]:
    """Return a page of findings, the newest first, with how many there are; a page that is gone becomes the last."""
    fieldwork = desk.turn.work.fieldwork(desk.turn.actor)
    page = min(max(wanted, 0), 10_000)
    found = fieldwork.at_norm(desk.audit.id, norm.id, limit=PAGE, offset=page * PAGE)
    pages = max(1, -(-found.total // PAGE))
    if page >= pages:
        page = pages - 1
        found = fieldwork.at_norm(desk.audit.id, norm.id, limit=PAGE, offset=page * PAGE)
    talks = desk.talks if any(finding.interview for finding in found.findings) else {}
    return tuple(_line(desk, finding, talks) for finding in found.findings), found.total, page, pages


def _line(desk: JudgingDesk, finding: Finding, talks: Mapping[InterviewId, int]) -> FindingLine:
    return FindingLine(
        receipt=finding.id,
        text=finding.text,
        form=finding.form,
        kind=finding.kind,
        tone=finding.tone,
        author=desk.name(finding.author),
        at=finding.at,
        is_to_discuss=finding.is_to_discuss,
        interview=talks.get(finding.interview) if finding.interview else None,
    )


def _norm_keyboard(desk: JudgingDesk, norm: Norm, page: int, pages: int) -> Keyboard:
    may_judge = desk.may(Permission.JUDGE)
    following = next_open(desk, norm) if may_judge else desk.framework.after(norm)
    return Keyboard.flow(
        verdict_buttons(desk, norm) if may_judge else [],
        [
            Button(label("earlier_page"), VerdictNormTap(norm.id, page - 1)) if page else None,
            Button(label("later_page"), VerdictNormTap(norm.id, page + 1)) if page + 1 < pages else None,
        ],
        [
            Button(label("judgement_reason"), ReasonTap(norm.id)) if may_judge else None,
            Button(label("coverage_of_norm"), NormCoverageTap(norm.id)),
            Button(label("findings_of_norm"), NormOfAuditTap(norm.id)),
            Button(label("next_open_norm"), VerdictNormTap(following.id)) if following else None,
            Button(label("all_judged"), JudgeTap()) if may_judge and desk.judged == len(desk.framework.norms) else None,
        ],
        [terms_button(desk.framework, norm), further_button(desk.framework, norm)],
    )


def verdict_buttons(desk: JudgingDesk, norm: Norm) -> list[Button]:
    """The four verdicts; the one that was given is ticked."""
    own = desk.own_verdict(norm.id)
    return [
        desk.verdict_button(verdict, VerdictTap(desk.audit.id, norm.id, verdict), is_given=verdict is own)
        for verdict in CHOICES
    ]


def give_verdict(desk: JudgingDesk, tap: VerdictTap) -> At | None:
    """Record one's own verdict; one that does not apply asks why."""
    if tap.verdict not in CHOICES:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    norm = desk.framework.norm(tap.norm)
    judgement = desk.store.judge(desk.audit.id, norm.id, desk.turn.now, verdict=tap.verdict)
    if tap.verdict is Verdict.NOT_APPLICABLE and not judgement.reason:
        return ask_reason(desk.anew(), ReasonTap(norm.id))
    return show_norm(desk.anew(), norm, told=Told.JUDGED)


def ask_reason(desk: JudgingDesk, tap: ReasonTap) -> At:
    """Ask why; what stands there is replaced by what is typed."""
    norm = desk.framework.norm(tap.norm)
    own = desk.own.get(norm.id)
    verdict = own.verdict if own else Verdict.NOT_ASSESSED
    hint = norm.not_applicable_hint if verdict is Verdict.NOT_APPLICABLE else None
    screen = AskJudgementReason(norm, verdict, own.reason if own else "", hint)
    desk.show(screen, way_back(VerdictNormTap(norm.id)))
    desk.remember(norm=norm.id)
    return At.REASON


def take_reason(desk: JudgingDesk, given: TextGiven) -> At | None:
    """Keep what was typed as one's reason."""
    kept = desk.memory.get("norm")
    if kept is None or not desk.framework.has(kept):
        show_trouble(desk.turn, Trouble.NOT_UNDERSTOOD)
        return None
    norm = desk.framework.norm(NormId(kept))
    judgement = desk.store.judge(desk.audit.id, norm.id, desk.turn.now, reason=given.text)
    is_early = judgement.verdict is Verdict.NOT_ASSESSED
    return show_norm(desk.anew(), norm, told=Told.REASON_BEFORE_VERDICT if is_early else Told.REASON_KEPT)


def take_media(desk: JudgingDesk, given: MediaGiven) -> State | None:
    """What is sent while a norm is open is a finding there, and not a loose note."""
    kept = desk.memory.get("norm")
    if kept is None or not desk.framework.has(kept):
        show_trouble(desk.turn, Trouble.NOT_UNDERSTOOD)
        return None
    norm, field = desk.framework.norm(NormId(kept)), FieldDesk(desk.turn, desk.engagement)
    found = find_at(field, norm, given)
    if found is not None and kinds_in(found.text):
        return show_replacement(field, field.notice(FieldEvent.STORED, found), masked(found.text))
    album = field.memory.album
    if given.album is not None and album is not None and len(album.receipts) + album.refused > 1:
        return show_norm(desk, norm, album=KeptAlbum(album.norm, len(album.receipts), album.refused))
    return show_norm(desk, norm, told=Told.FILE_KEPT if found else Told.FILE_TOO_LARGE)


def take_text(desk: JudgingDesk, given: TextGiven) -> At | None:
    """At an open norm a bare norm id goes to that norm; all other text is one's reason."""
    norm = desk.bare_norm(given.text)
    if norm is not None:
        return show_norm(desk, desk.framework.norm(norm), told=Told.JUMPED)
    return take_reason(desk, given)


# ------------------------------------------------------------------------------------- what it comes to


def show_outcome(desk: JudgingDesk, _: OutcomeTap) -> At:
    """Show what the consensus comes to, and what that means in the edition of this audit."""
    found = desk.result(desk.settled)
    screen = ShowOutcome(
        organisation=desk.organisation,
        process=found.process,
        weighing=found.weighing,
        rule=found.rule,
        settled=len(desk.settled),
        total=len(desk.framework.norms),
        running=desk.running,
    )
    buttons = [_what_if_button(desk), Button(label("consensus"), ConsensusTap())]
    desk.show(screen, Keyboard.flow(buttons) + way_back(JudgeTap()))
    return At.LOOKING


def _what_if_button(desk: JudgingDesk) -> Button | None:
    """Without a threshold there is nothing that tips."""
    return Button(label("what_if"), WhatIfTap()) if desk.framework.weighing.has_limits else None


def show_what_if(desk: JudgingDesk, _: WhatIfTap) -> At:
    """Show how much room is left, and which norms tip the outcome."""
    tipping = desk.tipping()
    norms = list(dict.fromkeys(norm for item in tipping for norm in item.norms))[:20]
    cells = [Button(f"{norm} {label('verdict_sign', _stands(desk, norm))}", VerdictNormTap(norm)) for norm in norms]
    desk.show(ShowWhatIf(desk.running, tipping), grid(cells) + way_back(JudgeTap()))
    return At.LOOKING


def _stands(desk: JudgingDesk, norm: NormId) -> Verdict:
    return desk.so_far.get(norm, Verdict.NOT_ASSESSED)


def show_comparison(desk: JudgingDesk, _: CompareTap) -> At:
    """Show where the member and the team look at it differently."""
    own = desk.member_verdicts
    lines = compare(own or {}, desk.so_far, desk.framework)
    counted = Counter(line.comparison for line in lines)
    differing = tuple(line for line in lines if line.comparison not in (Comparison.SAME, Comparison.OPEN))
    screen = ShowComparison(
        desk.organisation, own is not None, differing, counted[Comparison.SAME], counted[Comparison.OPEN]
    )
    desk.show(screen, way_back(JudgeTap()))
    return At.LOOKING


VERDICTS = Conversation(
    name="verdicts",
    entry_points=[
        on_command("oordelen", at_desk(Permission.READ_AUDIT, show_verdicts)),
        on_tap(JudgeTap, at_desk(Permission.READ_AUDIT, show_verdicts)),
        on_tap(VerdictGridTap, at_desk(Permission.READ_AUDIT, show_grid)),
        on_tap(VerdictNormTap, at_desk(Permission.READ_AUDIT, open_norm)),
        on_tap(VerdictTap, at_desk(Permission.JUDGE, give_verdict)),
        on_tap(ReasonTap, at_desk(Permission.JUDGE, ask_reason)),
        on_tap(OutcomeTap, at_desk(Permission.READ_AUDIT, show_outcome)),
        on_tap(WhatIfTap, at_desk(Permission.READ_AUDIT, show_what_if)),
        on_tap(CompareTap, at_desk(Permission.READ_AUDIT, show_comparison)),
    ],
    states={
        At.LOOKING: [],
        At.CHOOSING: [on_text(typed_at_desk(Permission.READ_AUDIT, find_norm))],
        # The reason stays open to more words: typing again replaces it, and every version is kept.
        At.NORM: [
            on_text(kept_at_desk(Permission.JUDGE, take_text)),
            on_media(typed_at_desk(Permission.ADD_FINDING, take_media)),
        ],
        At.REASON: [on_text(kept_at_desk(Permission.JUDGE, take_reason))],
    },
)
CONVERSATIONS = (VERDICTS,)
