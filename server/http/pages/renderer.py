"""Templates to bytes. A template gets its view, the frame, texts and addresses of assets only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from server.http.language import Language
from server.http.pages.frame import Frame, Section
from server.http.pages.texts import Texts
from server.http.static import Assets

TEMPLATES = Path(__file__).parent / "templates"

PRIVATE = "private, no-cache"
"""Pages depend on who asks: the browser may keep them, but must ask again."""
NEVER_KEPT = "no-store"
"""Sign-in, profile, mails: gone from the machine when the tab is."""


def environment(assets: Assets) -> Environment:
    """The templates: everything escaped, everything undefined an error."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = assets.url
    return made


class Renderer:
    """Makes pages in the language of their frame."""

    def __init__(self, texts: Mapping[Language, Texts], assets: Assets) -> None:
        self._texts = texts
        self._templates = environment(assets)

    def texts(self, language: Language) -> Texts:
        return self._texts[language]

    def page(
        self,
        template: str,
        frame: Frame,
        view: object = None,
        *,
        section: Section = "none",
        status: int = 200,
        cache: str = PRIVATE,
    ) -> HTMLResponse:
        """The answer with the rendered template ``template.html``."""
        body = self._templates.get_template(f"{template}.html").render(
            view=view, frame=frame, section=section, t=self._texts[frame.language]
        )
        return HTMLResponse(
            body,
            status_code=status,
            headers={
                "cache-control": cache,
                "content-language": frame.language,
                "vary": "Cookie, Accept-Language",
            },
        )
