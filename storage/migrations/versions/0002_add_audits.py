"""Add audits.

Revision: 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('audit',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('ci_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('framework', sa.String(length=60), nullable=False),
    sa.Column('process', sa.String(length=20), nullable=False),
    sa.Column('weighing', sa.String(length=20), nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('variant', sa.String(length=20), nullable=False),
    sa.Column('stage', sa.String(length=12), nullable=False),
    sa.Column('evaluation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('details_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('receipts', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('planned_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('planned_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['ci_id'], ['organisation.id'], name=op.f('fk_audit_ci_id')),
    sa.ForeignKeyConstraint(['evaluation_id'], ['self_evaluation.id'], name=op.f('fk_audit_evaluation_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_audit_organisation_id')),
    sa.ForeignKeyConstraint(['planned_by'], ['person.id'], name=op.f('fk_audit_planned_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index('ix_audit_ci', ['ci_id'], unique=False)
        batch_op.create_index('ix_audit_organisation', ['organisation_id'], unique=False)

    op.create_table('audit_choice',
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('audit_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_audit_choice_audit_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_audit_choice_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_audit_choice'))
    )
    op.create_table('audit_day',
    sa.Column('audit_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_audit_day_audit_id')),
    sa.PrimaryKeyConstraint('audit_id', 'on', name=op.f('pk_audit_day'))
    )
    op.create_table('audit_member',
    sa.Column('audit_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('person_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('role', sa.String(length=20), nullable=False),
    sa.Column('organisation_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('conduct_accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('confidentiality_accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('independent_declared_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('added_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('removed_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_audit_member_audit_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_audit_member_organisation_id')),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_audit_member_person_id')),
    sa.PrimaryKeyConstraint('audit_id', 'person_id', name=op.f('pk_audit_member'))
    )
    with op.batch_alter_table('audit_member', schema=None) as batch_op:
        batch_op.create_index('ix_audit_member_person', ['person_id'], unique=False)

    op.create_table('consensus',
    sa.Column('audit_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('norm', sa.String(length=20), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('verdict', sa.String(length=16), nullable=False),
    sa.Column('rationale_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('override_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('recorded_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_consensus_audit_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_consensus_recorded_by')),
    sa.PrimaryKeyConstraint('audit_id', 'norm', 'version', name=op.f('pk_consensus'))
    )
    op.create_table('day_evaluation',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('audit_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('question', sa.String(length=40), nullable=False),
    sa.Column('answer_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('is_signal', sa.Boolean(), nullable=False),
    sa.Column('recorded_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('recorded_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_day_evaluation_audit_id')),
    sa.ForeignKeyConstraint(['recorded_by'], ['person.id'], name=op.f('fk_day_evaluation_recorded_by')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_day_evaluation')),
    sa.UniqueConstraint('audit_id', 'on', 'question', name=op.f('uq_day_evaluation_audit_id_on_question')),
    sqlite_autoincrement=True
    )
    op.create_table('interview',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('audit_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('functions', sa.JSON(), nullable=False),
    sa.Column('participants', sa.JSON(), nullable=False),
    sa.Column('description_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('place_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('started_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('ended_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_interview_audit_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_interview')),
    sa.UniqueConstraint('audit_id', 'number', name=op.f('uq_interview_audit_id_number')),
    sqlite_autoincrement=True
    )
    op.create_table('judgement',
    sa.Column('audit_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('norm', sa.String(length=20), nullable=False),
    sa.Column('auditor_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('version', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('verdict', sa.String(length=16), nullable=False),
    sa.Column('reason_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('judged_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_judgement_audit_id')),
    sa.ForeignKeyConstraint(['auditor_id'], ['person.id'], name=op.f('fk_judgement_auditor_id')),
    sa.PrimaryKeyConstraint('audit_id', 'norm', 'auditor_id', 'version', name=op.f('pk_judgement'))
    )
    op.create_table('finding',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('audit_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('receipt', sa.Integer(), nullable=False),
    sa.Column('interview_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('author_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('form', sa.String(length=10), nullable=False),
    sa.Column('kind', sa.String(length=14), nullable=True),
    sa.Column('tone', sa.String(length=12), nullable=True),
    sa.Column('is_to_discuss', sa.Boolean(), nullable=False),
    sa.Column('text_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('file_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
    sa.Column('chat_id', sa.BigInteger(), nullable=True),
    sa.Column('message_id', sa.BigInteger(), nullable=True),
    sa.Column('in_tray', sa.Boolean(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('created_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', sa.DateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_finding_audit_id')),
    sa.ForeignKeyConstraint(['author_id'], ['person.id'], name=op.f('fk_finding_author_id')),
    sa.ForeignKeyConstraint(['file_id'], ['stored_file.id'], name=op.f('fk_finding_file_id')),
    sa.ForeignKeyConstraint(['interview_id'], ['interview.id'], name=op.f('fk_finding_interview_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding')),
    sa.UniqueConstraint('audit_id', 'receipt', name=op.f('uq_finding_audit_id_receipt')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.create_index('ix_finding_tray', ['audit_id'], unique=False, sqlite_where=sa.text('in_tray'), postgresql_where=sa.text('in_tray'))
        batch_op.create_index('uq_finding_message', ['chat_id', 'message_id'], unique=True)

    op.create_table('finding_norm',
    sa.Column('finding_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('norm', sa.String(length=20), nullable=False),
    sa.Column('audit_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_finding_norm_audit_id')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_finding_norm_finding_id')),
    sa.PrimaryKeyConstraint('finding_id', 'norm', name=op.f('pk_finding_norm'))
    )
    with op.batch_alter_table('finding_norm', schema=None) as batch_op:
        batch_op.create_index('ix_finding_norm_audit', ['audit_id', 'norm'], unique=False)

    op.create_table('finding_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('finding_id', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('snapshot_sealed', sa.LargeBinary(), nullable=True),
    sa.Column('changed_by', sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
    sa.Column('changed_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['changed_by'], ['person.id'], name=op.f('fk_finding_version_changed_by')),
    sa.ForeignKeyConstraint(['finding_id'], ['finding.id'], name=op.f('fk_finding_version_finding_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_finding_version')),
    sa.UniqueConstraint('finding_id', 'version', name=op.f('uq_finding_version_finding_id_version')),
    sqlite_autoincrement=True
    )


def downgrade() -> None:
    op.drop_table('finding_version')
    with op.batch_alter_table('finding_norm', schema=None) as batch_op:
        batch_op.drop_index('ix_finding_norm_audit')

    op.drop_table('finding_norm')
    with op.batch_alter_table('finding', schema=None) as batch_op:
        batch_op.drop_index('uq_finding_message')
        batch_op.drop_index('ix_finding_tray', sqlite_where=sa.text('in_tray'), postgresql_where=sa.text('in_tray'))

    op.drop_table('finding')
    op.drop_table('judgement')
    op.drop_table('interview')
    op.drop_table('day_evaluation')
    op.drop_table('consensus')
    with op.batch_alter_table('audit_member', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_member_person')

    op.drop_table('audit_member')
    op.drop_table('audit_day')
    op.drop_table('audit_choice')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_organisation')
        batch_op.drop_index('ix_audit_ci')

    op.drop_table('audit')
