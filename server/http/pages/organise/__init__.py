"""The organiser's desk: pages under ``/organise``. Forms work without JavaScript."""
