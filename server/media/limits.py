"""How much one file may cost. The inspecting process cannot exceed these, whatever is in a file."""

from __future__ import annotations

MEGABYTE = 1_000_000

CPU_SECONDS = 240
BASE_SECONDS = 20.0
PAGE_SECONDS = 1.0
"""CPU time for a file, and for each of its pages, several times what a usual one takes: others
wait behind it."""
WALL_SECONDS = 480
"""Then it is killed. Twice the CPU time: the machine also has conferences to serve."""
ADDRESS_SPACE = 1_200 * MEGABYTE
LARGEST_OUTPUT = 400 * MEGABYTE
"""All page images of one file together."""
DESCRIPTORS = 48

MOST_PAGES = 500
PAGE_WIDTH = 1_600
SMALL_WIDTH = 320
MOST_PAGE_PIXELS = 8_000_000
"""A page that is much higher than wide is drawn narrower."""
LONGEST_SIDE = 16_383
"""Pixels; the format of the images has no more."""
MOST_PICTURE_PIXELS = 50_000_000
LONGEST_PAGE_TEXT = 8_000
"""Characters."""
LARGEST_FACTS = 16 * MEGABYTE

MOST_ENTRIES = 5_000
LARGEST_UNPACKED = 600 * MEGABYTE
HIGHEST_RATIO = 120
"""Unpacked by packed. Presentations reach about ten; a bomb needs thousands."""
RATIO_COUNTS_FROM = 10 * MEGABYTE
"""Small files may pack as well as they like."""
