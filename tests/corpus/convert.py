"""LibreOffice and Chromium as writers: whole batches, one process each, ended with the batch."""

from __future__ import annotations

import io
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.crawler.documents.pdf_files import CHROMIUM, SOFFICE, Sheet, pictured, printed

__all__ = ["CHROMIUM", "SOFFICE", "Sheet", "office", "pictured", "printed", "rendered"]


def office(files: Sequence[bytes], source: str, target: str, *, infilter: str = "") -> list[bytes]:
    """Files with the ending ``source`` as LibreOffice saves them as ``target`` (an ending, or an
    ending with the name of its filter behind ``:``)."""
    if not files:
        return []
    with tempfile.TemporaryDirectory(prefix="nb-corpus-") as name:
        folder, out = Path(name), Path(name) / "out"
        for index, data in enumerate(files):
            (folder / f"{index}.{source}").write_bytes(data)
        subprocess.run(
            [
                str(SOFFICE), f"-env:UserInstallation={(folder / 'profile').as_uri()}",
                "--headless", "--norestore", *([f"--infilter={infilter}"] if infilter else []),
                "--convert-to", target, "--outdir", str(out),
                *(str(folder / f"{index}.{source}") for index in range(len(files))),
            ],
            check=True, capture_output=True, timeout=60 + 10 * len(files),
        )  # fmt: skip
        ending = target.partition(":")[0]
        return [(out / f"{index}.{ending}").read_bytes() for index in range(len(files))]


def rendered(data: bytes, kind: str, dpi: int = 150) -> bytes:
    """The first page of a PDF as a picture (PNG or JPEG)."""
    import pypdfium2

    document = pypdfium2.PdfDocument(data)
    image = document[0].render(scale=dpi / 72).to_pil().convert("L")
    document.close()
    # Paper below the last line is cut off, as a scanner's program does.
    filled = image.point(lambda v: 255 if v < 200 else 0).getbbox()
    bottom = min(image.height, (filled[3] if filled else 0) + 60)
    out = io.BytesIO()
    image.crop((0, 0, image.width, bottom)).save(out, kind, quality=85)
    return out.getvalue()
