"""Files as people upload them, and as attackers do. Made here; none is taken from elsewhere."""

from __future__ import annotations

import io
import random
import struct
import zipfile
import zlib
from collections.abc import Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String
from PIL import Image

from agenda.core.materials import MediaType

JAVASCRIPT = Dictionary(S=Name.JavaScript, JS=String("app.alert('CANARY')"))
CONTENT_TYPES = (
    b'<?xml version="1.0"?><Types><Override PartName="/ppt/presentation.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"/></Types>'
)


def pdf(pages: int = 2, *, tagged: bool = False, text: str = "Guten Tag, Seite") -> bytes:
    """Slides of 960 × 540 points with a line of text each."""
    document = _pages(pages, text)
    if tagged:
        document.Root.MarkInfo = Dictionary(Marked=True)
        document.Root.StructTreeRoot = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        document.Root.Lang = String("de-DE")
        document.docinfo["/Title"] = String("Ein guter Titel")
    return _saved(document)


def drawn_pdf(content: str, *, turned: bool = False) -> bytes:
    """One page that draws this; ``turned``: shown on its side."""
    document = _pages(1, "")
    page = document.pages[0]
    page.Contents = document.make_stream(content.encode("latin-1"))
    if turned:
        page.obj.Rotate = 90
    return _saved(document)


def ribbon_pdf() -> bytes:
    """One page of 10 × 14,400 points."""
    document = _pages(1, "")
    document.pages[0].obj.MediaBox = [0, 0, 10, 14_400]
    return _saved(document)


def heavy_pdf(size: int, pages: int = 2) -> bytes:
    """At least so many bytes that cannot be packed."""
    document = _pages(pages, "Schwere Seite")
    noise = document.make_stream(random.Random(1).randbytes(size))
    document.pages[0].Resources.XObject = Dictionary(N=noise)
    return _saved(document)


def _pages(pages: int, text: str) -> Pdf:
    document = pikepdf.new()
    font = document.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    )
    for number in range(1, pages + 1):
        document.add_blank_page(page_size=(960, 540))
        page = document.pages[-1]
        if text:
            line = f"BT /F1 24 Tf 100 100 Td ({text} {number}) Tj ET".encode("latin-1")
            page.Contents = document.make_stream(line)
        page.Resources = Dictionary(Font=Dictionary(F1=font))
    return document


def _saved(document: Pdf, **how: object) -> bytes:
    target = io.BytesIO()
    document.save(target, **how)  # type: ignore[arg-type]
    return target.getvalue()


def encrypted_pdf(password: str = "geheim") -> bytes:
    return _saved(_pages(1, "A"), encryption=pikepdf.Encryption(owner="o", user=password))


def acting_pdf() -> bytes:
    """Scripts, launches, attachments and forms in every corner that we know of."""
    document = _pages(2, "Seite")
    root, page = document.Root, document.pages[0]
    root.OpenAction = JAVASCRIPT
    root.AA = Dictionary(WC=JAVASCRIPT)
    root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("CANARY"), JAVASCRIPT])))
    document.attachments["CANARY.exe"] = b"MZ CANARY"
    root.AcroForm = Dictionary(
        Fields=Array([]), XFA=document.make_stream(b"<xdp>CANARY</xdp>"), NeedAppearances=True
    )
    page.obj.AA = Dictionary(O=JAVASCRIPT)
    launch = Dictionary(S=Name.Launch, F=String("CANARY.exe"))
    page.obj.Annots = Array(
        [
            _link(A=launch),
            _link(A=Dictionary(S=Name.URI, URI=String("javascript:CANARY()"))),
            _link(A=Dictionary(S=Name.GoTo, D=Array([0]), Next=Array([launch]))),
            _link(A=Dictionary(S=Name.URI, URI=String("https://ulm.example/kept"))),
            document.make_indirect(
                Dictionary(
                    Type=Name.Annot,
                    Subtype=Name.FileAttachment,
                    Rect=Array([0, 0, 9, 9]),
                    FS=Dictionary(F=String("CANARY"), EF=Dictionary()),
                )
            ),
        ]
    )
    return _saved(document)


def _link(A: Dictionary) -> Dictionary:  # noqa: N803 - named as in the file format
    return Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=A)


def huge_page_pdf() -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(14_000, 14_000))
    return _saved(document)


