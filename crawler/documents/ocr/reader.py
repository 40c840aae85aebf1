"""The recogniser: pictures of text → text, by RapidOCR on ONNX Runtime (extra ``ocr``).

Nothing is imported before the first picture: the engine's libraries take a second and 200 MB.
The models are inside the package; nothing is fetched.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from crawler.documents.document import DocumentError

if TYPE_CHECKING:
    from numpy import ndarray

    Picture = ndarray[Any, Any]
    """Height × width × 3 or height × width, 8 bits."""

INSTALL = "可运行 uv sync --extra ocr 安装 OCR 组件，或将原文转成文本后导入"
_THREADS = 1
"""Of the engine: crawls run several workers beside each other, and waiting threads of the engine
burn more time than they save (measured with two on two busy cores: twice the time)."""
_BATCH = 8
_NARROWEST = 2.0
"""Width to height of the narrowest picture that the recogniser is given. The package fills all up
to 6.7, which costs a single digit four times the time and gains nothing (measured: the same text
of 370 digits, clean and degraded)."""
_LOCK = threading.RLock()
"""The engine keeps state between calls."""


MAX_PAGES = 40
"""Pages read of one document; the longest report known has some forty."""
MAX_SECONDS = 180.0
"""For one document: no page is begun after this. A page takes 3 to 8 seconds."""


def available() -> bool:
    """Whether the extra is installed. Imports nothing."""
    return all(find_spec(name) is not None for name in ("rapidocr", "onnxruntime", "cv2"))


class Hashed:
    """A file that is known again by its content: what was read of the last one is kept for the
    second reading."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._key = hashlib.sha256(data).digest()

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Hashed) and other._key == self._key


@contextmanager
def guarded() -> Iterator[None]:
    """Failures of the engine's libraries as DocumentError: most are a lack of memory."""
    import cv2
    from rapidocr.inference_engine.onnxruntime.main import ONNXRuntimeError

    try:
        yield
    except (cv2.error, ONNXRuntimeError) as error:
        short = "alloc" in str(error) or "nsufficient memory" in str(error)
        why = "所需内存超过上限" if short else type(error).__name__
        raise DocumentError("unreadable", f"图片文字识别失败（{why}）") from None


@dataclass(frozen=True, slots=True)
class Char:
    """``place``: of its middle, as a share of the picture's width; ``sure``: 0 to 1."""

    text: str
    place: float
    sure: float


@dataclass(frozen=True, slots=True)
class Spelled:
    """One line of text as the recogniser spells it."""

    chars: tuple[Char, ...]

    @property
    def text(self) -> str:
        return "".join(char.text for char in self.chars)

    @property
    def sure(self) -> float:
        """Of its least certain character; 0 for no text."""
        return min((char.sure for char in self.chars), default=0.0)


@lru_cache(maxsize=1)
def _engine() -> Any:
    import os

    from rapidocr import RapidOCR

    threads = min(_THREADS, os.cpu_count() or 1)
    return RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_preprocess_img": False,
            "Global.use_vertical_padding": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": threads,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
            "Det.limit_type": "max",
            "Det.limit_side_len": 1920,
            "Rec.rec_batch_num": _BATCH,
        }
    )


def find_lines(picture: Picture) -> list[Picture]:
    """Where text stands: quadrangles of four (x, y), from the upper left corner clockwise.

    ``picture``: three channels.
    """
    with _LOCK:
        engine = _engine()
        engine._load_det_model()
        found = engine.text_det(picture)
    return [] if found.boxes is None else list(found.boxes)


def spell(pictures: Sequence[Picture]) -> list[Spelled]:
    """The text of pictures of one line each, three channels."""
    if not pictures:
        return []
    with _LOCK:
        engine = _engine()
        model = engine._load_rec_model()
        return _spell(model, pictures)


def _spell(model: Any, pictures: Sequence[Picture]) -> list[Spelled]:
    """As the package does it (``TextRecognizer.__call__``), but with every character's place and
    certainty: the package gives places only for words, and one certainty for the line."""
    import numpy as np

    height = model.rec_image_shape[1]
    characters = model.postprocess_op.character
    ratios = [picture.shape[1] / picture.shape[0] for picture in pictures]
    order = sorted(range(len(pictures)), key=lambda index: ratios[index])
    out: list[Spelled] = [Spelled(())] * len(pictures)
    for start in range(0, len(order), _BATCH):
        some = order[start : start + _BATCH]
        widest = max(_NARROWEST, *(ratios[index] for index in some))
        batch = np.stack([model.resize_norm_img(pictures[index], widest) for index in some])
        guesses = model.session(batch.astype(np.float32))
        best, sure = guesses.argmax(axis=2), guesses.max(axis=2)
        for row, index in enumerate(some):
            used = min(1.0, np.ceil(height * ratios[index]) / int(height * widest))
            out[index] = _decoded(best[row], sure[row], characters, used)
    return out


def _decoded(best: Any, sure: Any, characters: Sequence[str], used: float) -> Spelled:
    """Best guesses from left to right → characters: repeats are one, class 0 is none."""
    chars: list[Char] = []
    last = 0
    steps = len(best)
    for step in range(steps):
        code = int(best[step])
        if code and code != last:
            place = min((step + 0.5) / (steps * used), 1.0)
            chars.append(Char(characters[code], place, float(sure[step])))
        elif code and chars:
            chars[-1] = Char(
                chars[-1].text, chars[-1].place, max(chars[-1].sure, float(sure[step]))
            )
        last = code
    return Spelled(tuple(chars))
