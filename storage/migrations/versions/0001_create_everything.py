"""Create everything.

Revision: 0001, the first.
"""

import sqlalchemy as sa
from alembic import op

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit_trail',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('action', sa.String(length=40), nullable=False),
    sa.Column('subject', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_trail')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('audit_trail', schema=None) as batch_op:
        batch_op.create_index('ix_audit_trail_organisation', ['organisation_id', 'at'], unique=False)

    op.create_table('conversation_state',
    sa.Column('chat_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('conversation', sa.String(length=40), nullable=True),
    sa.Column('state', sa.String(length=40), nullable=True),
    sa.Column('data_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('screen_message_id', sa.BigInteger(), nullable=True),
    sa.Column('update_id', sa.BigInteger(), nullable=False),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('chat_id', name=op.f('pk_conversation_state'))
    )
    op.create_table('data_key',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('scope', sa.String(length=60), nullable=False),
    sa.Column('wrapped', sa.LargeBinary(), nullable=False),
    sa.Column('master_key', sa.String(length=16), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_data_key')),
    sa.UniqueConstraint('scope', name=op.f('uq_data_key_scope')),
    sqlite_autoincrement=True
    )
    op.create_table('inbox',
    sa.Column('update_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('lane', sa.BigInteger(), nullable=False),
    sa.Column('payload_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('next_at', sa.Float(), nullable=False),
    sa.Column('received_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('handled_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('is_parked', sa.Boolean(), nullable=False),
    sa.Column('error', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('update_id', name=op.f('pk_inbox'))
    )
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.create_index('ix_inbox_handled', ['handled_at'], unique=False, sqlite_where=sa.text('handled_at IS NOT NULL'), postgresql_where=sa.text('handled_at IS NOT NULL'))
        batch_op.create_index('ix_inbox_open', ['lane', 'update_id'], unique=False, sqlite_where=sa.text('handled_at IS NULL'), postgresql_where=sa.text('handled_at IS NULL'))

    op.create_table('organisation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('name_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('member_number_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('member_number_hash', sa.LargeBinary(), nullable=True),
    sa.Column('is_confirmed', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint("kind IN ('member', 'ci', 'swn', 'example')", name=op.f('ck_organisation_kind')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_organisation')),
    sa.UniqueConstraint('member_number_hash', name=op.f('uq_organisation_member_number_hash')),
    sqlite_autoincrement=True
    )
    op.create_table('outbox',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('lane', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('payload_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('unique_key', sa.String(length=120), nullable=True),
    sa.Column('owner', sa.BigInteger(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('done_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('outcome', sa.String(length=12), nullable=True),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('error', sa.String(length=200), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_outbox')),
    sa.UniqueConstraint('unique_key', name=op.f('uq_outbox_unique_key')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.create_index('ix_outbox_done', ['done_at'], unique=False, sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))
        batch_op.create_index('ix_outbox_open', ['lane', 'id'], unique=False, sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))

    op.create_table('person',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=True),
    sa.Column('name_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('active_membership_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('is_reachable', sa.Boolean(), nullable=False),
    sa.Column('wants_nudges', sa.Boolean(), nullable=False),
    sa.Column('is_welcomed', sa.Boolean(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('erased_at', sa.DateTime(timezone=True), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_person')),
    sa.UniqueConstraint('chat_id', name=op.f('uq_person_chat_id')),
    sqlite_autoincrement=True
    )
    op.create_table('invitation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('token_hash', sa.LargeBinary(), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('function', sa.String(length=12), nullable=True),
    sa.Column('label_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('invited_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('expires_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('accepted_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('revoked_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['accepted_by'], ['person.id'], name=op.f('fk_invitation_accepted_by')),
    sa.ForeignKeyConstraint(['invited_by'], ['person.id'], name=op.f('fk_invitation_invited_by')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_invitation_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_invitation_token_hash')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.create_index('ix_invitation_organisation', ['organisation_id'], unique=False)

    op.create_table('invitation_try',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('tried_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_invitation_try_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_invitation_try')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('invitation_try', schema=None) as batch_op:
        batch_op.create_index('ix_invitation_try_person', ['person_id', 'tried_at'], unique=False)

    op.create_table('membership',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('function', sa.String(length=12), nullable=True),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_membership_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_membership_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_membership')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.create_index('ix_membership_organisation', ['organisation_id'], unique=False)
        batch_op.create_index('ix_membership_person', ['person_id'], unique=False)
        batch_op.create_index('uq_membership_running', ['person_id', 'organisation_id', 'role'], unique=True, sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))

    op.create_table('nudge',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('nudged_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.ForeignKeyConstraint(['nudged_by'], ['person.id'], name=op.f('fk_nudge_nudged_by')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_nudge_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_nudge_person_id')),
    sa.PrimaryKeyConstraint('person_id', 'organisation_id', 'on', name=op.f('pk_nudge'))
    )
    op.create_table('self_evaluation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('framework', sa.String(length=60), nullable=False),
    sa.Column('round', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('receipts', sa.Integer(), nullable=False),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('closed_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('closed_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('previous_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.CheckConstraint("status IN ('open', 'closed')", name=op.f('ck_self_evaluation_status')),
    sa.ForeignKeyConstraint(['closed_by'], ['person.id'], name=op.f('fk_self_evaluation_closed_by')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_self_evaluation_organisation_id')),
    sa.ForeignKeyConstraint(['previous_id'], ['self_evaluation.id'], name=op.f('fk_self_evaluation_previous_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_self_evaluation')),
    sa.UniqueConstraint('organisation_id', 'framework', 'round', 'version', name=op.f('uq_self_evaluation_organisation_id_framework_round_version')),
    sqlite_autoincrement=True
    )
    op.create_table('answer',
    sa.Column('evaluation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('norm', sa.String(length=20), nullable=False),
    sa.Column('verdict', sa.String(length=16), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('contributions', sa.Integer(), nullable=False),
    sa.Column('reason_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('improve_what_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('improve_who_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('improve_due_on', sa.Date(), nullable=True),
    sa.Column('verdict_version', sa.Integer(), nullable=False),
    sa.Column('verdict_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('updated_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('updated_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['evaluation_id'], ['self_evaluation.id'], name=op.f('fk_answer_evaluation_id')),
    sa.ForeignKeyConstraint(['updated_by'], ['person.id'], name=op.f('fk_answer_updated_by')),
    sa.ForeignKeyConstraint(['verdict_by'], ['person.id'], name=op.f('fk_answer_verdict_by')),
    sa.PrimaryKeyConstraint('evaluation_id', 'norm', name=op.f('pk_answer'))
    )
    op.create_table('answer_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('evaluation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('norm', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('what', sa.String(length=12), nullable=False),
    sa.Column('snapshot_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('changed_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['person.id'], name=op.f('fk_answer_version_changed_by')),
    sa.ForeignKeyConstraint(['evaluation_id'], ['self_evaluation.id'], name=op.f('fk_answer_version_evaluation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_answer_version')),
    sa.UniqueConstraint('evaluation_id', 'norm', 'version', name=op.f('uq_answer_version_evaluation_id_norm_version')),
    sqlite_autoincrement=True
    )
    op.create_table('assignment',
    sa.Column('evaluation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('norm', sa.String(length=20), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('assigned_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('assigned_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['assigned_by'], ['person.id'], name=op.f('fk_assignment_assigned_by')),
    sa.ForeignKeyConstraint(['evaluation_id'], ['self_evaluation.id'], name=op.f('fk_assignment_evaluation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_assignment_person_id')),
    sa.PrimaryKeyConstraint('evaluation_id', 'norm', 'person_id', name=op.f('pk_assignment'))
    )
    op.create_table('frozen_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('evaluation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('content_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('frozen_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('frozen_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.ForeignKeyConstraint(['evaluation_id'], ['self_evaluation.id'], name=op.f('fk_frozen_version_evaluation_id')),
    sa.ForeignKeyConstraint(['frozen_by'], ['person.id'], name=op.f('fk_frozen_version_frozen_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_frozen_version')),
    sa.UniqueConstraint('evaluation_id', 'version', name=op.f('uq_frozen_version_evaluation_id_version')),
    sqlite_autoincrement=True
    )
    op.create_table('stored_file',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('evaluation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('name_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('telegram_id_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('media_type', sa.String(length=100), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=True),
    sa.Column('sha256', sa.LargeBinary(), nullable=True),
    sa.Column('blob', sa.String(length=64), nullable=True),
    sa.Column('status', sa.String(length=10), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.CheckConstraint("status IN ('wanted', 'stored', 'refused', 'erased')", name=op.f('ck_stored_file_status')),
    sa.ForeignKeyConstraint(['evaluation_id'], ['self_evaluation.id'], name=op.f('fk_stored_file_evaluation_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_stored_file_organisation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_stored_file')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.create_index('ix_stored_file_organisation', ['organisation_id'], unique=False)

    op.create_table('contribution',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('evaluation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('norm', sa.String(length=20), nullable=False),
    sa.Column('receipt', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=10), nullable=False),
    sa.Column('purpose', sa.String(length=12), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('chat_id', sa.BigInteger(), nullable=True),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('edited_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_contribution_author_id')),
    sa.ForeignKeyConstraint(['evaluation_id'], ['self_evaluation.id'], name=op.f('fk_contribution_evaluation_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_contribution_file_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution')),
    sa.UniqueConstraint('evaluation_id', 'receipt', name=op.f('uq_contribution_evaluation_id_receipt')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.create_index('ix_contribution_norm', ['evaluation_id', 'norm'], unique=False)
        batch_op.create_index('uq_contribution_message', ['chat_id', 'message_id'], unique=True)

    op.create_table('contribution_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('contribution_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('norm', sa.String(length=20), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('changed_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['person.id'], name=op.f('fk_contribution_version_changed_by')),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_contribution_version_contribution_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_contribution_version')),
    sa.UniqueConstraint('contribution_id', 'version', name=op.f('uq_contribution_version_contribution_id_version')),
    sqlite_autoincrement=True
    )
    op.create_table('last_write',
    sa.Column('evaluation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('norm', sa.String(length=20), nullable=False),
    sa.Column('what', sa.String(length=12), nullable=False),
    sa.Column('contribution_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('is_undone', sa.Boolean(), nullable=False),
    sa.Column('written_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['contribution_id'], ['contribution.id'], name=op.f('fk_last_write_contribution_id')),
    sa.ForeignKeyConstraint(['evaluation_id'], ['self_evaluation.id'], name=op.f('fk_last_write_evaluation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_last_write_person_id')),
    sa.PrimaryKeyConstraint('evaluation_id', 'person_id', name=op.f('pk_last_write'))
    )


def downgrade() -> None:
    op.drop_table('last_write')
    op.drop_table('contribution_version')
    with op.batch_alter_table('contribution', schema=None) as batch_op:
        batch_op.drop_index('uq_contribution_message')
        batch_op.drop_index('ix_contribution_norm')

    op.drop_table('contribution')
    with op.batch_alter_table('stored_file', schema=None) as batch_op:
        batch_op.drop_index('ix_stored_file_organisation')

    op.drop_table('stored_file')
    op.drop_table('frozen_version')
    op.drop_table('assignment')
    op.drop_table('answer_version')
    op.drop_table('answer')
    op.drop_table('self_evaluation')
    op.drop_table('nudge')
    with op.batch_alter_table('membership', schema=None) as batch_op:
        batch_op.drop_index('uq_membership_running', sqlite_where=sa.text('ended_at IS NULL'), postgresql_where=sa.text('ended_at IS NULL'))
        batch_op.drop_index('ix_membership_person')
        batch_op.drop_index('ix_membership_organisation')

    op.drop_table('membership')
    with op.batch_alter_table('invitation_try', schema=None) as batch_op:
        batch_op.drop_index('ix_invitation_try_person')

    op.drop_table('invitation_try')
    with op.batch_alter_table('invitation', schema=None) as batch_op:
        batch_op.drop_index('ix_invitation_organisation')

    op.drop_table('invitation')
    op.drop_table('person')
    with op.batch_alter_table('outbox', schema=None) as batch_op:
        batch_op.drop_index('ix_outbox_open', sqlite_where=sa.text('done_at IS NULL'), postgresql_where=sa.text('done_at IS NULL'))
        batch_op.drop_index('ix_outbox_done', sqlite_where=sa.text('done_at IS NOT NULL'), postgresql_where=sa.text('done_at IS NOT NULL'))

    op.drop_table('outbox')
    op.drop_table('organisation')
    with op.batch_alter_table('inbox', schema=None) as batch_op:
        batch_op.drop_index('ix_inbox_open', sqlite_where=sa.text('handled_at IS NULL'), postgresql_where=sa.text('handled_at IS NULL'))
        batch_op.drop_index('ix_inbox_handled', sqlite_where=sa.text('handled_at IS NOT NULL'), postgresql_where=sa.text('handled_at IS NOT NULL'))

    op.drop_table('inbox')
    op.drop_table('data_key')
    op.drop_table('conversation_state')
    with op.batch_alter_table('audit_trail', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_trail_organisation')

    op.drop_table('audit_trail')
