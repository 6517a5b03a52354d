"""Measures Plenum beside floors and peers: ``make bench``."""
