"""Taking over what the organisation said in another framework: seen first, then accepted, never silently.

    overview or norm -> 🔗 -> what was said there -> [Neem over] -> the norm, with a way to undo it
                                                 -> type         -> kept at the norm, as everywhere

What is taken over becomes the person's own contribution, and its first line says where it came from.
"""

from __future__ import annotations

from html import unescape

from conversations.answering import see, show_conflict, show_norm
from conversations.evaluation_desk import At, Beside, Desk, about_norm, fingerprint
from conversations.kit import Button, Conversation, Keyboard, on_tap
from conversations.takeover_taps import GiveBackTap, OtherFrameworkTap, TakeOverTap
from conversations.taps import NormTap, way_back
from domain.framework import Norm
from domain.next_round import carried_kind
from domain.self_evaluation import Contribution, ContributionId, Purpose
from domain.takeover import NearNorm, Proposal, near, propose
from domain.verdicts import Verdict
from storage.interfaces import ChangedMeanwhile
from templates.evaluation_screens import Happened, Notice, Part
from templates.render import MAX_TEXT, label, render
from templates.takeover_screens import NearLine, ShowOtherFramework, TakenFrom, TextLine

# ------------------------------------------------------------------------------------- what there is


def _proposal(desk: Desk, beside: Beside, norm: Norm) -> Proposal:
    """Return what can be taken over at a norm now."""
    mapping = desk.framework.mapping
    overlaps = near(mapping, desk.framework.id, norm.id) if mapping is not None else ()
    found = [NearNorm(overlap, desk.store.answer(beside.evaluation, overlap.norm)) for overlap in overlaps]
    now = desk.answer(norm)
    given = [item for close in found for item in close.answer.contributions]
    taken = {(item.norm, item.id) for item in given if _lies_here(beside, item, now.contributions)}
    return propose(found, now, taken)


def _lies_here(beside: Beside, item: Contribution, here: tuple[Contribution, ...]) -> bool:
    first_line = _origin(beside, item)
    return any(own.text.startswith(first_line) for own in here)


def _origin(beside: Beside, item: Contribution) -> str:
    """Return the line that says where a text came from."""
    where = TakenFrom(
        beside.framework.short_name, beside.evaluation.round, item.norm, item.id, has_file=item.file is not None
    )
    return unescape(render(where))


def _fingerprint(proposal: Proposal) -> int:
    """Return a number that changes with whatever is proposed, so that nobody takes over what they did not see."""
    texts = (f"{item.norm} {item.id} {item.text}" for item in proposal.texts)
    action = _action(proposal)
    return fingerprint("\n".join([str(proposal.verdict), proposal.reason, *action, *texts]))


def _action(proposal: Proposal) -> tuple[str, ...]:
    """Return what will get better and by whom; when is asked anew, because another round has another plan."""
    close = proposal.improvement
    if close is None or close.answer.improvement is None:
        return ()
    return close.answer.improvement.what or "", close.answer.improvement.who or ""


# ---------------------------------------------------------------------------------------- showing it


@about_norm
def open_other_framework(desk: Desk, norm: Norm, _: OtherFrameworkTap) -> At:
    """Show what the other framework has for a norm."""
    return show_other_framework(desk, norm)


def show_other_framework(desk: Desk, norm: Norm, notice: Notice | None = None) -> At:
    """Show the proposal with its reasons; without another framework just the norm."""
    beside, mapping = desk.beside, desk.framework.mapping
    if beside is None or mapping is None:
        return show_norm(desk, norm, notice)
    proposal = _proposal(desk, beside, norm)
    screen = ShowOtherFramework(
        desk.header(norm), beside.framework.short_name, points_here=desk.framework.id == mapping.sections_of,
        near=tuple(_near_line(desk, beside, norm, close) for close in proposal.near), verdict=proposal.verdict,
        proposed=desk.said(proposal.verdict) if proposal.verdict else "",
        texts=tuple(TextLine(beside.framework.norm(item.norm), desk.quote(item)) for item in proposal.texts),
        later=proposal.later, reason=proposal.reason, action=_action(proposal),
        action_of=proposal.improvement.overlap.norm if proposal.improvement else None,
        may_write=desk.may_write, notice=notice,
    )  # fmt: skip
    take = TakeOverTap(desk.evaluation.id, norm.id, desk.answer(norm).version, _fingerprint(proposal))
    buttons = [
        None if proposal.is_empty else Button(label("take_it_over"), take),
        Button(label("answer_anew"), NormTap(norm.id)),
    ]
    desk.show(screen, Keyboard.flow(buttons) + way_back(NormTap(norm.id)))
    see(desk, desk.answer(norm))
    return desk.move_to(At.NORM, norm)


