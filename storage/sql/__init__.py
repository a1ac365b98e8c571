"""The SQLAlchemy answer to `storage.interfaces`: Core, no ORM, few statements per turn."""