def bomb_pdf(megabytes: int = 3_000) -> bytes:
    """A page whose content unpacks to far more memory than there may be."""
    press = zlib.compressobj(9)
    head = press.compress(b" " * 1_000_000) + press.flush(zlib.Z_FULL_FLUSH)
    block = press.compress(b" " * 1_000_000) + press.flush(zlib.Z_FULL_FLUSH)
    document = _pages(1, "")
    content = document.make_stream(b"")
    content.write(head + block * megabytes, filter=Name.FlateDecode)
    document.pages[0].Contents = content
    return _saved(document, stream_decode_level=pikepdf.StreamDecodeLevel.none)


def endless_pdf() -> bytes:
    """A page that takes hours to draw."""
    document = _pages(1, "")
    circle = b"0 0 m 900 500 l 900 0 l 0 500 l f* " * 400_000
    document.pages[0].Contents = document.make_stream(b"/P gs " + circle)
    form = document.make_stream(circle, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 960, 540])
    document.pages[0].Resources = Dictionary(XObject=Dictionary(F=form))
    document.pages[0].Contents = document.make_stream(b"/F Do " * 20_000)
    return _saved(document)


def picture(kind: MediaType = MediaType.PNG, size: tuple[int, int] = (40, 30)) -> bytes:
    """With metadata that tells where it was taken."""
    image = Image.new("RGB", size, (20, 68, 170))
    exif = Image.Exif()
    exif[0x010E] = "CANARY"
    target = io.BytesIO()
    name = {MediaType.PNG: "PNG", MediaType.JPEG: "JPEG", MediaType.WEBP: "WEBP"}[kind]
    image.save(target, name, exif=exif)
    return target.getvalue()


def pixel_bomb() -> bytes:
    """A small PNG that says it is 30,000 pixels wide and high."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1_000))
        + chunk(b"IEND", b"")
    )


def archive(entries: Mapping[str, bytes], *, first: bytes = b"") -> bytes:
    """A ZIP; ``first``: content of an unpacked entry ``mimetype`` before all others."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        if first:
            made.writestr(zipfile.ZipInfo("mimetype"), first)
        for name, content in entries.items():
            made.writestr(name, content)
    return target.getvalue()


def odp(more: Mapping[str, bytes] | None = None) -> bytes:
    entries = {"content.xml": b"<office/>", "META-INF/manifest.xml": b"<manifest/>", **(more or {})}
    return archive(entries, first=MediaType.ODP.value.encode())


def pptx(more: Mapping[str, bytes] | None = None) -> bytes:
    return archive(
        {
            "[Content_Types].xml": CONTENT_TYPES,
            "ppt/presentation.xml": b"<p:presentation/>",
            **(more or {}),
        }
    )


def many_pages_pdf(pages: int) -> bytes:
    """Written by hand, since a library takes seconds for it."""
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 960 540]>>" % (pages, kids),
        *[b"<</Type/Page/Parent 2 0 R>>"] * pages,
    ]
    made, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    end = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % place for place in places)
    made += b"trailer\n<</Size %d/Root 1 0 R>>\n" % (len(objects) + 1)
    return bytes(made + b"startxref\n%d\n%%%%EOF\n" % end)


def boasting_zip_bomb() -> bytes:
    """One that says of itself that it unpacks to four gigabytes."""
    whole = pptx({"ppt/media/image1.bin": bytes(1_234_567)})
    return whole.replace(struct.pack("<I", 1_234_567), struct.pack("<I", 4_000_000_000))


def zip_bomb(megabytes: int = 100) -> bytes:
    """A real one: some hundred kilobytes that unpack to so many megabytes."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        made.writestr("[Content_Types].xml", CONTENT_TYPES)
        with made.open("ppt/media/image1.bin", "w", force_zip64=True) as entry:
            for _ in range(megabytes):
                entry.write(bytes(1_000_000))
    return target.getvalue()


def lying_zip_bomb() -> bytes:
    """One that says of itself that it unpacks to next to nothing."""
    whole = bytearray(pptx({"ppt/media/image1.bin": bytes(50_000_000)}))
    size = struct.pack("<I", 50_000_000)
    assert whole.count(size) == 2
    return bytes(whole.replace(size, struct.pack("<I", 1_000)))
