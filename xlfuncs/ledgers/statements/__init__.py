"""What the database is asked to do, in SQL."""
