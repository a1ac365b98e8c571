"""What people type and send at a norm: stored once, with a number, and never lost by an edit."""

from __future__ import annotations

import pytest

from domain.framework import NormId
from domain.self_evaluation import ContributionId, ContributionKind, Purpose
from storage.interfaces import EvaluationClosed, NotAllowed, Writing
from storage.sql import files as stored_files
from tests.storage.cast import D9, V1, V2, Cast, Part


def texts(person: Part, norm: NormId = V1) -> list[str]:
    """Return what stands at a norm."""
    return [item.text for item in person.evaluations.answer(person.evaluation, norm).contributions]


def counted(person: Part) -> dict[NormId, int]:
    """Return how many contributions the grid shows per norm."""
    states = person.evaluations.states(person.evaluation)
    return {norm: state.contributions for norm, state in states.items() if state.contributions}


def test_receipts_count_up_within_an_evaluation(cast: Cast) -> None:
    """ "Bewaard #2": a number that people can name to each other."""
    with cast.plays("Joost") as joost:
        assert [joost.writes(text).id for text in ("a", "b")] == [1, 2]
    with cast.plays("Priya") as priya:
        assert priya.writes("c", norm=V2).id == 3
    with cast.plays("Mo") as mo:
        assert mo.writes("d").id == 1


def test_the_same_message_twice_is_stored_once(cast: Cast) -> None:
    """An update that is handled again after a crash must not double what somebody wrote."""
    with cast.plays("Joost") as joost:
        first = joost.writes("Zie het teamplan.", message=5)
    with cast.plays("Joost") as joost:
        assert joost.writes("Zie het teamplan.", message=5) == first
        assert joost.writes("Nog iets.", message=6).id == 2

        assert counted(joost) == {V1: 2}


def test_two_people_may_have_the_same_message_number(cast: Cast) -> None:
    """Telegram counts messages per chat."""
    for name in ("Joost", "Priya"):
        with cast.plays(name) as person:
            person.writes(name, message=5)

    with cast.plays("Samira") as samira:
        assert texts(samira) == ["Joost", "Priya"]


def test_a_contribution_leaves_the_version_of_the_answer_alone(cast: Cast) -> None:
    """So that it makes no verdict stale."""
    with cast.plays("Joost") as joost:
        joost.writes("a")

        kept = joost.evaluations.answer(joost.evaluation, V1)

    assert (kept.version, kept.updated_by, len(kept.contributions)) == (0, None, 1)


def test_editing_a_message_edits_what_was_stored(cast: Cast) -> None:
    """Telegram lets people mend their text, so the report has the mended one."""
    with cast.plays("Joost") as joost:
        joost.writes("Tiepfout", message=5)
    with cast.plays("Joost") as joost:
        edited = joost.evaluations.edit_by_message(5, "Typefout", cast.now)

        assert edited is not None
        assert edited == (joost.evaluation, joost.evaluations.answer(joost.evaluation, V1).contributions[0])
        assert texts(joost) == ["Typefout"]


def test_an_edit_can_be_undone_and_keeps_every_text(cast: Cast) -> None:
    """The last write is the edit, so only that goes."""
    with cast.plays("Joost") as joost:
        joost.writes("Eerst", message=5)
        joost.evaluations.edit_by_message(5, "Daarna", cast.now)

        assert joost.evaluations.undo(joost.evaluation, cast.now) == Writing(V1, "edit", 1)
        assert joost.evaluations.undo(joost.evaluation, cast.now) is None

        assert texts(joost) == ["Eerst"]
        assert joost.people.export()["contributions"][0]["earlier_texts"] == ["Eerst", "Daarna"]


def test_somebody_elses_message_is_none_of_yours(cast: Cast) -> None:
    """The number of a message says nothing about who wrote it."""
    with cast.plays("Joost") as joost:
        joost.writes("Van Joost", message=5)
    with cast.plays("Priya") as priya:
        assert priya.evaluations.edit_by_message(5, "Van Priya", cast.now) is None
        assert priya.evaluations.edit_by_message(77, "?", cast.now) is None

        assert texts(priya) == ["Van Joost"]


def test_an_edit_reaches_the_organisation_where_it_was_written(cast: Cast) -> None:
    """Who switched roles in between still means that message."""
    with cast.plays("Joost") as joost:
        joost.writes("Eerst", message=5)
        joost.people.create_organisation("Zzp Joost", None, cast.now)
    with cast.plays("Joost") as joost:
        found = joost.evaluations.edit_by_message(5, "Daarna", cast.now)

    assert found is not None
    with cast.plays("Samira") as samira:
        assert texts(samira) == ["Daarna"]


