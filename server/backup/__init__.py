"""Backup and restore: ``archive`` is the file, ``taking`` makes it, ``restoring`` puts it back."""
