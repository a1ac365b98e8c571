"""Add where peer auditors come from, declared ties, and the edition of the statements.

Revision: 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table('peer_home',
    sa.Column('membership_id', ID, nullable=False),
    sa.Column('organisation_id', ID, nullable=False),
    sa.ForeignKeyConstraint(['membership_id'], ['membership.id'], name=op.f('fk_peer_home_membership_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_peer_home_organisation_id')),
    sa.PrimaryKeyConstraint('membership_id', name=op.f('pk_peer_home'))
    )
    op.create_table('tie',
    sa.Column('person_id', ID, nullable=False),
    sa.Column('organisation_id', ID, nullable=False),
    sa.Column('kind', sa.String(length=20), nullable=False),
    sa.Column('declared_at', sa.DateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['person.id'], name=op.f('fk_tie_person_id')),
    sa.ForeignKeyConstraint(['organisation_id'], ['organisation.id'], name=op.f('fk_tie_organisation_id')),
    sa.PrimaryKeyConstraint('person_id', 'organisation_id', 'kind', name=op.f('pk_tie'))
    )
    op.add_column('audit_member', sa.Column('statements_edition', sa.String(length=60), nullable=True))


def downgrade() -> None:
    op.drop_column('audit_member', 'statements_edition')
    op.drop_table('tie')
    op.drop_table('peer_home')
