"""Sample reports as a scanner, a camera or a screen would give them: pages as pictures.

Real Chromium prints them; what a scanner does to a page is done to its picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from random import Random
from typing import Any

import numpy as np
import pypdfium2
from PIL import Image

from crawler.documents.ocr import reader as ocr
from tests.crawler.documents.pdf_files import CHROMIUM, Sheet, Shown, printed, sheet_of, shown
from tests.crawler.parsing.writing import sample

CSS = (
    "@page{size:A4;margin:18mm 16mm}body{font-size:10.5pt;line-height:1.5;"
    "font-family:'Noto Sans CJK SC'}h1{font-size:16pt;text-align:center}"
    "table{border-collapse:collapse;width:100%}td{padding:1pt 2pt;font-size:9pt}"
)
SERIF = CSS.replace("Sans", "Serif")
LACKING = None if ocr.available() else "needs the extra ocr (uv sync --extra ocr)"
LACKING = LACKING or (None if CHROMIUM else "needs Chromium")

Picture = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Scan:
    """``turn``: degrees; ``blur``, ``noise``: standard deviations in pixels and grey levels at
    150 dpi; ``quality``: of JPEG, 0 for none; ``shadow``: how dark the darkest corner is;
    ``slant``: how far the sheet lay askew under a camera, as a share of its width."""

    dpi: int = 150
    turn: float = 0.0
    blur: float = 0.0
    noise: float = 0.0
    quality: int = 0
    shadow: float = 0.0
    slant: float = 0.0

    def taken(self, page: Picture, rng: np.random.Generator) -> Picture:
        """``page``: grey, as printed at this resolution."""
        import cv2

        height, width = page.shape
        if self.turn:
            matrix = cv2.getRotationMatrix2D((width / 2, height / 2), self.turn, 1)
            page = _warped(cv2.warpAffine, page, matrix)
        if self.slant:
            k = self.slant * width
            corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
            moved = corners + np.array([[k, 0], [-k, k / 2], [0, 0], [0, -k / 2]], np.float32)
            page = _warped(cv2.warpPerspective, page, cv2.getPerspectiveTransform(corners, moved))
        if self.blur:
            page = cv2.GaussianBlur(page, (0, 0), self.blur * self.dpi / 150)
        lit = page.astype(float)
        if self.shadow:
            across, down = np.linspace(0, 1, width)[None, :], np.linspace(0, 1, height)[:, None]
            lit *= 1 - self.shadow * (1 - across * np.sqrt(down))
        if self.noise:
            lit = lit + rng.normal(0, self.noise, lit.shape)
        page = np.clip(lit, 0, 255).astype(np.uint8)
        if self.quality:
            page = np.array(Image.open(BytesIO(jpeg(page, self.quality))))
        return page


def _warped(how: Any, page: Picture, matrix: Picture) -> Picture:
    import cv2

    size = (page.shape[1], page.shape[0])
    return np.asarray(how(page, matrix, size, flags=cv2.INTER_CUBIC, borderValue=255))


CLEAN = Scan()
COPIED = Scan(turn=0.7, blur=0.9, noise=12, quality=50)
"""As libraries are compared: a slight turn, blur, noise and strong compression."""


def reports(seeds: Sequence[int], css: str = CSS) -> list[tuple[bytes, Shown]]:
    """PDF files and what their cells show."""
    samples = [sample(seed) for seed in seeds]
    sheets = [
        Sheet(sheet_of(s.report, Random(seed), css, None))
        for seed, s in zip(seeds, samples, strict=True)
    ]
    return list(zip(printed(sheets), [shown(s.report, s) for s in samples], strict=True))


def pages(pdf: bytes, scan: Scan = CLEAN, seed: int = 0) -> list[Picture]:
    """Grey pictures of all pages."""
    rng = np.random.default_rng(seed)
    document = pypdfium2.PdfDocument(pdf)
    try:
        drawn = [
            np.array(leaf.render(scale=scan.dpi / 72).to_pil().convert("L")) for leaf in document
        ]
    finally:
        document.close()
    return [scan.taken(page, rng) for page in drawn]


def png(page: Picture) -> bytes:
    out = BytesIO()
    Image.fromarray(page).save(out, "PNG")
    return out.getvalue()


def jpeg(page: Picture, quality: int = 85) -> bytes:
    out = BytesIO()
    Image.fromarray(page).save(out, "JPEG", quality=quality)
    return out.getvalue()


def tiff(some: Sequence[Picture]) -> bytes:
    """One file with all pages."""
    first, *rest = [Image.fromarray(page) for page in some]
    out = BytesIO()
    first.save(out, "TIFF", save_all=True, append_images=rest, compression="tiff_lzw")
    return out.getvalue()
