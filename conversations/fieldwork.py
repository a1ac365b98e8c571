"""Field work: interviews norm by norm, findings with their labels, quick notes and the in-tray.

    🎙 Gesprek -> FUNCTIONS -> DESCRIBING -> ASKING -> next norm -> ... -> TALKS
    📝 Notitie -> NOTE -> TRAY -> a norm
    a message from anywhere (free_text) -> PROPOSED -> NORM, PLACING or later

Whatever is typed or sent is stored at once, so leaving loses nothing. Every tap is an entry point, because a button in
a chat stays tappable for ever; a state only says what messages mean.
"""

from __future__ import annotations

from conversations import counting, field_changes, field_receiving, findings, interviews, notes
from conversations import fieldwork_taps as taps
from conversations.audit_taps import InterviewTap, NormOfAuditTap, NoteTap
from conversations.field_desk import CONVERSATION, At, at_desk
from conversations.kit import Conversation, on_command, on_media, on_tap, on_text
from domain.roles import Permission

_READ, _ADD, _HOLD = Permission.READ_AUDIT, Permission.ADD_FINDING, Permission.HOLD_INTERVIEW

FIELDWORK = Conversation(
    name=CONVERSATION,
    entry_points=[
        on_command("gesprek", at_desk(_READ, interviews.open_interviews)),
        on_command("notitie", at_desk(_READ, notes.open_notes)),
        on_tap(InterviewTap, at_desk(_READ, interviews.open_interviews)),
        on_tap(taps.TalksTap, at_desk(_READ, interviews.list_talks)),
        on_tap(taps.FunctionsTap, at_desk(_HOLD, interviews.choose_functions)),
        on_tap(taps.OpenTalkTap, at_desk(_HOLD, interviews.open_talk)),
        on_tap(taps.TalkTap, at_desk(_READ, interviews.open_one)),
        on_tap(taps.GoOnTap, at_desk(_HOLD, interviews.go_on)),
        on_tap(taps.EndTalkTap, at_desk(_HOLD, interviews.end_talk)),
        on_tap(taps.DescribeTap, at_desk(_HOLD, interviews.describe)),
        on_tap(taps.WhereTap, at_desk(_HOLD, interviews.ask_where)),
        on_tap(taps.QuestionOfNormTap, at_desk(_READ, interviews.open_question)),
        on_tap(taps.NextToAskTap, at_desk(_READ, interviews.open_next)),
        on_tap(taps.HintsOfNormTap, at_desk(_READ, interviews.open_hints)),
        on_tap(taps.MemberSaysTap, at_desk(_READ, interviews.open_member_says)),
        on_tap(NormOfAuditTap, at_desk(_READ, findings.open_norm)),
        on_tap(taps.FindingsTap, at_desk(_READ, findings.open_norm)),
        on_tap(taps.FindingTap, at_desk(_READ, findings.open_finding)),
        on_tap(taps.SendFindingTap, at_desk(_READ, findings.send_file)),
        on_tap(taps.PickNormTap, at_desk(_READ, findings.pick_norm)),
        on_tap(taps.PlaceTap, at_desk(_ADD, findings.ask_place)),
        on_tap(taps.LineTap, at_desk(_ADD, findings.ask_line)),
        on_tap(taps.KindTap, at_desk(_ADD, field_changes.set_kind)),
        on_tap(taps.ToneTap, at_desk(_ADD, field_changes.set_tone)),
        on_tap(taps.DiscussTap, at_desk(_ADD, field_changes.set_discuss)),
        on_tap(taps.PutTap, at_desk(_ADD, field_changes.put)),
        on_tap(taps.LinkTap, at_desk(_ADD, field_changes.link)),
        on_tap(taps.CountTap, at_desk(_ADD, counting.count)),
        on_tap(taps.CountWhereTap, at_desk(_ADD, counting.open_where)),
        on_tap(taps.UndoFindingTap, at_desk(_ADD, field_changes.undo)),
        on_tap(taps.TakeBackTap, at_desk(_ADD, field_changes.take_back)),
        on_tap(taps.KeepTypedTap, at_desk(_ADD, field_changes.keep_typed)),
        on_tap(taps.CutOutTap, at_desk(_READ, field_changes.cut_out)),
        on_tap(taps.ReplaceTap, at_desk(_READ, field_changes.ask_replacement)),
        on_tap(taps.EraseTap, at_desk(_ADD, field_changes.erase)),
        on_tap(NoteTap, at_desk(_READ, notes.open_notes)),
        on_tap(taps.TrayTap, at_desk(_READ, notes.open_tray)),
    ],
    states={state: [on_text(field_receiving.take_text), on_media(field_receiving.take_media)] for state in At},
)

CONVERSATIONS = (FIELDWORK,)
