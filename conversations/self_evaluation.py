"""The self-evaluation: colleagues judge every norm, on a phone, in any order.

    overview -> CHOOSING -> NORM -> EXAMPLE | VISIBLE -> WHAT -> WHO -> WHEN | REASON -> RECAP
       |  \\                  |  \\-> QUESTION, HINTS, GIVEN -> ITEM -> SUMMARY, MOVING
       |   \\-> PLAN          \\-> next norm -> ... -> overview
       \\-> DOCUMENTS, CLOSING

Whatever is tapped, typed or photographed is stored at once, so leaving loses nothing. Every tap is an
entry point, because a button in a chat stays tappable for ever; a state only says what messages mean. Edits, and
text outside every state, come by `free_text`.
The steps are in `overview`, `answering`, `receiving`, `mending`, `given` and `improvement_plan`.
"""

from __future__ import annotations

from conversations import answering, given, improvement_plan, mending, overview, receiving
from conversations import evaluation_taps as taps
from conversations.evaluation_desk import CONVERSATION, At
from conversations.kit import Conversation, on_command, on_media, on_tap, on_text
from conversations.taps import DocumentsTap, NormTap, OverviewTap, PlanTap

SELF_EVALUATION = Conversation(
    name=CONVERSATION,
    entry_points=[
        on_command("zelfevaluatie", overview.open_evaluation),
        on_tap(OverviewTap, overview.open_evaluation),
        on_tap(taps.StartTap, overview.start_evaluation),
        on_tap(taps.FrameworksTap, overview.choose_framework),
        on_tap(taps.ChooseTap, overview.choose_norm),
        on_tap(taps.FinishTap, overview.ask_to_close),
        on_tap(taps.CloseTap, overview.close_evaluation),
        on_tap(taps.ReopenTap, overview.reopen_evaluation),
        on_tap(NormTap, answering.open_norm),
        on_tap(taps.NextTap, answering.open_next),
        on_tap(taps.VerdictTap, answering.record_verdict),
        on_tap(taps.AskTap, answering.ask),
        on_tap(taps.MyselfTap, answering.take_it_up),
        on_tap(taps.DueTap, answering.record_months),
        on_tap(taps.DueOnTap, answering.record_month),
        on_tap(taps.PickDateTap, answering.pick_date),
        on_tap(taps.QuestionTap, answering.show_question),
        on_tap(taps.HintsTap, answering.show_hints),
        on_tap(taps.GivenTap, given.list_given),
        on_tap(taps.ItemTap, given.open_item),
        on_tap(taps.SendFileTap, given.send_file),
        on_tap(taps.SummariseTap, given.ask_summary),
        on_tap(taps.OtherNormTap, given.ask_other_norm),
        on_tap(taps.MoveTap, given.move_item),
        on_tap(taps.UndoTap, mending.undo),
        on_tap(taps.UseWordsTap, mending.use_my_words),
        on_tap(taps.WithdrawTap, mending.withdraw),
        on_tap(taps.KeepTap, mending.keep_anyway),
        on_tap(PlanTap, improvement_plan.open_plan),
        on_tap(taps.PlanPageTap, improvement_plan.turn_page),
        on_tap(DocumentsTap, improvement_plan.open_documents),
        on_tap(taps.MakeDocumentTap, improvement_plan.make_document),
        on_tap(taps.ScorecardTap, improvement_plan.make_scorecard),
    ],
    states={state: [on_text(receiving.take_text), on_media(receiving.take_media)] for state in At},
)

CONVERSATIONS = (SELF_EVALUATION,)
