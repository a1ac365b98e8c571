"""The consensus: the team talks, and the team leader records what comes of it.

    consensus -> grid -> NORM -> (a verdict) -> RATIONALE -> OVERRIDE -> settled -> next norm
              -> all norms on which everybody agrees, at once

What is typed is kept at once, as a draft of the consensus; only storage decides whether a norm is settled. Whoever
does not lead the team sees the same without the buttons.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from zlib import crc32

from conversations.audit_taps import JudgeTap
from conversations.fallback import show_trouble
from conversations.judging_desk import JudgingDesk, after, at_desk, grid, kept_at_desk, norm_label, typed_at_desk
from conversations.judging_taps import (
    AgreedTap,
    ConsensusGridTap,
    ConsensusNormTap,
    ConsensusTap,
    OutcomeTap,
    RationaleTap,
    ReopenNormTap,
    SettleAgreedTap,
    SettleTap,
    UseTextTap,
    VerdictNormTap,
)
from conversations.kit import Button, Conversation, Keyboard, TextGiven, on_tap, on_text
from conversations.taps import way_back
from conversations.verdicts import CHOICES, member_verdict
from domain.audit import Consensus
from domain.framework import Norm, NormId
from domain.judging import (
    Agreement,
    Blocker,
    BlockerKind,
    Draft,
    Lift,
    NotSettled,
    Position,
    blockers,
    standing,
)
from domain.roles import Permission, Role
from domain.verdicts import Verdict
from storage.judging_interfaces import SettledMeanwhile
from templates.common_screens import Trouble
from templates.judging_screens import (
    AgreedLine,
    AskOverride,
    AskRationale,
    ConfirmAgreed,
    ConsensusConflict,
    ConsensusGrid,
    DifferenceLine,
    JudgementLine,
    ShowConsensus,
    ShowConsensusNorm,
    ShowNormMatches,
    Told,
)
from templates.render import label

_MAX_DIFFERENCES = 20


class At(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    CHOOSING = "choosing"
    LOOKING = "looking"
    RATIONALE = "rationale"
    OVERRIDE = "override"


# ---------------------------------------------------------------------------------------------- overview


def show_consensus(desk: JudgingDesk, _: object, just_settled: int = 0) -> At:
    """Show how far the team is, and where it differs."""
    differing = desk.differing
    agreed = unanimous(desk)
    lines = tuple(
        DifferenceLine(desk.framework.norm(norm), tuple(j.verdict for j in desk.positions[norm].judgements))
        for norm in differing[:_MAX_DIFFERENCES]
    )
    unjudged = [n for n, p in desk.positions.items() if p.agreement is Agreement.NONE and n not in desk.settled]
    screen = ShowConsensus(
        organisation=desk.organisation,
        stage=desk.audit.stage,
        settled=len(desk.settled),
        total=len(desk.framework.norms),
        agreed=len(agreed),
        differing=lines,
        unjudged=len(unjudged),
        may_settle=desk.may(Permission.RECORD_CONSENSUS),
        is_leader=desk.engagement.role is Role.TEAM_LEADER,
        running=desk.running,
        just_settled=just_settled,
    )
    desk.show(screen, _overview_keyboard(desk, lines, len(agreed)))
    return At.LOOKING


def _overview_keyboard(desk: JudgingDesk, lines: tuple[DifferenceLine, ...], agreed: int) -> Keyboard:
    may_settle = desk.may(Permission.RECORD_CONSENSUS)
    following = next_unsettled(desk, None) if may_settle else None
    return (
        grid([_cell(desk, line.norm) for line in lines])
        + Keyboard.flow(
            [Button(label("settle_agreed"), AgreedTap()) if may_settle and agreed else None],
            [Button(label("continue_at", following.id), ConsensusNormTap(following.id)) if following else None],
            [Button(label("verdicts_by_norm"), ConsensusGridTap(None)), Button(label("outcome"), OutcomeTap())],
        )
        + way_back(JudgeTap())
    )


def next_unsettled(desk: JudgingDesk, norm: Norm | None) -> Norm | None:
    """Return the next norm to talk about: what differs first, then whatever is not settled."""
    differing = set(desk.differing)
    found = after(desk, norm, lambda item: item in differing)
    return found or after(desk, norm, lambda item: item not in desk.settled)


def show_grid(desk: JudgingDesk, tap: ConsensusGridTap) -> At:
    """Show the norms of a rubric with what the team holds."""
    rubric = desk.rubric(tap.rubric)
    norms = desk.framework.in_rubric(rubric.id)
    others = [other for other in desk.framework.rubrics if other is not rubric]
    screen = ConsensusGrid(rubric, sum(norm.id in desk.settled for norm in norms), len(norms))
    switches = [Button(other.name, ConsensusGridTap(other.id)) for other in others]
    keyboard = grid([_cell(desk, norm) for norm in norms]) + Keyboard.flow(switches) + way_back(ConsensusTap())
    desk.show(screen, keyboard)
    return At.CHOOSING


def _cell(desk: JudgingDesk, norm: Norm) -> Button:
    return Button(f"{norm.id} {label('consensus_sign', _sign(desk, norm.id))}", ConsensusNormTap(norm.id))


def _sign(desk: JudgingDesk, norm: NormId) -> str:
    if norm in desk.settled:
        return desk.settled[norm].value
    position = desk.positions[norm]
    if position.differs:
        return "differs"
    return "agreed" if position.agreement is Agreement.UNANIMOUS else "open"


def find_norm(desk: JudgingDesk, given: TextGiven) -> At:
    """Go to the norm whose id was typed, else search."""
    norm = desk.bare_norm(given.text)
    if norm is not None:
        return show_norm(desk, desk.framework.norm(norm))
    found = desk.find(given.text)
    buttons = [Button(norm_label(norm), ConsensusNormTap(norm.id)) for norm in found]
    keyboard = Keyboard.flow(buttons) + way_back(ConsensusGridTap(None))
    desk.show(ShowNormMatches(given.text, found), keyboard)
    return At.CHOOSING


# ---------------------------------------------------------------------------------------------- one norm


def open_norm(desk: JudgingDesk, tap: ConsensusNormTap) -> At:
    """Show a norm with all judgements side by side."""
    return show_norm(desk, desk.framework.norm(tap.norm))


def show_norm(desk: JudgingDesk, norm: Norm, told: Told | None = None) -> At:
    """Show who holds what of a norm and why, what stands in the way, and what was settled."""
    position, now = desk.at(norm.id).positions[norm.id], desk.consensus.get(norm.id)
    lines = tuple(JudgementLine(desk.name(j.auditor), j.verdict, j.reason) for j in position.judgements)
    verdict = now.verdict if now else Verdict.NOT_ASSESSED
    screen = ShowConsensusNorm(
        norm=norm,
        judgements=lines,
        waiting=tuple(desk.name(person) for person in position.waiting),
        agreement=position.agreement,
        member=member_verdict(desk, norm.id),
        blockers=_before_talk(desk, norm, position) if norm.id not in desk.settled else (),
        verdict=verdict,
        rationale=now.rationale if now else "",
        override=now.override if now else "",
        may_settle=desk.may(Permission.RECORD_CONSENSUS),
        told=told,
    )
    desk.show(screen, _norm_keyboard(desk, norm) + way_back(ConsensusTap()))
    return At.LOOKING


def _before_talk(desk: JudgingDesk, norm: Norm, position: Position) -> tuple[Blocker, ...]:
    """Return what the team should know before it talks: all but the text, which is still to come."""
    unsaid = {BlockerKind.NO_VERDICT, BlockerKind.NO_TEXT, BlockerKind.NO_RATIONALE, BlockerKind.NO_REASON}
    draft = Draft(norm.id, position.suggestion or Verdict.NOT_ASSESSED)
    return tuple(blocker for blocker in find_blockers(desk, draft) if blocker.kind not in unsaid)


def find_blockers(desk: JudgingDesk, draft: Draft) -> tuple[Blocker, ...]:
    """Return what stands in the way of a draft, as storage will weigh it."""
    discussed = range(desk.to_discuss(draft.norm))
    rules = desk.turn.work.audit_rules.blockers
    return blockers(draft, desk.looked_at[draft.norm], desk.positions[draft.norm], discussed, rules)  # type: ignore[arg-type]


def _norm_keyboard(desk: JudgingDesk, norm: Norm) -> Keyboard:
    seen, is_settled = seen_version(desk, norm.id), norm.id in desk.settled
    may_settle = desk.may(Permission.RECORD_CONSENSUS)
    following, textless = next_unsettled(desk, norm), next_without_text(desk, norm) if may_settle else None
    audit = desk.audit.id
    return Keyboard.flow(
        _verdict_buttons(desk, norm, seen) if may_settle else [],
        [
            Button(label("write_rationale"), RationaleTap(audit, norm.id, seen)) if may_settle and is_settled else None,
            Button(label("reopen_norm"), ReopenNormTap(audit, norm.id, seen)) if may_settle and is_settled else None,
        ],
        [
            Button(label("judge_this_norm"), VerdictNormTap(norm.id)),
            Button(label("next_open_norm"), ConsensusNormTap(following.id)) if following else None,
            _write_next(desk, textless) if textless and is_settled and not following else None,
        ],
    )


def next_without_text(desk: JudgingDesk, norm: Norm) -> Norm | None:
    """Return the next norm that was settled without a text, which its report cannot do without."""
    return after(desk, norm, lambda item: item in desk.settled and not desk.consensus[item].rationale)


def _write_next(desk: JudgingDesk, norm: Norm) -> Button:
    return Button(label("write_next", norm.id), RationaleTap(desk.audit.id, norm.id, seen_version(desk, norm.id)))


def _verdict_buttons(desk: JudgingDesk, norm: Norm, seen: int) -> list[Button]:
    now = desk.settled.get(norm.id)
    return [
        desk.verdict_button(verdict, SettleTap(desk.audit.id, norm.id, verdict, seen), is_given=verdict is now)
        for verdict in CHOICES
    ]


def seen_version(desk: JudgingDesk, norm: NormId) -> int:
    """Return the version of the consensus that a screen shows, 0 when there is none."""
    return desk.consensus[norm].version if norm in desk.consensus else 0


# ---------------------------------------------------------------------------------------------- settling


def choose_verdict(desk: JudgingDesk, tap: SettleTap) -> At | None:
    """Settle at once when nothing more has to be said, else ask for what is needed."""
    if tap.verdict not in CHOICES:
        show_trouble(desk.turn, Trouble.AGED)
        return None
    norm = desk.framework.norm(tap.norm)
    if seen_version(desk, norm.id) != tap.seen:
        return show_conflict(desk, norm, desk.consensus.get(norm.id))
    is_other = norm.id in desk.settled and desk.settled[norm.id] is not tap.verdict
    rationale = "" if is_other or _must_be_said(desk, norm) else _kept_text(desk, norm) or _reasons(desk, norm)
    draft = Draft(norm.id, tap.verdict, rationale, _kept_override(desk, norm))
    return _settle_or_ask(desk, norm, draft, tap.seen)


def _must_be_said(desk: JudgingDesk, norm: Norm) -> bool:
    """Say whether the team leader has to write what came of the talk, because they differed and nothing stands yet."""
    return desk.positions[norm.id].differs and not _kept_text(desk, norm)


def _kept_text(desk: JudgingDesk, norm: Norm) -> str:
    return desk.consensus[norm.id].rationale if norm.id in desk.consensus else ""


def _kept_override(desk: JudgingDesk, norm: Norm) -> str:
    return desk.consensus[norm.id].override if norm.id in desk.consensus else ""


def _reasons(desk: JudgingDesk, norm: Norm, verdict: Verdict | None = None) -> str:
    """Return the reasons that the auditors gave, those for a verdict only when one is named."""
    held = desk.positions[norm.id].judgements
    said = [item.reason for item in held if item.reason and verdict in (None, item.verdict)]
    return "\n".join(dict.fromkeys(said))


def _settle_or_ask(desk: JudgingDesk, norm: Norm, draft: Draft, seen: int) -> At:
    remaining = standing(find_blockers(desk.at(norm.id), draft), draft)
    if not remaining:
        return _settle(desk, norm, draft, seen)
    if not draft.rationale and any(blocker.rule.lifted_by is not Lift.OVERRIDE for blocker in remaining):
        return ask_rationale(desk, norm, draft.verdict, seen)
    return ask_override(desk, norm, draft, seen)


def _settle(desk: JudgingDesk, norm: Norm, draft: Draft, seen: int) -> At:
    """Record it, or say what changed meanwhile."""
    try:
        desk.store.settle(desk.audit.id, [draft], {norm.id: seen}, desk.turn.now)
    except SettledMeanwhile as refusal:
        return show_conflict(desk.anew(), norm, refusal.now[norm.id], draft.rationale)
    except NotSettled:
        return ask_override(desk.anew(), norm, draft, seen)
    return show_norm(desk.anew(), norm, Told.SETTLED)


def ask_rationale(desk: JudgingDesk, norm: Norm, verdict: Verdict, seen: int) -> At:
    """Ask for the text of the report, and offer what was kept or what the auditors wrote."""
    offer = _kept_text(desk, norm) or _reasons(desk, norm, verdict) or _reasons(desk, norm)
    found = tuple(b for b in find_blockers(desk, Draft(norm.id, verdict)) if b.kind is not BlockerKind.NO_TEXT)
    use = Button(label("use_this_text"), UseTextTap(desk.audit.id, norm.id, verdict, seen)) if offer else None
    keyboard = Keyboard.flow([use]) + way_back(ConsensusNormTap(norm.id))
    desk.show(AskRationale(norm, verdict, found, offer), keyboard)
    desk.remember(norm=norm.id, verdict=verdict.value, seen=seen)
    return At.RATIONALE


def ask_override(desk: JudgingDesk, norm: Norm, draft: Draft, seen: int) -> At:
    """Keep the text as a draft and ask why the norm is settled all the same."""
    found = standing(find_blockers(desk, draft), draft)
    if draft.rationale and draft.rationale != _kept_text(desk, norm):
        try:
            seen = desk.store.draft(desk.audit.id, norm.id, desk.turn.now, seen=seen, rationale=draft.rationale).version
        except SettledMeanwhile as refusal:
            return show_conflict(desk.anew(), norm, refusal.now[norm.id], draft.rationale)
    desk.show(AskOverride(norm, draft.verdict, found), way_back(ConsensusNormTap(norm.id)))
    desk.remember(norm=norm.id, verdict=draft.verdict.value, seen=seen)
    return At.OVERRIDE


def take_rationale(desk: JudgingDesk, given: TextGiven) -> At | None:
    """Settle with what was typed as the text of the report."""
    asked = _asked(desk)
    if asked is None:
        show_trouble(desk.turn, Trouble.NOT_UNDERSTOOD)
        return None
    norm, verdict, seen = asked
    if seen_version(desk, norm.id) != seen:
        return show_conflict(desk, norm, desk.consensus.get(norm.id), given.text)
    return _settle_or_ask(desk, norm, Draft(norm.id, verdict, given.text, _kept_override(desk, norm)), seen)


def take_override(desk: JudgingDesk, given: TextGiven) -> At | None:
    """Settle with what was typed as the reason to settle all the same."""
    asked = _asked(desk)
    if asked is None:
        show_trouble(desk.turn, Trouble.NOT_UNDERSTOOD)
        return None
    norm, verdict, seen = asked
    if seen_version(desk, norm.id) != seen:
        return show_conflict(desk, norm, desk.consensus.get(norm.id), given.text)
    rationale = _kept_text(desk, norm) or _reasons(desk, norm)
    return _settle_or_ask(desk, norm, Draft(norm.id, verdict, rationale, given.text), seen)


def _asked(desk: JudgingDesk) -> tuple[Norm, Verdict, int] | None:
    """Return what was asked about, None when another version of the bot remembered it otherwise."""
    kept = desk.memory
    norm, verdict, seen = kept.get("norm"), kept.get("verdict"), kept.get("seen")
    if norm is None or not desk.framework.has(norm) or verdict not in set(Verdict) or not isinstance(seen, int):
        return None
    return desk.framework.norm(NormId(norm)), Verdict(verdict), seen


def use_text(desk: JudgingDesk, tap: UseTextTap) -> At | None:
    """Settle with the text that the screen offered."""
    norm = desk.framework.norm(tap.norm)
    if seen_version(desk, norm.id) != tap.seen:
        return show_conflict(desk, norm, desk.consensus.get(norm.id))
    text = _kept_text(desk, norm) or _reasons(desk, norm, tap.verdict) or _reasons(desk, norm)
    if tap.verdict not in CHOICES or not text:
        return show_norm(desk, norm)
    return _settle_or_ask(desk, norm, Draft(norm.id, tap.verdict, text, _kept_override(desk, norm)), tap.seen)


def rewrite(desk: JudgingDesk, tap: RationaleTap) -> At:
    """Ask for another text with the same verdict."""
    norm = desk.framework.norm(tap.norm)
    if norm.id not in desk.settled:
        return show_norm(desk, norm)
    if seen_version(desk, norm.id) != tap.seen:
        return show_conflict(desk, norm, desk.consensus.get(norm.id))
    return ask_rationale(desk, norm, desk.settled[norm.id], tap.seen)


def reopen(desk: JudgingDesk, tap: ReopenNormTap) -> At:
    """Open a settled norm again; its text stays as a draft."""
    norm = desk.framework.norm(tap.norm)
    try:
        desk.store.draft(desk.audit.id, norm.id, desk.turn.now, seen=tap.seen)
    except SettledMeanwhile as refusal:
        return show_conflict(desk.anew(), norm, refusal.now[norm.id])
    return show_norm(desk.anew(), norm, Told.REOPENED)


def show_conflict(desk: JudgingDesk, norm: Norm, now: Consensus | None, text: str = "") -> At:
    """Say what was recorded meanwhile; nothing was changed, and what was typed is shown to copy."""
    if now is None:
        return show_norm(desk, norm)
    screen = ConsensusConflict(norm, now.verdict, now.rationale, desk.name(now.by), now.at, text)
    buttons = Keyboard.flow([Button(label("show_it_now"), ConsensusNormTap(norm.id))])
    desk.show(screen, buttons + way_back(ConsensusTap()))
    return At.LOOKING


# ------------------------------------------------------------------------------------ all that agree, at once


def unanimous(desk: JudgingDesk) -> tuple[NormId, ...]:
    """Return the norms on which all who judged agree and that are not settled yet; coverage is not asked for it."""
    found = desk.positions.items()
    return tuple(n for n, held in found if n not in desk.settled and held.agreement is Agreement.UNANIMOUS)


def agreed_norms(desk: JudgingDesk) -> tuple[Mapping[NormId, Draft], tuple[NormId, ...]]:
    """Return the drafts of norms on which all who judged agree, and those that something else holds back."""
    drafts: dict[NormId, Draft] = {}
    held_back = []
    agreed = unanimous(desk)
    desk.at(*agreed)
    for norm in agreed:
        now = desk.consensus.get(norm)
        text = now.rationale if now and now.rationale else _reasons(desk, desk.framework.norm(norm))
        draft = Draft(norm, next(iter(desk.positions[norm].held)), text, now.override if now else "")
        if standing(find_blockers(desk, draft), draft):
            held_back.append(norm)
        else:
            drafts[norm] = draft
    return drafts, tuple(held_back)


def ask_agreed(desk: JudgingDesk, _: AgreedTap) -> At:
    """List what would be settled, and ask to confirm."""
    return _confirm_agreed(desk, is_changed=False)


def _confirm_agreed(desk: JudgingDesk, *, is_changed: bool) -> At:
    drafts, held_back = agreed_norms(desk)
    if not drafts and not held_back:
        return show_consensus(desk, None)
    lines = tuple(
        AgreedLine(norm, draft.verdict, len(desk.positions[norm].judgements)) for norm, draft in drafts.items()
    )
    yes = Button(label("yes_settle_agreed", str(len(drafts))), SettleAgreedTap(desk.audit.id, _mark(desk, drafts)))
    keyboard = Keyboard.flow([yes if drafts else None]) + way_back(ConsensusTap())
    desk.show(ConfirmAgreed(lines, held_back, is_changed), keyboard)
    return At.LOOKING


def _mark(desk: JudgingDesk, drafts: Mapping[NormId, Draft]) -> int:
    """Return the fingerprint of what would be settled, so that a list that changed is asked about anew."""
    listed = [(norm, draft.verdict.value, draft.rationale, seen_version(desk, norm)) for norm, draft in drafts.items()]
    return crc32(repr(listed).encode(errors="surrogatepass"))


def settle_agreed(desk: JudgingDesk, tap: SettleAgreedTap) -> At:
    """Settle what was listed, all or none; a list that changed meanwhile is asked about again."""
    drafts, _ = agreed_norms(desk)
    if not drafts or _mark(desk, drafts) != tap.mark:
        return _confirm_agreed(desk, is_changed=True)
    seen = {norm: seen_version(desk, norm) for norm in drafts}
    try:
        desk.store.settle(desk.audit.id, tuple(drafts.values()), seen, desk.turn.now)
    except (SettledMeanwhile, NotSettled):
        return _confirm_agreed(desk.anew(), is_changed=True)
    return show_consensus(desk.anew(), None, len(drafts))


CONSENSUS = Conversation(
    name="consensus",
    entry_points=[
        on_tap(ConsensusTap, at_desk(Permission.READ_AUDIT, show_consensus)),
        on_tap(ConsensusGridTap, at_desk(Permission.READ_AUDIT, show_grid)),
        on_tap(ConsensusNormTap, at_desk(Permission.READ_AUDIT, open_norm)),
        on_tap(SettleTap, at_desk(Permission.RECORD_CONSENSUS, choose_verdict)),
        on_tap(UseTextTap, at_desk(Permission.RECORD_CONSENSUS, use_text)),
        on_tap(RationaleTap, at_desk(Permission.RECORD_CONSENSUS, rewrite)),
        on_tap(ReopenNormTap, at_desk(Permission.RECORD_CONSENSUS, reopen)),
        on_tap(AgreedTap, at_desk(Permission.RECORD_CONSENSUS, ask_agreed)),
        on_tap(SettleAgreedTap, at_desk(Permission.RECORD_CONSENSUS, settle_agreed)),
    ],
    states={
        At.LOOKING: [],
        At.CHOOSING: [on_text(typed_at_desk(Permission.READ_AUDIT, find_norm))],
        At.RATIONALE: [on_text(kept_at_desk(Permission.RECORD_CONSENSUS, take_rationale))],
        At.OVERRIDE: [on_text(kept_at_desk(Permission.RECORD_CONSENSUS, take_override))],
    },
)
CONVERSATIONS = (CONSENSUS,)