def test_who_left_edits_nothing_any_more(cast: Cast) -> None:
    """Answers stay, access ends."""
    with cast.plays("Joost") as joost:
        joost.writes("Eerst", message=5)
        joost.people.leave(cast.now)
    with cast.plays("Joost") as joost:
        assert joost.evaluations.edit_by_message(5, "Wraak", cast.now) is None


def test_a_contribution_moves_to_another_norm_and_back(cast: Cast) -> None:
    """Undoing the move puts it where it was."""
    with cast.plays("Joost") as joost:
        item = joost.writes("Hoort bij D9", norm=V1)

        moved = joost.evaluations.move(joost.evaluation, item.id, D9, cast.now)

        assert (moved.norm, moved.text) == (D9, "Hoort bij D9")
        assert counted(joost) == {D9: 1}
        assert joost.evaluations.undo(joost.evaluation, cast.now) == Writing(V1, "edit", 1)
        assert counted(joost) == {V1: 1}
        assert texts(joost) == ["Hoort bij D9"]


def test_a_voice_message_gets_its_line_of_text(cast: Cast) -> None:
    """There is no transcription, so the report has this line."""
    with cast.plays("Joost") as joost:
        file = joost.files.want(joost.evaluation, "stem.ogg", "audio/ogg", 9000, "tg-file", cast.now)
        voice = joost.evaluations.contribute(
            joost.evaluation, V1, ContributionKind.VOICE, Purpose.EVIDENCE, "", cast.now, message_id=8, file=file.id
        )

        summary = joost.evaluations.summarise(joost.evaluation, voice.id, "Over het huisbezoek", cast.now)

    assert (summary.text, summary.file, summary.kind) == ("Over het huisbezoek", file.id, ContributionKind.VOICE)


def test_only_the_author_changes_a_contribution(cast: Cast) -> None:
    """Even a coordinator puts no words in somebody's mouth."""
    with cast.plays("Joost") as joost:
        item = joost.writes("Van Joost")
    for name in ("Samira", "Priya", "Rik", "Eva"):
        with cast.plays(name) as other:
            for change in (
                lambda p=other: p.evaluations.summarise(p.evaluation, item.id, "Anders", cast.now),
                lambda p=other: p.evaluations.move(p.evaluation, item.id, D9, cast.now),
            ):
                with pytest.raises(NotAllowed):
                    change()

    with cast.plays("Samira") as samira:
        assert texts(samira) == ["Van Joost"]


def test_the_author_or_a_coordinator_takes_a_contribution_back(cast: Cast) -> None:
    """Somebody has to be able to remove the name of a client."""
    with cast.plays("Joost") as joost:
        own, other = joost.writes("a"), joost.writes("b")
        joost.evaluations.withdraw(joost.evaluation, own.id, cast.now)
    with cast.plays("Priya") as priya, pytest.raises(NotAllowed):
        priya.evaluations.withdraw(priya.evaluation, other.id, cast.now)
    with cast.plays("Samira") as samira:
        samira.evaluations.withdraw(samira.evaluation, other.id, cast.now)

        assert texts(samira) == []
        assert counted(samira) == {}


def test_taking_back_twice_counts_once(cast: Cast) -> None:
    """A button stays tappable for ever."""
    with cast.plays("Joost") as joost:
        joost.writes("a")
        item = joost.writes("b")
        for _ in range(2):
            joost.evaluations.withdraw(joost.evaluation, item.id, cast.now)

        assert counted(joost) == {V1: 1}


def test_what_was_taken_back_is_not_changed_any_more(cast: Cast) -> None:
    """An edit in Telegram afterwards does not bring it back."""
    with cast.plays("Joost") as joost:
        item = joost.writes("a", message=5)
        joost.evaluations.withdraw(joost.evaluation, item.id, cast.now)

        assert joost.evaluations.edit_by_message(5, "b", cast.now) is None
        with pytest.raises(NotAllowed):
            joost.evaluations.move(joost.evaluation, item.id, D9, cast.now)
        assert joost.evaluations.undoable(joost.evaluation) is None


def test_undoing_a_contribution_takes_it_back(cast: Cast) -> None:
    """The receipt says which."""
    with cast.plays("Joost") as joost:
        item = joost.writes("a")

        assert joost.evaluations.undoable(joost.evaluation) == Writing(V1, "contribution", item.id)
        assert joost.evaluations.undo(joost.evaluation, cast.now) == Writing(V1, "contribution", item.id)

        assert counted(joost) == {}
        assert joost.evaluations.undo(joost.evaluation, cast.now) is None