def _near_line(desk: Desk, beside: Beside, norm: Norm, close: NearNorm) -> NearLine:
    """Return a norm that comes close, with why."""
    other, verdict = beside.framework.norm(close.overlap.norm), close.answer.verdict
    said = beside.framework.words(verdict).short if verdict is not Verdict.NOT_ASSESSED else ""
    shared = tuple(p.name for p in desk.framework.principles_of(norm.id) if other.id in p.norms)
    return NearLine(other, close.overlap.strength, close.overlap.points, verdict, said, shared)


# -------------------------------------------------------------------------------- taking it over


@about_norm
def take_over(desk: Desk, norm: Norm, tap: TakeOverTap) -> At:
    """Store what was on the screen; when it is something else by now, show that first."""
    beside = desk.beside
    if beside is None:
        return show_norm(desk, norm)
    proposal = _proposal(desk, beside, norm)
    if proposal.is_empty or (tap.version, tap.shown) != (desk.answer(norm).version, _fingerprint(proposal)):
        return show_other_framework(desk, norm)
    if proposal.verdict is not None:
        try:
            desk.store.record_verdict(desk.evaluation, norm.id, proposal.verdict, seen=tap.version, at=desk.turn.now)
        except ChangedMeanwhile as changed:
            return show_conflict(desk, norm, proposal.verdict, changed.answer)
        _take_along(desk, norm, proposal)
    receipts = [receipt for item in proposal.texts for receipt in _copy(desk, beside, norm, item)]
    desk.forget(norm.id)
    said = desk.said(proposal.verdict) if proposal.verdict else ""
    first = receipts[0] if receipts else None
    notice = Notice(
        Happened.TAKEN_OVER, norm.id, Part.VERDICT, first, count=len(receipts), verdict=proposal.verdict, said=said
    )
    return show_norm(desk, norm, notice)


def _take_along(desk: Desk, norm: Norm, proposal: Proposal) -> None:
    """Store what goes with the verdict: why the norm does not apply, or what will get better."""
    if proposal.reason:
        desk.store.record_reason(desk.evaluation, norm.id, proposal.reason, desk.turn.now)
    if action := _action(proposal):
        what, who = action
        desk.store.record_improvement(desk.evaluation, norm.id, desk.turn.now, what=what, who=who or None)


def _copy(desk: Desk, beside: Beside, norm: Norm, item: Contribution) -> list[ContributionId]:
    """Store a text as the person's own, in two when it and its first line do not fit one; a file stays there."""
    whole = f"{_origin(beside, item)}\n{item.text}".strip()
    purpose = Purpose.EXPLANATION if item.purpose is Purpose.REPLY else item.purpose
    parts = [whole[start : start + MAX_TEXT] for start in range(0, len(whole), MAX_TEXT)]
    return [
        desk.store.contribute(
            desk.evaluation, norm.id, carried_kind(item), purpose, part, desk.turn.now, message_id=None
        ).id
        for part in parts
    ]


@about_norm
def give_back(desk: Desk, norm: Norm, tap: GiveBackTap) -> At:
    """Undo taking over, as long as all of it stands as it was taken over."""
    answer, me = desk.answer(norm), desk.turn.actor.person
    receipts = range(tap.first, tap.first + tap.count)
    own = [item for item in answer.contributions if item.id in receipts and item.author == me]
    has_verdict = tap.version > 0
    is_mine = answer.version == tap.version and answer.updated_by == me
    if not desk.may_write or len(own) != tap.count or (has_verdict and not is_mine) or not (own or has_verdict):
        return show_norm(desk, norm, Notice(Happened.NOT_UNDONE, norm.id))
    if has_verdict:
        desk.store.record_verdict(desk.evaluation, norm.id, Verdict.NOT_ASSESSED, seen=tap.version, at=desk.turn.now)
        if answer.improvement is not None:
            desk.store.record_improvement(desk.evaluation, norm.id, desk.turn.now, what="", who="")
    for item in own:
        desk.store.withdraw(desk.evaluation, item.id, desk.turn.now)
    desk.forget(norm.id)
    return show_norm(desk, norm, Notice(Happened.UNDONE, norm.id))


TAKEOVER = Conversation(
    name="takeover",
    entry_points=[
        on_tap(OtherFrameworkTap, open_other_framework),
        on_tap(TakeOverTap, take_over),
        on_tap(GiveBackTap, give_back),
    ],
)

CONVERSATIONS = (TAKEOVER,)
