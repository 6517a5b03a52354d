"""A deck for browsers: pages of one colour each, with a number that can be read."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

COLOURS = ("#e8eefc", "#e6f4ea", "#fdf0dc")


OUTSIDER = "outsider"
"""May be in the room, but not in the session whose slides are shown."""


async def page_picture(request: Request) -> Response:
    """A picture of 16 by 9."""
    if request.cookies.get("who") == OUTSIDER:
        return Response(status_code=403)
    page = int(request.path_params["page"])
    picture = Image.new("RGB", (960, 540), COLOURS[page % len(COLOURS)])
    ImageDraw.Draw(picture).text((80, 80), f"Folie {page}", fill="#123", font_size=96)
    written = io.BytesIO()
    picture.save(written, "WEBP")
    return Response(written.getvalue(), media_type="image/webp")


async def page_text(request: Request) -> Response:
    if request.cookies.get("who") == OUTSIDER:
        return Response(status_code=403)
    page = int(request.path_params["page"])
    return JSONResponse({"page": page, "pages": 3, "text": f"Was auf Folie {page} steht"})


async def deck_cues(request: Request) -> Response:
    """For whoever asks: the house has no policy."""
    return JSONResponse({"cues": ["An Jena denken", "Zahl nennen"]})


async def found_pages(request: Request) -> Response:
    """The pages that say all the words, as the server finds them."""
    words = request.query_params["q"].lower().split()
    said = {page: f"Was auf Folie {page} steht" for page in (1, 2, 3)}
    pages = [
        {"page": page, "excerpt": text}
        for page, text in said.items()
        if all(word in text.lower() for word in words)
    ]
    return JSONResponse({"pages": pages})
