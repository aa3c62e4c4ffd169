"""The store: SQLAlchemy tables, group commit, one seam for SQLite and PostgreSQL."""