def test_an_unknown_receipt_or_norm_is_refused(cast: Cast) -> None:
    """A tap carries what it likes."""
    with cast.plays("Joost") as joost:
        item = joost.writes("a")
        for refused in (
            lambda: joost.evaluations.move(joost.evaluation, ContributionId(99), D9, cast.now),
            lambda: joost.evaluations.move(joost.evaluation, item.id, NormId("X1"), cast.now),
            lambda: joost.writes("b", norm=NormId("X1")),
        ):
            with pytest.raises(NotAllowed):
                refused()


def test_long_texts_are_kept_up_to_the_longest_message(cast: Cast) -> None:
    """What comes back is what was stored."""
    with cast.plays("Joost") as joost:
        stored = joost.writes("x" * 5000)

        assert texts(joost) == [stored.text] == ["x" * 4096]


# ------------------------------------------------------------------------------------------------- closing


def test_a_closed_evaluation_takes_nothing(cast: Cast) -> None:
    """The auditor reads it; it has to be reopened first."""
    with cast.plays("Joost") as joost:
        joost.writes("a", message=5)
    with cast.plays("Samira") as samira:
        samira.evaluations.close(samira.evaluation, cast.now)
    with cast.plays("Joost") as joost:
        for refused in (
            lambda: joost.writes("b"),
            lambda: joost.evaluations.edit_by_message(5, "b", cast.now),
            lambda: joost.evaluations.move(joost.evaluation, ContributionId(1), D9, cast.now),
            lambda: joost.evaluations.record_reason(joost.evaluation, V1, "b", cast.now),
            lambda: joost.evaluations.withdraw(joost.evaluation, ContributionId(1), cast.now),
            lambda: joost.files.want(joost.evaluation, "a.pdf", "", None, "tg", cast.now),
        ):
            with pytest.raises(EvaluationClosed):
                refused()
        assert joost.evaluations.undo(joost.evaluation, cast.now) is None

        assert texts(joost) == ["a"]


# --------------------------------------------------------------------------------------------------- files


def test_a_file_is_known_at_once_and_fetched_later(cast: Cast) -> None:
    """The job reads what it needs, and says what the content proved to be."""
    with cast.plays("Joost") as joost:
        wanted = joost.files.want(joost.evaluation, "plan.pdf", "application/pdf", 10, "tg-file", cast.now)
    with cast.database.begin() as work:
        job = stored_files.file_to_fetch(work, wanted.id)
        assert job is not None
        assert (job.telegram_id, job.name) == ("tg-file", "plan.pdf")
        assert stored_files.blob_names(work) == {job.blob}

        assert stored_files.mark_stored(work, wanted.id, media_type="image/png", size=12, sha256=b"#")

        assert not stored_files.mark_refused(work, wanted.id, "too late")
        assert stored_files.file_to_fetch(work, wanted.id) is None
    with cast.plays("Rik") as rik:
        ref = rik.files.get(wanted.id)
        assert (ref.name, ref.media_type, ref.size, ref.status) == ("plan.pdf", "image/png", 12, "stored")
        assert rik.files.of(rik.evaluation) == {wanted.id: ref}


def test_a_refused_file_says_why(cast: Cast) -> None:
    """The person is told; nothing of it is kept."""
    with cast.plays("Joost") as joost:
        wanted = joost.files.want(joost.evaluation, "a.exe", "", None, "tg-file", cast.now)
        stored_files.mark_refused(joost.work, wanted.id, "unknown_kind")

        assert (joost.files.get(wanted.id).status, joost.files.get(wanted.id).reason) == ("refused", "unknown_kind")
        assert stored_files.stored_file(joost.work, wanted.id) is None


def test_a_file_of_another_organisation_cannot_be_handed_in(cast: Cast) -> None:
    """Else its name would show up in the wrong report."""
    with cast.plays("Mo") as mo:
        theirs = mo.files.want(mo.evaluation, "geheim.pdf", "", None, "tg-file", cast.now).id
    with cast.plays("Joost") as joost, pytest.raises(NotAllowed):
        joost.evaluations.contribute(
            joost.evaluation, V1, ContributionKind.DOCUMENT, Purpose.EVIDENCE, "", cast.now, message_id=1, file=theirs
        )
