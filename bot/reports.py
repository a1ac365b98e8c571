"""Reads everything that a document says in one transaction, as the person who asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from documents.build import Author, ReportSources, build_report
from documents.report_data import Attachment, SelfEvaluationReport
from domain.actors import Actor
from domain.framework import Framework, WhoCode
from domain.roles import PersonId
from domain.self_evaluation import Evaluation, EvaluationId, FileId
from storage.interfaces import Files, NotAllowed, Work


def load_report(work: Work, chat: int, evaluation: EvaluationId, now: datetime) -> SelfEvaluationReport:
    """Return the report of an evaluation, as far as the person behind this chat may see it.

    Raises:
        NotAllowed
    """
    actor = work.actor(chat)
    if actor.organisation is None:
        raise NotAllowed("no role")
    evaluations = work.evaluations(actor)
    found = evaluations.get(evaluation)
    framework, answers = evaluations.framework(found), evaluations.answers(found)
    return build_report(
        ReportSources(
            framework=framework, organisation=actor.organisation.name, evaluation=found, answers=answers,
            people=_authors(work, actor, framework), files=_attachments(work.files(actor), found),
            official={}, scope=None, made_at=now,
        )
    )  # fmt: skip


def _authors(work: Work, actor: Actor, framework: Framework) -> Mapping[PersonId, Author]:
    people = work.people(actor)
    labels = {function.code: function.label for function in framework.functions}
    functions = {colleague.person: colleague.function for colleague in people.colleagues()}
    return {
        person: Author(name, labels.get(functions.get(person) or WhoCode("")))
        for person, name in people.names().items()
    }


def _attachments(files: Files, evaluation: Evaluation) -> Mapping[FileId, Attachment]:
    return {file: Attachment(ref.name, ref.size) for file, ref in files.of(evaluation).items()}
