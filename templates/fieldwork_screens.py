"""The screens of the field work: interviews, the norm that is talked about, findings, quick notes and the in-tray.

Whatever shows what was heard or seen is confidential: it cannot be forwarded or saved from the chat.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from domain.audit import FindingKind, Stage, Tone
from domain.framework import Norm, NormId, Rubric
from domain.mapping import Strength
from domain.privacy_guard import PrivacyKind
from domain.self_evaluation import ContributionKind
from domain.verdicts import Verdict
from templates.screens import Screen

# ------------------------------------------------------------------------------------- what screens are made of


class FieldEvent(StrEnum):
    """What the first lines of a screen tell."""

    STORED = "stored"
    ALBUM = "album"
    PLACED = "placed"
    LABELLED = "labelled"
    EDITED = "edited"
    LINKED = "linked"
    COUNTED = "counted"
    REPLACED = "replaced"
    ERASED = "erased"
    WITHDRAWN = "withdrawn"
    UNDONE = "undone"
    NOT_UNDONE = "not_undone"
    CHANGED_MEANWHILE = "changed_meanwhile"
    JUMPED = "jumped"
    TOO_LARGE = "too_large"
    SENDING_FILE = "sending_file"
    FILE_NOT_THERE = "file_not_there"
    TALK_OPENED = "talk_opened"
    TALK_DESCRIBED = "talk_described"
    TALK_ENDED = "talk_ended"
    TALK_GOES_ON = "talk_goes_on"
    ALL_BROUGHT_UP = "all_brought_up"
    NOT_IN_TALK = "not_in_talk"


class BasisLine(Struct, frozen=True):
    """A norm of one half of a combination at which a finding counts, and why; `by` is empty while it is a proposal.

    `via` is the norm of the other half at which it stands; without a strength somebody chose it.
    """

    norm: Norm
    via: NormId | None
    strength: Strength | None
    points: tuple[int, ...] = ()
    by: str = ""
    is_on: bool = False


class FindingCard(Struct, frozen=True):
    """A finding as screens show it; `author` is empty for who left no name.

    `also` are the norms of the other half of a combination at which it counts, `bases` those with the proposals.
    """

    receipt: int
    norms: tuple[NormId, ...]
    text: str
    form: ContributionKind
    kind: FindingKind | None
    tone: Tone | None
    is_to_discuss: bool
    author: str
    at: datetime
    version: int = 1
    is_own: bool = True
    has_interview: bool = False
    has_file: bool = False
    also: tuple[NormId, ...] = ()
    bases: tuple[BasisLine, ...] = ()
    other_framework: str = ""


class FieldNotice(Struct, frozen=True):
    """What just happened, in the first lines of the next screen.

    `norm` is where it was stored, with how often that has been tested by now; `is_late` says that something else was
    open when it was sent; `meanwhile` what colleagues found there since.
    """

    what: FieldEvent
    card: FindingCard | None = None
    norm: NormId | None = None
    tests: int = 0
    needed: int = 0
    count: int = 1
    refused: int = 0
    is_late: bool = False
    text: str = ""
    sensitive: tuple[PrivacyKind, ...] = ()
    meanwhile: tuple[FindingCard, ...] = ()


class FieldHeader(Struct, frozen=True):
    """Which norm, how often it was tested, and in which interview one is."""

    norm: Norm
    tests: int
    needed: int
    interview: int | None
    is_round: bool = False


class TalkLine(Struct, frozen=True):
    """An interview: with which functions, and which colleagues take part."""

    number: int
    functions: tuple[str, ...]
    description: str
    place: str
    others: tuple[str, ...]
    is_own: bool
    is_running: bool
    started_at: datetime


class Proposal(Struct, frozen=True):
    """A norm where a note probably belongs, and the words of the note that pointed there."""

    norm: Norm
    words: tuple[str, ...]


# --------------------------------------------------------------------------------------------- interviews


class ListTalks(Screen, frozen=True):
    """The interviews of the audit, the newest first."""

    template = "fieldwork/list_talks.html.j2"
    is_confidential = True

    talks: tuple[TalkLine, ...]
    total: int
    may_hold: bool
    notice: FieldNotice | None = None


class ChooseFunctions(Screen, frozen=True):
    """With whom one is going to speak."""

    template = "fieldwork/choose_functions.html.j2"

    number: int
    chosen: tuple[str, ...]


class AskWhoIsThis(Screen, frozen=True):
    """Function and team of an interview, no name."""

    template = "fieldwork/ask_who.html.j2"
    is_confidential = True

    talk: TalkLine
    sensitive: tuple[PrivacyKind, ...] = ()


class AskWhereItIs(Screen, frozen=True):
    """Where an interview is held."""

    template = "fieldwork/ask_where.html.j2"
    is_confidential = True

    talk: TalkLine
    sensitive: tuple[PrivacyKind, ...] = ()


class ShowTalk(Screen, frozen=True):
    """One interview: who takes part and how far it is."""

    template = "fieldwork/show_talk.html.j2"
    is_confidential = True

    talk: TalkLine
    fits: int
    brought_up: int
    notice: FieldNotice | None = None


class AskInTalk(Screen, frozen=True):
    """A norm in an interview, with one of its questions; `source` names whose it is when it was imported."""

    template = "fieldwork/ask_in_talk.html.j2"
    is_confidential = True

    header: FieldHeader
    question: str | None
    index: int
    count: int
    functions: tuple[str, ...]
    fits: int = 0
    source: str = ""
    notice: FieldNotice | None = None


class ShowHintsOfNorm(Screen, frozen=True):
    """What counts as evidence at a norm."""

    template = "fieldwork/hints.html.j2"
    is_confidential = True

    header: FieldHeader
    notice: FieldNotice | None = None


class ShowMemberSays(Screen, frozen=True):
    """What the member says of a norm in its self-evaluation; `verdict` is None when nothing was shared."""

    template = "fieldwork/member_says.html.j2"
    is_confidential = True

    header: FieldHeader
    verdict: Verdict | None
    reason: str = ""
    texts: tuple[str, ...] = ()
    more: int = 0
    files: int = 0
    improvement: str = ""
    notice: FieldNotice | None = None
    said: str = ""  # how the framework names the verdict


class PickNorm(Screen, frozen=True):
    """The grid of norms: to go to one, or to place a finding."""

    template = "fieldwork/pick_norm.html.j2"
    is_confidential = True

    rubric: Rubric
    card: FindingCard | None = None
    is_also: bool = False
    notice: FieldNotice | None = None


class NormsThatFit(Screen, frozen=True):
    """The norms that fit typed words, to go to or to place a finding."""

    template = "fieldwork/norms_that_fit.html.j2"
    is_confidential = True

    typed: str
    norms: tuple[Norm, ...]
    card: FindingCard | None = None


# ----------------------------------------------------------------------------------------------- findings


class ShowAuditNorm(Screen, frozen=True):
    """A norm with what the whole team found there, the newest first."""

    template = "fieldwork/audit_norm.html.j2"
    is_confidential = True

    header: FieldHeader
    cards: tuple[FindingCard, ...]
    page: int
    pages: int
    total: int
    notice: FieldNotice | None = None


class ShowFinding(Screen, frozen=True):
    """One finding in full."""

    template = "fieldwork/finding.html.j2"
    is_confidential = True

    card: FindingCard
    file_name: str | None
    notice: FieldNotice | None = None
    counted: tuple[BasisLine, ...] = ()


class CountWhere(Screen, frozen=True):
    """The norms of the other half of a combination at which a finding may count; `proposed` come first."""

    template = "fieldwork/count_where.html.j2"
    is_confidential = True

    card: FindingCard
    rubric: Rubric
    proposed: tuple[BasisLine, ...]


class AskLine(Screen, frozen=True):
    """One line about something that nobody can read."""

    template = "fieldwork/ask_line.html.j2"
    is_confidential = True

    card: FindingCard
    notice: FieldNotice | None = None


class AskReplacement(Screen, frozen=True):
    """A finding looks like it holds personal data: the author is asked to write a function in its place.

    `masked` is its text with that left out.
    """

    template = "fieldwork/ask_replacement.html.j2"
    is_confidential = True

    receipt: int
    masked: str
    sensitive: tuple[PrivacyKind, ...]


# ----------------------------------------------------------------------------------- quick note and in-tray


class OfferNote(Screen, frozen=True):
    """How a quick note goes, and how many wait in the in-tray."""

    template = "fieldwork/offer_note.html.j2"
    is_confidential = True

    in_tray: int
    is_audit_day: bool
    notice: FieldNotice | None = None


class ProposeNorms(Screen, frozen=True):
    """Where a note that was just stored probably belongs."""

    template = "fieldwork/propose_norms.html.j2"
    is_confidential = True

    card: FindingCard
    proposals: tuple[Proposal, ...]
    notice: FieldNotice | None = None


class ShowTray(Screen, frozen=True):
    """One note of the in-tray; `card` is None when it is empty."""

    template = "fieldwork/tray.html.j2"
    is_confidential = True

    card: FindingCard | None
    place: int
    total: int
    proposals: tuple[Proposal, ...] = ()
    notice: FieldNotice | None = None


class EditInOtherRole(Screen, frozen=True):
    """A message that became a finding was edited from a role that is not at the audit: nothing changed."""

    template = "fieldwork/edit_in_other_role.html.j2"


class NotKept(Screen, frozen=True):
    """What was sent is not stored, because the audit is not in a stage for it; personal data still can go."""

    template = "fieldwork/not_kept.html.j2"

    organisation: str
    stage: Stage
    has_personal_data: bool = False


class TellField(Screen, frozen=True):
    """What happened in the field work, while another conversation is on the screen."""

    template = "fieldwork/tell.html.j2"
    is_confidential = True

    notice: FieldNotice
