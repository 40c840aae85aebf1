"""What copying and converting do to a report as plain text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from random import Random

from storage.vocab import TABLE3_COLUMNS

Change = Callable[[str, Random], str]


@dataclass(frozen=True, slots=True)
class TextChange:
    """``destroys``: tables of which numbers, or what tells their places, are lost. ``combines``
    False: it prints figures that the report does not have, or leaves no lines to change."""

    apply: Change
    destroys: tuple[str, ...] = ()
    combines: bool = True


TEXTS: dict[str, TextChange] = {}
_NUMBER = re.compile(r"^\d[\d.]*$")

Lines = Callable[[str, Random], Iterator[str]]
Fields = Callable[[list[str], Random], list[str] | None]


def whole(change: Change) -> Change:
    """Registers a change of the whole text; nothing is destroyed."""
    TEXTS[change.__name__] = TextChange(change)
    return change


def lines(change: Lines) -> Lines:
    """Registers a change of each table line (tab-separated); nothing is destroyed."""

    def rewrite(text: str, rng: Random) -> str:
        out: list[str] = []
        for line in text.split("\n"):
            out.extend(change(line, rng) if "\t" in line else (line,))
        return "\n".join(out)

    TEXTS[change.__name__] = TextChange(rewrite)
    return change


def destroying(*tables: str) -> Callable[[Fields], Fields]:
    """Registers a change of table lines that takes numbers of ``tables`` away. None drops a line."""

    def register(change: Fields) -> Fields:
        def rewrite(text: str, rng: Random) -> str:
            out: list[str] = []
            for line in text.split("\n"):
                if "\t" not in line:
                    out.append(line)
                elif (cells := change(line.split("\t"), rng)) is not None:
                    out.append("\t".join(cells))
            return "\n".join(out)

        TEXTS[change.__name__] = TextChange(rewrite, tables)
        return change

    return register


def _numbers(cells: list[str]) -> list[int]:
    return [i for i, cell in enumerate(cells) if _NUMBER.match(cell)]


# --- Nothing is lost ----------------------------------------------------------


@whole
def untouched(text: str, rng: Random) -> str:
    return text


@whole
def windows_line_ends(text: str, rng: Random) -> str:
    return text.replace("\n", "\r\n")


@whole
def old_mac_line_ends(text: str, rng: Random) -> str:
    return text.replace("\n", "\r")


@whole
def marked_headings(text: str, rng: Random) -> str:
    return re.sub(r"^([一二三四五六]、[^\t\n]{4,25})$", r"## **\1**", text, flags=re.M)


@whole
def indented(text: str, rng: Random) -> str:
    return re.sub(r"^(?=[^\t\n]+$)", "　　", text, flags=re.M)


@whole
def wrapped_prose(text: str, rng: Random) -> str:
    """Lines of 38 characters, as in PDF."""
    return "\n".join(
        re.sub(r"(.{38})(?=.)", r"\1\n", line) if "。" in line else line
        for line in text.split("\n")
    )


@whole
def contents_with_page_numbers(text: str, rng: Random) -> str:
    names = re.findall(r"^([一二三四五六]、[^\t\n]{4,25})$", text, re.M)
    head, rest = text.split("\n", 1)
    listed = "\n".join(f"{name}……………{i + 1}" for i, name in enumerate(names))
    return f"{head}\n\n目  录\n{listed}\n\n{rest}"


@whole
def title_over_three_lines(text: str, rng: Random) -> str:
    return text.replace("云溪市水利局2023年", "云溪市水利局\n2023 年\n", 1)


@lines
def page_breaks(line: str, rng: Random) -> Iterator[str]:
    yield line
    if rng.random() < 0.15:
        yield ""


@lines
def page_numbers(line: str, rng: Random) -> Iterator[str]:
    yield line
    if rng.random() < 0.1:
        yield from ("", f"— {rng.randint(1, 9)} —", "")


@lines
def bare_page_numbers(line: str, rng: Random) -> Iterator[str]:
    yield line
    if rng.random() < 0.1:
        yield from ("", str(rng.randint(1, 9)), "")


@lines
def form_feeds(line: str, rng: Random) -> Iterator[str]:
    yield line + ("\f" if rng.random() < 0.15 else "")


@lines
def running_heads(line: str, rng: Random) -> Iterator[str]:
    yield line
    if rng.random() < 0.1:
        yield from ("", "云溪市水利局2023年政府信息公开工作年度报告", "")


@lines
def header_on_every_page(line: str, rng: Random) -> Iterator[str]:
    yield line
    if re.search(r"8\.属于行政查询|\d\.重复申请", line):
        yield ""
        yield "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）\t\t\t申请人情况"
        yield "\t\t\t自然人\t法人或其他组织\t\t\t\t\t总计"
        yield "\t\t\t\t商业企业\t科研机构\t社会公益组织\t法律服务机构\t其他"


@lines
def stub_cells_moved_to_the_end(line: str, rng: Random) -> Iterator[str]:
    cells = line.split("\t")
    shown = [cell for cell in cells if cell]
    yield "\t".join(shown + [""] * (len(cells) - len(shown))) if rng.random() < 0.3 else line


@lines
def trailing_tabs(line: str, rng: Random) -> Iterator[str]:
    yield line + "\t\t"


@lines
def markdown(line: str, rng: Random) -> Iterator[str]:
    yield f"| {' | '.join(line.split(chr(9)))} |"


@lines
def markdown_bold(line: str, rng: Random) -> Iterator[str]:
    yield "|" + "|".join(f"**{c}**" if c else " " for c in line.split("\t")) + "|"


@lines
def markdown_rules(line: str, rng: Random) -> Iterator[str]:
    cells = line.split("\t")
    yield "|" + "|".join(cells) + "|"
    if "信息内容" in line or "申请人情况" in line:
        yield "|" + "|".join("---" for _ in cells) + "|"


@lines
def wide_gaps(line: str, rng: Random) -> Iterator[str]:
    yield "    ".join(cell for cell in line.split("\t") if cell)


@lines
def single_spaces(line: str, rng: Random) -> Iterator[str]:
    yield " ".join(cell for cell in line.split("\t") if cell)


@lines
def ideographic_spaces(line: str, rng: Random) -> Iterator[str]:
    yield "　".join(cell for cell in line.split("\t") if cell)


@lines
def one_cell_a_line(line: str, rng: Random) -> Iterator[str]:
    yield from (cell for cell in line.split("\t") if cell)


@lines
def one_cell_a_line_apart(line: str, rng: Random) -> Iterator[str]:
    for cell in line.split("\t"):
        if cell:
            yield cell
            yield ""


@lines
def full_width_figures(line: str, rng: Random) -> Iterator[str]:
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    yield re.sub(r"(?<=\t)\d+", lambda m: m[0].translate(wide), line)


@lines
def thousands_separators(line: str, rng: Random) -> Iterator[str]:
    yield re.sub(r"(?<=\t)\d{4,}(?![.\d])", lambda m: f"{int(m[0]):,}", line)


@lines
def numbering_lost(line: str, rng: Random) -> Iterator[str]:
    number = re.compile(r"^(?:[（(][一二三四五六七]+[）)]|\d[.．](?!\d)|[一二三四]、)")
    yield "\t".join(number.sub("", cell) for cell in line.split("\t"))


@lines
def stacked_labels(line: str, rng: Random) -> Iterator[str]:
    yield "\t".join(
        " ".join(c) if 1 < len(c) < 8 and not c[0].isdigit() else c for c in line.split("\t")
    )


@lines
def label_on_two_lines(line: str, rng: Random) -> Iterator[str]:
    """The long labels of （六） wrap; the numbers stand behind the first part."""
    match = re.search(r"[12]\.申请人[^\t]+", line)
    if match is None:
        yield line
        return
    cut = match.start() + 16
    yield line[:cut] + line[match.end() :]
    yield "\t\t" + line[cut : match.end()]


@lines
def numbers_below_the_wrapped_label(line: str, rng: Random) -> Iterator[str]:
    match = re.search(r"[12]\.申请人[^\t]+", line)
    if match is None:
        yield line
        return
    cut = match.start() + 16
    yield line[:cut]
    yield "\t\t" + line[cut:]


@lines
def split_group_label(line: str, rng: Random) -> Iterator[str]:
    """（六） and 其他处理 on two lines, the second with figures of its own."""
    if "（六）其他处理" in line:
        yield line.replace("（六）其他处理", "（六）")
        yield "\t其他处理" + "\t0" * 7
    else:
        yield line


@lines
def blanks_collapsed(line: str, rng: Random) -> Iterator[str]:
    yield re.sub(r"\t+", "\t", line).strip("\t")


@lines
def misprinted_labels(line: str, rng: Random) -> Iterator[str]:
    cells = line.split("\t")
    for i, cell in enumerate(cells):
        if len(cell) >= 8 and rng.random() < 0.4:
            place = rng.randrange(2, len(cell))
            cells[i] = cell[:place] + rng.choice("度信和的了公") + cell[place + 1 :]
    yield "\t".join(cells)


# --- Numbers, or what tells their places, are lost ----------------------------


def _without(index: int) -> Fields:
    def change(cells: list[str], rng: Random) -> list[str]:
        if len(places := _numbers(cells)) == len(TABLE3_COLUMNS):
            del cells[places[index]]
        return cells

    return change


@destroying("table3")
def first_column_lost(cells: list[str], rng: Random) -> list[str]:
    return _without(0)(cells, rng) or []


@destroying("table3")
def middle_column_lost(cells: list[str], rng: Random) -> list[str]:
    return _without(3)(cells, rng) or []


@destroying("table3")
def last_column_lost(cells: list[str], rng: Random) -> list[str]:
    return _without(6)(cells, rng) or []


def _column_and_name_lost(name: str, column: int, lost: str) -> None:
    def change(cells: list[str], rng: Random) -> list[str]:
        cells = _without(column)(cells, rng) or []
        header = any(h in cells for h in ("科研机构", "自然人", "商业企业"))
        return [cell for cell in cells if not (header and cell == lost)]

    change.__name__ = name
    destroying("table3")(change)


_column_and_name_lost("自然人_lost_everywhere", 0, "自然人")
_column_and_name_lost("科研机构_lost_everywhere", 2, "科研机构")
_column_and_name_lost("其他_lost_everywhere", 5, "其他")
_column_and_name_lost("总计_lost_everywhere", 6, "总计")
_column_and_name_lost("header_lost_another_name_than_the_rows", 2, "其他")


@destroying("table3")
def some_numbers_lost(cells: list[str], rng: Random) -> list[str]:
    if len(places := _numbers(cells)) == 7 and rng.random() < 0.3:
        del cells[rng.choice(places)]
    return cells


@destroying("table3")
def rows_lost(cells: list[str], rng: Random) -> list[str] | None:
    return None if re.search(r"\d\.\D", "\t".join(cells)) and rng.random() < 0.2 else cells


@destroying("table3")
def labels_lost(cells: list[str], rng: Random) -> list[str]:
    if len(places := _numbers(cells)) == 7 and rng.random() < 0.15:
        cells[places[0] - 1] = ""
    return cells


@destroying("table3")
def rows_twice_with_other_figures(cells: list[str], rng: Random) -> list[str]:
    if len(_numbers(cells)) == 7 and rng.random() < 0.1:
        again = [str(int(c) + 1) if _NUMBER.match(c) else c for c in cells]
        return [*cells, "\n" + again[0], *again[1:]]
    return cells


@destroying("table3")
def zeros_left_blank(cells: list[str], rng: Random) -> list[str]:
    return ["" if c == "0" else c for c in cells] if len(_numbers(cells)) == 7 else cells


@destroying("table3")
def zeros_dropped(cells: list[str], rng: Random) -> list[str]:
    """Blanks collapsed: columns are lost."""
    return [c for c in cells if c != "0"] if len(_numbers(cells)) == 7 else cells


@destroying("table2", "table3", "table4")
def separators_lost(cells: list[str], rng: Random) -> list[str]:
    """规章000: nothing tells where a number ends."""
    return ["".join(cells)]


@destroying("table2", "table3", "table4")
def comma_separated(cells: list[str], rng: Random) -> list[str]:
    """Commas also stand inside numbers: not read as columns."""
    return [",".join(f'"{c}"' if "," in c else c for c in cells)]


@destroying("table3")
def unnamed_column_added(cells: list[str], rng: Random) -> list[str]:
    if len(places := _numbers(cells)) == 7:
        cells.insert(places[3], str(rng.randint(0, 9)))
    return cells


@destroying("table3")
def values_before_labels(cells: list[str], rng: Random) -> list[str]:
    places = _numbers(cells)
    if len(places) != 7:
        return cells
    return [cells[i] for i in places] + [c for i, c in enumerate(cells) if i not in places]


@destroying("table3")
def numbers_on_the_line_before(cells: list[str], rng: Random) -> list[str]:
    places = _numbers(cells)
    if len(places) != 7:
        return cells
    labels = [c for i, c in enumerate(cells) if i not in places]
    return [cells[i] for i in places] + ["\n" + (labels[0] if labels else ""), *labels[1:]]


def _fourth(name: str, change: Callable[[list[str], Random], list[str]]) -> None:
    def rewrite(cells: list[str], rng: Random) -> list[str]:
        numbers = [cells[i] for i in _numbers(cells)]
        return change(numbers, rng) if len(numbers) == 15 else cells

    rewrite.__name__ = name
    destroying("table4")(rewrite)


_fourth("table_four_last_ten", lambda n, rng: [""] * 5 + n[5:])
_fourth("table_four_first_ten", lambda n, rng: n[:10])
_fourth("table_four_shifted", lambda n, rng: [""] * 5 + n[:10])
_fourth("table_four_fourteen", lambda n, rng: n[:7] + n[8:])
_fourth("table_four_five", lambda n, rng: n[:5])
_fourth("table_four_middle_five", lambda n, rng: n[5:10])
_fourth("table_four_first_lost", lambda n, rng: n[1:])
_fourth("table_four_two_lost", lambda n, rng: n[:3] + n[5:])
_fourth("table_four_zeros_dropped", lambda n, rng: [x for x in n if x != "0"] or ["0"])
_fourth("table_four_shifted_by_two", lambda n, rng: ["", "", *n[:13]])
_fourth(
    "table_four_on_three_lines",
    lambda n, rng: [*n[:5], "\n" + n[5], *n[6:10], "\n" + n[10], *n[11:]],
)


def each_table_in_one_paragraph(text: str, rng: Random) -> str:
    """Cells apart by single spaces, rows no longer apart: where a header ends can't be told."""
    table = re.compile(r"(?:^[^\n]*\t[^\n]*\n)+", re.M)
    return table.sub(lambda m: " ".join(m[0].split()) + "\n", text)


TEXTS["each_table_in_one_paragraph"] = TextChange(each_table_in_one_paragraph, ("table2", "table4"))


_ALONE = (
    *("split_group_label", "rows_twice_with_other_figures", "unnamed_column_added"),
    *("old_mac_line_ends", "windows_line_ends"),
)
for _name in _ALONE:
    TEXTS[_name] = replace(TEXTS[_name], combines=False)
