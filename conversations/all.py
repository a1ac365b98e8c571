"""Every conversation of Handvat, in the order in which they are asked."""

from __future__ import annotations

from conversations import (
    audit_conduct,
    audit_day,
    audit_plan,
    audit_team,
    audits,
    colleagues,
    consensus,
    coverage,
    decisions,
    fieldwork,
    free_text,
    help,
    menu,
    offices,
    onboarding,
    plans,
    privacy,
    register,
    self_evaluation,
    settings,
    terms,
    verdicts,
)
from conversations.fallback import FALLBACK
from conversations.kit import Conversation

ALL_CONVERSATIONS: tuple[Conversation, ...] = (
    *onboarding.CONVERSATIONS,
    *menu.CONVERSATIONS,
    *self_evaluation.CONVERSATIONS,
    *colleagues.CONVERSATIONS,
    *offices.CONVERSATIONS,
    *audits.CONVERSATIONS,
    *audit_plan.CONVERSATIONS,
    *audit_team.CONVERSATIONS,
    *fieldwork.CONVERSATIONS,
    *coverage.CONVERSATIONS,
    *verdicts.CONVERSATIONS,
    *consensus.CONVERSATIONS,
    *audit_day.CONVERSATIONS,
    *audit_conduct.CONVERSATIONS,
    *terms.CONVERSATIONS,
    *plans.CONVERSATIONS,
    *decisions.CONVERSATIONS,
    *register.CONVERSATIONS,
    *settings.CONVERSATIONS,
    *privacy.CONVERSATIONS,
    *help.CONVERSATIONS,
    *free_text.CONVERSATIONS,
    FALLBACK,
)
