"""The plan of an audit: scope, fte, days, dates, place and how far it is; the team has a module of its own.

🗓 Plan -> PLAN -> 🎯 SCOPE | 📍 PLACE | 📅 DATES (typed) | 👷 FTE -> a group -> AMOUNT | 🧮 Dagen -> BASE
                | 📘 Regels -> EDITION | 🚦 Fase

The office and the team leader plan. Every answer is stored at once and the plan is shown again.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from conversations.audit_acting import AuditStep, in_audit
from conversations.audit_taps import AuditsTap, CombineTap, PlanAuditTap, StagesTap, TeamTap
from conversations.fallback import show_trouble
from conversations.kit import Button, Conversation, Keyboard, OnText, Tap, TextGiven, Turn, on_tap, on_text
from conversations.kit import State as AnyState
from conversations.onboarding import tidy
from conversations.taps import way_back
from domain.amounts import read_amount
from domain.audit import AuditId, AuditKind, Passage, ProcessId, Stage, StageRefused, may_change_edition
from domain.audit_days import Headcount, Variant, fte_of, propose_days, read_work
from domain.combination import may_combine
from domain.conduct import missing_statements
from domain.dates import parse_days
from domain.framework import WeighingRule
from domain.roles import Permission
from storage.audit_interfaces import Engagement, PlanChange
from templates.audit_screens import (
    AskAmount,
    AskBaseDays,
    AskDates,
    AskPlace,
    AskScope,
    ChooseAuditKind,
    ChooseAuditVariant,
    ShowDays,
    ShowEdition,
    ShowFte,
    ShowPlan,
    ShowStages,
    TeamLine,
)
from templates.common_screens import Trouble
from templates.render import label

MAX_DAYS = 12  # more audit days than any audit of the table has
_KIND, _AUDIT = "people_kind", "asked_audit"  # the group whose amount is asked, and of which audit
_SURE = (Stage.CONTRACTED, Stage.CANCELLED, Stage.CLOSED)  # what is asked twice


class State(StrEnum):
    """Where the person is; the values are stored, so renaming one is a migration."""

    PLAN = "plan"
    SCOPE = "scope"
    PLACE = "place"
    DATES = "dates"
    FTE = "fte"
    AMOUNT = "amount"
    DAYS = "days"
    BASE = "base"
    STAGES = "stages"
    EDITION = "edition"


class Field(StrEnum):
    """What of the plan is filled in."""

    SCOPE = "scope"
    FTE = "fte"
    DATES = "dates"
    PLACE = "place"
    KIND = "kind"
    VARIANT = "variant"
    DAYS = "days"
    BASE = "base"
    EDITION = "edition"


class FieldTap(Tap, frozen=True):
    """To a field of the plan."""

    prefix = "pf"

    field: Field


class PeopleKindTap(Tap, frozen=True):
    """To how much of one kind of people there is, counted from 0 in the day table."""

    prefix = "pk"

    number: int


class ClearDatesTap(Tap, frozen=True):
    """Take all audit days off the plan."""

    prefix = "pc"


class ChangeKindTap(Tap, frozen=True):
    """Record another kind of audit."""

    prefix = "pq"

    kind: AuditKind


class ChangeVariantTap(Tap, frozen=True):
    """Record who audits."""

    prefix = "pv"

    variant: Variant


class SchemeTap(Tap, frozen=True):
    """Record the other scheme of a combination."""

    prefix = "px"

    scheme: str


class ProcessTap(Tap, frozen=True):
    """Choose the edition of the process for the audit that the screen was about."""

    prefix = "pe"

    audit: AuditId
    process: ProcessId


class WeighingTap(Tap, frozen=True):
    """Choose the edition of the thresholds for the audit that the screen was about."""

    prefix = "pg"

    audit: AuditId
    weighing: str


class MoveTap(Tap, frozen=True):
    """Bring the audit that the screen was about in another stage; what weighs more asks first."""

    prefix = "pw"

    audit: AuditId
    stage: Stage
    is_sure: bool


# ---------------------------------------------------------------------------------------------- the plan


def open_plan(turn: Turn, _: object, engagement: Engagement) -> AnyState | None:
    """Show the plan."""
    return show_plan(turn, engagement)


def show_plan(turn: Turn, engagement: Engagement, *, is_saved: bool = False) -> AnyState | None:
    """Show the plan as it is now, with what is missing."""
    audit, audits = engagement.audit, turn.work.audits(turn.actor)
    goes_to_swn = turn.work.audit_rules.editions[audit.process].goes_to_swn
    screen = ShowPlan(
        organisation=engagement.organisation.name,
        member_number=engagement.organisation.member_number or "" if goes_to_swn else "",
        kind=audit.kind,
        variant=audit.variant,
        scheme=audit.scheme if audit.variant is Variant.COMBINATION else None,
        stage=audit.stage,
        scope=audit.scope,
        fte=audit.fte.total,
        proposal=propose_days(
            audit.fte.total, audit.variant, turn.work.audit_rules.days, engagement.base_days, audit.scheme
        ),
        days=audit.days,
        place=audit.place,
        team=team_lines(turn, engagement),
        framework=audits.framework(audit).short_name,
        has_evaluation=audit.evaluation is not None,
        is_saved=is_saved,
        process=audit.process,
        limits=limits_of(turn, engagement),
        second_framework=turn.work.frameworks[audit.companion.framework].short_name if audit.companion else "",
    )
    turn.show(screen, plan_keyboard(engagement, may_choose_second=len(turn.work.frameworks) > 1))
    return State.PLAN


def team_lines(turn: Turn, engagement: Engagement) -> tuple[TeamLine, ...]:
    """Return the team as a screen shows it, with the day on which each had accepted everything."""
    audit = engagement.audit
    names = turn.work.audits(turn.actor).names(audit)
    return tuple(
        TeamLine(
            names.get(member.person, "?"), member.role, _accepted_on(engagement, member.person),
            is_self=member.person == turn.actor.person,
        )
        for member in audit.team
    )  # fmt: skip


def _accepted_on(engagement: Engagement, person: int) -> date | None:
    own = [acceptance for acceptance in engagement.acceptances if acceptance.person == person]
    missing = missing_statements(engagement.audit, own[0].person, own) if own else True
    return None if missing else max(acceptance.accepted_on for acceptance in own)


def plan_keyboard(engagement: Engagement, *, may_choose_second: bool = False) -> Keyboard:
    """What can be filled in, as long as the stage lets the plan change."""
    is_combined = engagement.audit.companion is not None
    fields: list[Button | None] = [
        Button(label("plan_field", field), FieldTap(field))
        for field in (Field.SCOPE, Field.FTE, Field.DATES, Field.PLACE, Field.VARIANT, Field.KIND)
        if not (is_combined and field is Field.VARIANT)
    ]
    may_change = engagement.may(Permission.EDIT_AUDIT)
    may_combine_now = may_choose_second and may_change and (is_combined or may_combine(engagement.audit))
    second = Button(label("second_framework"), CombineTap()) if may_combine_now else None
    return Keyboard.flow(
        [*fields, second] if may_change else [],
        [
            Button(label("plan_field", Field.DAYS), FieldTap(Field.DAYS)),
            Button(label("plan_field", Field.EDITION), FieldTap(Field.EDITION)),
            Button(label("audit_team"), TeamTap()),
            Button(label("audit_stages"), StagesTap()),
        ],
    ) + way_back(AuditsTap())


def open_field(turn: Turn, tap: FieldTap, engagement: Engagement) -> AnyState | None:
    """Ask for one field of the plan."""
    name, audit = engagement.organisation.name, engagement.audit
    turn.data[_AUDIT] = audit.id
    match tap.field:
        case Field.SCOPE:
            goes_to_swn = turn.work.audit_rules.editions[audit.process].goes_to_swn
            turn.show(AskScope(name, audit.scope, goes_to_swn), way_back(PlanAuditTap()))
            return State.SCOPE
        case Field.PLACE:
            turn.show(AskPlace(name, audit.place), way_back(PlanAuditTap()))
            return State.PLACE
        case Field.DATES:
            return show_dates(turn, engagement)
        case Field.FTE:
            return show_fte(turn, engagement)
        case Field.KIND:
            buttons = [Button(label("audit_kind", kind), ChangeKindTap(kind)) for kind in AuditKind]
            goes_to_swn = turn.work.audit_rules.editions[audit.process].goes_to_swn
            turn.show(ChooseAuditKind(name, goes_to_swn=goes_to_swn), Keyboard.flow(buttons) + way_back(PlanAuditTap()))
        case Field.VARIANT:
            return show_variants(turn, engagement)
        case Field.BASE:
            turn.show(AskBaseDays(), way_back(FieldTap(Field.DAYS)))
            return State.BASE
    return State.PLAN


def take_scope(turn: Turn, given: TextGiven, engagement: Engagement) -> AnyState | None:
    """Store the scope."""
    return change_plan(turn, engagement, PlanChange(scope=given.text.strip()))


def take_place(turn: Turn, given: TextGiven, engagement: Engagement) -> AnyState | None:
    """Store the place."""
    return change_plan(turn, engagement, PlanChange(place=tidy(given.text)))


def change_plan(turn: Turn, engagement: Engagement, change: PlanChange) -> AnyState | None:
    """Store a change and show the plan."""
    return show_plan(turn, turn.work.audits(turn.actor).change(engagement.id, change, turn.now), is_saved=True)


def show_variants(turn: Turn, engagement: Engagement) -> AnyState | None:
    """Ask who audits."""
    rules = turn.work.audit_rules.days.variants
    buttons = [Button(rule.label, ChangeVariantTap(variant)) for variant, rule in rules.items()]
    screen = ChooseAuditVariant(engagement.organisation.name, tuple(rules.values()))
    turn.show(screen, Keyboard.flow(buttons) + way_back(PlanAuditTap()))
    return State.PLAN


def change_kind(turn: Turn, tap: ChangeKindTap, engagement: Engagement) -> AnyState | None:
    """Store the kind of audit."""
    return change_plan(turn, engagement, PlanChange(kind=tap.kind))


def change_variant(turn: Turn, tap: ChangeVariantTap, engagement: Engagement) -> AnyState | None:
    """Store who audits; a combination goes on to the days, because they hang on the other scheme."""
    changed = turn.work.audits(turn.actor).change(engagement.id, PlanChange(variant=tap.variant), turn.now)
    return show_days(turn, changed) if tap.variant is Variant.COMBINATION else show_plan(turn, changed, is_saved=True)


# ---------------------------------------------------------------------------------------- dates, fte, days


def show_dates(turn: Turn, engagement: Engagement, unread: str = "") -> AnyState | None:
    """Ask for the audit days."""
    clear = Button(label("clear_dates"), ClearDatesTap()) if engagement.audit.days else None
    screen = AskDates(engagement.organisation.name, engagement.audit.days, unread)
    turn.show(screen, Keyboard.flow([clear]) + way_back(PlanAuditTap()))
    return State.DATES


def take_dates(turn: Turn, given: TextGiven, engagement: Engagement) -> AnyState | None:
    """Store the days that were typed; one that is not understood, or has passed, is asked again."""
    found, known = parse_days(given.text, turn.today), engagement.audit.days
    unread = next((words for words, day in found if not _is_usable(day, turn.today, known)), None)
    if unread is not None or not 0 < len(found) <= MAX_DAYS:
        return show_dates(turn, engagement, unread or given.text)
    return change_plan(turn, engagement, PlanChange(days=tuple(day for _, day in found if day is not None)))


def _is_usable(day: date | None, today: date, known: tuple[date, ...]) -> bool:
    return day is not None and (day >= today or day in known)


def clear_dates(turn: Turn, _: ClearDatesTap, engagement: Engagement) -> AnyState | None:
    """Take the audit days off the plan."""
    return change_plan(turn, engagement, PlanChange(days=()))


def show_fte(turn: Turn, engagement: Engagement) -> AnyState | None:
    """Show who counts for the fte and who does not."""
    table = turn.work.audit_rules.days
    buttons = [Button(label("people_kind", kind.id), PeopleKindTap(n)) for n, kind in enumerate(table.people)]
    labels = {kind.id: kind.label for kind in table.people}
    screen = ShowFte(fte_of(engagement.parts, table), labels, table.hours_per_week)
    turn.show(screen, Keyboard.flow(buttons) + way_back(PlanAuditTap()))
    return State.FTE


def ask_amount(turn: Turn, tap: PeopleKindTap, engagement: Engagement) -> AnyState | None:
    """Ask how much work one kind of people does."""
    people = turn.work.audit_rules.days.people
    if not 0 <= tap.number < len(people):
        show_trouble(turn, Trouble.AGED)
        return None
    kind = people[tap.number]
    turn.data[_KIND], turn.data[_AUDIT] = kind.id, engagement.id
    turn.show(AskAmount(kind.label, kind.counts), way_back(FieldTap(Field.FTE)))
    return State.AMOUNT


def take_amount(turn: Turn, given: TextGiven, engagement: Engagement) -> AnyState | None:
    """Store the amount in the unit that was typed; fte when none was."""
    table = turn.work.audit_rules.days
    kind, work = table.kind(turn.data[_KIND]), read_work(given.text, table)
    if work is None or work.unit is None or work.amount < 0:
        turn.show(AskAmount(kind.label, kind.counts, is_unread=True), way_back(FieldTap(Field.FTE)))
        return State.AMOUNT
    others = tuple(part for part in engagement.parts if part.kind != kind.id)
    parts = (*others, Headcount(kind.id, work.amount, work.unit)) if work.amount else others
    return show_fte(turn, turn.work.audits(turn.actor).change(engagement.id, PlanChange(parts=parts), turn.now))


def open_days(turn: Turn, tap: FieldTap, engagement: Engagement) -> AnyState | None:
    """Show how many days it takes or which rules it follows; any other field changes the plan, which fewer may do."""
    if tap.field is Field.EDITION:
        return show_edition(turn, engagement)
    return show_days(turn, engagement) if tap.field is Field.DAYS else _EDIT_FIELD(turn, tap)


def show_days(turn: Turn, engagement: Engagement) -> AnyState | None:
    """Show how many days the table gives, with every step."""
    table, audit = turn.work.audit_rules.days, engagement.audit
    is_combined = audit.variant is Variant.COMBINATION
    scheme = audit.scheme if is_combined else None
    proposal = propose_days(audit.fte.total, audit.variant, table, engagement.base_days, scheme)
    schemes = table.variants[audit.variant].schemes if is_combined and engagement.may(Permission.EDIT_AUDIT) else ()
    buttons = [Button(label("audit_scheme", name), SchemeTap(name)) for name in schemes]
    base = Button(label("plan_field", Field.BASE), FieldTap(Field.BASE)) if schemes else None
    turn.show(ShowDays(proposal, table.edition, scheme), Keyboard.flow(buttons, [base]) + way_back(PlanAuditTap()))
    return State.DAYS


def take_scheme(turn: Turn, tap: SchemeTap, engagement: Engagement) -> AnyState | None:
    """Store the other scheme of a combination."""
    if tap.scheme not in turn.work.audit_rules.days.variants[Variant.COMBINATION].schemes:
        show_trouble(turn, Trouble.AGED)
        return None
    return show_days(turn, turn.work.audits(turn.actor).change(engagement.id, PlanChange(scheme=tap.scheme), turn.now))


def take_base(turn: Turn, given: TextGiven, engagement: Engagement) -> AnyState | None:
    """Store the audit time of the other scheme."""
    days = read_amount(given.text)
    if days is None or days <= 0:
        turn.show(AskBaseDays(is_unread=True), way_back(FieldTap(Field.DAYS)))
        return State.BASE
    return show_days(turn, turn.work.audits(turn.actor).change(engagement.id, PlanChange(base_days=days), turn.now))


# ------------------------------------------------------------------------------------------- the editions


def show_edition(turn: Turn, engagement: Engagement, *, is_saved: bool = False) -> AnyState | None:
    """Show which editions of the rules the audit follows; contracting fixes them."""
    audit, rules = engagement.audit, turn.work.audit_rules
    is_open = may_change_edition(audit)
    may_choose = is_open and engagement.may(Permission.EDIT_AUDIT)
    limits = limits_of(turn, engagement)
    offered = rules.processes_for(turn.work.frameworks[audit.framework]) if may_choose else ()
    choices = tuple((process.process, process.title) for process in offered)
    follows = limits is not None and not limits.is_own
    weighings = rules.weighings_for(audit.process) if may_choose and follows else ()
    title = rules.processes[audit.process].title
    screen = ShowEdition(
        engagement.organisation.name, audit.process, title, limits, choices, is_fixed=not is_open, is_saved=is_saved
    )
    keyboard = Keyboard.flow(
        [
            Button(label("process_edition", process), ProcessTap(audit.id, process))
            for process, _ in choices
            if process != audit.process
        ],
        [
            Button(
                label("weighing_edition", f"{rule.max_not_met}/{rule.max_partial}"), WeighingTap(audit.id, rule.version)
            )
            for rule in weighings
            if rule.version != audit.weighing
        ],
    )
    turn.show(screen, keyboard + way_back(PlanAuditTap()))
    return State.EDITION


def limits_of(turn: Turn, engagement: Engagement) -> WeighingRule | None:
    """Return the threshold of an audit, None when its framework knows none."""
    rule = turn.work.audit_rules.weighings[engagement.audit.weighing]
    weighing = turn.work.audits(turn.actor).framework(engagement.audit).weighed_by(rule).weighing
    return weighing if weighing.has_limits else None


def choose_process(turn: Turn, tap: ProcessTap, engagement: Engagement) -> AnyState | None:
    """Store the edition of the process, with the thresholds that go with it."""
    offered = turn.work.audit_rules.processes_for(turn.work.frameworks[engagement.audit.framework])
    if tap.process not in {process.process for process in offered}:
        show_trouble(turn, Trouble.AGED)
        return None
    return choose_edition(turn, tap.audit, engagement, PlanChange(process=tap.process))


def choose_weighing(turn: Turn, tap: WeighingTap, engagement: Engagement) -> AnyState | None:
    """Store the edition of the thresholds."""
    known = {rule.version for rule in turn.work.audit_rules.weighings_for(engagement.audit.process)}
    if tap.weighing not in known:
        show_trouble(turn, Trouble.AGED)
        return None
    return choose_edition(turn, tap.audit, engagement, PlanChange(weighing=tap.weighing))


def choose_edition(turn: Turn, asked: AuditId, engagement: Engagement, change: PlanChange) -> AnyState | None:
    """Store it, unless it was asked about another audit or is fixed by now."""
    if asked != engagement.id or not may_change_edition(engagement.audit):
        return show_edition(turn, engagement)
    changed = turn.work.audits(turn.actor).change(engagement.id, change, turn.now)
    return show_edition(turn, changed, is_saved=True)


# -------------------------------------------------------------------------------------------- the stages


def open_stages(turn: Turn, _: object, engagement: Engagement) -> AnyState | None:
    """Show how far the audit is and where it can go."""
    return show_stages(turn, engagement)


def show_stages(turn: Turn, engagement: Engagement, asked: Passage | None = None) -> AnyState | None:
    """Show the ways on, with what stands in the way; `asked` waits for a yes."""
    ways = turn.work.audits(turn.actor).passages(engagement)
    if asked is not None:
        buttons = [Button(label("yes_stage"), MoveTap(engagement.id, asked.to, is_sure=True))]
    else:
        possible = [way.to for way in ways if way.is_allowed]
        buttons = [Button(label("stage_step", to), MoveTap(engagement.id, to, is_sure=False)) for to in possible]
    screen = ShowStages(engagement.organisation.name, engagement.audit.stage, ways, asked)
    back = StagesTap() if asked else PlanAuditTap()
    turn.show(screen, Keyboard.flow(buttons) + way_back(back))
    return State.STAGES


def move(turn: Turn, tap: MoveTap, engagement: Engagement) -> AnyState | None:
    """Bring the audit in another stage; with warnings, or when it cannot be undone, only after a yes."""
    audits = turn.work.audits(turn.actor)
    way = next((way for way in audits.passages(engagement) if way.to is tap.stage), None)
    if tap.audit != engagement.id or way is None or not way.is_allowed:
        return show_stages(turn, engagement)
    if not tap.is_sure and (way.warnings or tap.stage in _SURE):
        return show_stages(turn, engagement, way)
    try:
        return show_stages(turn, audits.move(engagement.id, tap.stage, turn.now))
    except StageRefused:
        return show_stages(turn, engagement)


def typed(step: AuditStep[TextGiven]) -> OnText:
    """Take typed text for the audit in which it was asked; when another counts by now, its plan is shown instead."""

    def guarded(turn: Turn, given: TextGiven, engagement: Engagement) -> AnyState | None:
        is_meant = turn.data.get(_AUDIT) == engagement.id
        return step(turn, given, engagement) if is_meant else show_plan(turn, engagement)

    return on_text(in_audit(Permission.EDIT_AUDIT, guarded))


_EDIT_FIELD = in_audit(Permission.EDIT_AUDIT, open_field)

PLAN = Conversation(
    name="audit_plan",
    entry_points=[
        on_tap(PlanAuditTap, in_audit(Permission.SEE_AUDIT, open_plan)),
        on_tap(FieldTap, in_audit(Permission.SEE_AUDIT, open_days)),
        on_tap(PeopleKindTap, in_audit(Permission.EDIT_AUDIT, ask_amount)),
        on_tap(ClearDatesTap, in_audit(Permission.EDIT_AUDIT, clear_dates)),
        on_tap(ChangeKindTap, in_audit(Permission.EDIT_AUDIT, change_kind)),
        on_tap(ChangeVariantTap, in_audit(Permission.EDIT_AUDIT, change_variant)),
        on_tap(SchemeTap, in_audit(Permission.EDIT_AUDIT, take_scheme)),
        on_tap(ProcessTap, in_audit(Permission.EDIT_AUDIT, choose_process)),
        on_tap(WeighingTap, in_audit(Permission.EDIT_AUDIT, choose_weighing)),
        on_tap(StagesTap, in_audit(Permission.SEE_AUDIT, open_stages)),
        on_tap(MoveTap, in_audit(Permission.SEE_AUDIT, move)),
    ],
    states={
        State.PLAN: [],
        State.SCOPE: [typed(take_scope)],
        State.PLACE: [typed(take_place)],
        State.DATES: [typed(take_dates)],
        State.FTE: [],
        State.AMOUNT: [typed(take_amount)],
        State.DAYS: [],
        State.BASE: [typed(take_base)],
        State.STAGES: [],
        State.EDITION: [],
    },
)

CONVERSATIONS = (PLAN,)
