"""Alembic migrations, run inside the process (no alembic.ini)."""
