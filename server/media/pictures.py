"""PNG, JPEG and WebP: drawn anew from their pixels, so that nothing else comes along."""

from __future__ import annotations

import warnings
from pathlib import Path

from PIL import Image, ImageOps

from agenda.core.materials import FileProblem, MediaType
from server.media.facts import CONTENT, Facts, RefusedError, image
from server.media.limits import MOST_PICTURE_PIXELS, PAGE_WIDTH, SMALL_WIDTH

_FORMATS = {MediaType.PNG: "PNG", MediaType.JPEG: "JPEG", MediaType.WEBP: "WEBP"}
_QUALITY = 82


def take(source: Path, folder: Path, media_type: MediaType) -> Facts:
    """Write the picture and its two page images. Raises ``RefusedError``."""
    pixels = _pixels(source, media_type)
    name = _FORMATS[media_type]
    whole = pixels.convert("RGB") if name == "JPEG" else pixels
    whole.save(folder / CONTENT, name, **({} if name == "PNG" else {"quality": 90}))
    draw(pixels, folder, 1)
    return Facts(images=1)


def _pixels(source: Path, media_type: MediaType) -> Image.Image:
    """The picture upright, without metadata, profile, or further frames."""
    # The limit is asked for below; Pillow's own would only warn up to twice its size.
    Image.MAX_IMAGE_PIXELS = None
    warnings.simplefilter("ignore")
    with Image.open(source, formats=[_FORMATS[media_type]]) as opened:
        width, height = opened.size
        if width * height > MOST_PICTURE_PIXELS or max(width, height) > 16_000:
            raise RefusedError(FileProblem.TOO_BIG_PICTURE)
        opened.load()
        upright = ImageOps.exif_transpose(opened)
        clear = upright.has_transparency_data
        drawn = upright.convert("RGBA" if clear else "RGB")
    bare = Image.new(drawn.mode, drawn.size)
    bare.paste(drawn)
    return bare


def draw(pixels: Image.Image, folder: Path, number: int) -> int:
    """Write the image of a page in its two sizes; never larger than it is. Returns bytes."""
    written = 0
    for width, small in ((PAGE_WIDTH, False), (SMALL_WIDTH, True)):
        scale = min(1.0, width / pixels.width)
        size = (max(1, round(pixels.width * scale)), max(1, round(pixels.height * scale)))
        shown = pixels if scale == 1.0 else pixels.resize(size, Image.Resampling.LANCZOS)
        path = folder / image(number, small=small)
        shown.save(path, "WEBP", quality=_QUALITY, method=3)
        written += path.stat().st_size
    return written
