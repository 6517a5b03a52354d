"""Reading a rendered page as a browser would, in a few words."""

from __future__ import annotations

from typing import cast

from lxml import html


class Page:
    """A parsed page."""

    def __init__(self, text: str) -> None:
        self.tree = html.document_fromstring(text)

    @property
    def language(self) -> str:
        return str(self.tree.get("lang"))

    @property
    def title(self) -> str:
        return str(self.tree.findtext("head/title"))

    def headings(self) -> list[tuple[int, str]]:
        """Level and text, in order."""
        found = self.find("//h1|//h2|//h3|//h4|//h5|//h6")
        return [(int(str(each.tag)[1]), self._text(each)) for each in found]

    def links(self) -> list[str]:
        """Addresses of links to our own pages, without query and fragment."""
        own = (href for href in self.values("//a/@href") if href.startswith("/"))
        return sorted({href.split("#")[0].split("?")[0] for href in own})

    def find(self, path: str) -> list[html.HtmlElement]:
        """The elements of an XPath."""
        return cast(list[html.HtmlElement], self.tree.xpath(path))

    def values(self, path: str) -> list[str]:
        """The attributes of an XPath."""
        return [str(each) for each in cast(list[object], self.tree.xpath(path))]

    def all(self, path: str) -> list[str]:
        """The text of every element of an XPath."""
        return [self._text(each) for each in self.find(path)]

    def text(self) -> str:
        """All words of the page."""
        return self._text(self.tree)

    def _text(self, element: html.HtmlElement) -> str:
        return " ".join(element.text_content().split())
