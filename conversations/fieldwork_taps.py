"""The buttons of the field work: interviews, findings, quick notes and the in-tray.

Taps that lead somewhere are about the chosen audit; taps that write carry the audit as well, so that a button of one
audit never writes in another, and the version they saw where a colleague may have changed it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from conversations.kit import Tap
from domain.audit import AuditId, FindingId, FindingKind, Tone
from domain.framework import NormId, RubricId


class Put(StrEnum):
    """How a finding comes at a norm: in the place of where it was, or there as well."""

    MOVE = "m"
    ALSO = "a"


# ---------------------------------------------------------------------------------------- interviews


@dataclass(frozen=True)
class TalksTap(Tap, prefix="wt"):
    """To the list of interviews."""


@dataclass(frozen=True)
class FunctionsTap(Tap, prefix="wf"):
    """Choose with whom one speaks; bit n of `chosen` stands for function n of the framework."""

    chosen: int


@dataclass(frozen=True)
class OpenTalkTap(Tap, prefix="wo"):
    """Open an interview with the chosen functions; `seen` is the last number on the screen."""

    audit: AuditId
    chosen: int
    seen: int


@dataclass(frozen=True)
class TalkTap(Tap, prefix="wv"):
    """To one interview."""

    number: int


@dataclass(frozen=True)
class GoOnTap(Tap, prefix="wg"):
    """Take part in an interview and go on with it; one that was ended is resumed."""

    audit: AuditId
    number: int


@dataclass(frozen=True)
class EndTalkTap(Tap, prefix="we"):
    """End an interview."""

    audit: AuditId
    number: int


@dataclass(frozen=True)
class DescribeTap(Tap, prefix="wd"):
    """Ask who is spoken to, as function and team."""

    number: int


@dataclass(frozen=True)
class WhereTap(Tap, prefix="wp"):
    """Ask where an interview is held."""

    number: int


@dataclass(frozen=True)
class QuestionOfNormTap(Tap, prefix="wq"):
    """To a question of a norm, in the interview that one is in."""

    norm: NormId
    index: int


@dataclass(frozen=True)
class NextToAskTap(Tap, prefix="wn"):
    """To the next norm of the interview, after this one."""

    norm: NormId


@dataclass(frozen=True)
class HintsOfNormTap(Tap, prefix="wh"):
    """To what counts as evidence at a norm."""

    norm: NormId


@dataclass(frozen=True)
class MemberSaysTap(Tap, prefix="wm"):
    """To what the member says of a norm in its self-evaluation."""

    norm: NormId


@dataclass(frozen=True)
class PickNormTap(Tap, prefix="wk"):
    """To the grid of norms, to go to one of them."""

    rubric: RubricId | None


# ------------------------------------------------------------------------------------------ findings


@dataclass(frozen=True)
class FindingsTap(Tap, prefix="wl"):
    """To a page of the findings at a norm."""

    norm: NormId
    page: int


@dataclass(frozen=True)
class FindingTap(Tap, prefix="wi"):
    """To one finding in full."""

    finding: FindingId


@dataclass(frozen=True)
class KindTap(Tap, prefix="wa"):
    """Label a finding with a kind; None takes the label off."""

    audit: AuditId
    finding: FindingId
    kind: FindingKind | None
    version: int


@dataclass(frozen=True)
class ToneTap(Tap, prefix="wb"):
    """Label a finding with a tone; None takes the label off."""

    audit: AuditId
    finding: FindingId
    tone: Tone | None
    version: int


@dataclass(frozen=True)
class DiscussTap(Tap, prefix="wc"):
    """Ask for the whole team at a finding, or no longer."""

    audit: AuditId
    finding: FindingId
    is_to_discuss: bool
    version: int


@dataclass(frozen=True)
class PlaceTap(Tap, prefix="wr"):
    """To the grid of norms, to place a finding."""

    finding: FindingId
    put: Put
    rubric: RubricId | None


@dataclass(frozen=True)
class PutTap(Tap, prefix="wz"):
    """Place a finding at a norm."""

    audit: AuditId
    finding: FindingId
    norm: NormId
    put: Put
    version: int


@dataclass(frozen=True)
class LinkTap(Tap, prefix="wj"):
    """Let a finding belong to an interview."""

    audit: AuditId
    finding: FindingId
    number: int
    version: int


@dataclass(frozen=True)
class UndoFindingTap(Tap, prefix="wu"):
    """Undo the last write at a finding, if this version is still the present one."""

    audit: AuditId
    finding: FindingId
    version: int


@dataclass(frozen=True)
class TakeBackTap(Tap, prefix="wx"):
    """Take back a finding of one's own."""

    audit: AuditId
    finding: FindingId


@dataclass(frozen=True)
class LineTap(Tap, prefix="wy"):
    """Ask for a line about a finding that nobody can read, or for other words."""

    finding: FindingId


@dataclass(frozen=True)
class SendFindingTap(Tap, prefix="ws"):
    """Send the file of a finding."""

    finding: FindingId


@dataclass(frozen=True)
class KeepTypedTap(Tap, prefix="w1"):
    """Keep a norm id that was typed as text after all, at the norm that was open."""

    audit: AuditId
    norm: NormId | None
    typed: NormId
    message: int


# ------------------------------------------------------------------------------- privacy and the in-tray


@dataclass(frozen=True)
class CutOutTap(Tap, prefix="w2"):
    """Take what looks like personal data out of a finding of one's own, everywhere."""

    audit: AuditId
    finding: FindingId


@dataclass(frozen=True)
class ReplaceTap(Tap, prefix="w5"):
    """To other words for a finding of one's own with personal data, in every stage."""

    finding: FindingId


@dataclass(frozen=True)
class EraseTap(Tap, prefix="w3"):
    """Take back a finding of one's own and erase its text."""

    audit: AuditId
    finding: FindingId


@dataclass(frozen=True)
class TrayTap(Tap, prefix="w4"):
    """To the in-tray, one note at a time."""

    place: int
