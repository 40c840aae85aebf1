"""Registry files: what is taken, what is refused and how it is told, and the import."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from storage import repositories as repo
from storage.domain import Agency, DeadlineOverride, Portal
from storage.registry import RegistryError, RegistryProblem, import_registry, read_registry
from storage.session import Database
from storage.vocab import AgencyKind, BrowserMode, Level, Severity

HEADER = "id,name,kind,level,division,parent,portal,aliases,valid_from,valid_to,predecessor"
AGENCIES = f"""{HEADER}
gov,青石县人民政府,government,county,419901,,p-qs,,,,
water, 青石县水务局 ,department,county,419901,gov,p-qs,县水务局；水务局; ;县水务局,2019-03-01,,water-old
water-old,青石县水利局,department,county,,gov,p-qs,,,2019-02-28,

town,"白塔镇人民政府",township,township,419901100,gov,,,,,
"""
PORTALS = """
- id: p-qs
  name: 青石县人民政府
  url: http://127.0.0.1:9001/
  columns: [http://127.0.0.1:9001/zfxxgknb/, "https://例子.政务/nb"]
  hosts: [XXGK.example.gov.cn, "127.0.0.1:9002"]
  access: {delay: 0.5, browser: always}
  expect: {min_reports: {2023: 12, 2022: 0}}
  notes: 自建系统
- {id: no, url: "https://www.example.gov.cn"}
"""
OVERRIDES = """
- {division: "4199", kinds: [department, office], years: [2022], due: "01-28", source: "青石县通知"}
- due: 01-20
  severity: error
  source: 另一通知
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good registry, to be spoilt."""
    (tmp_path / "agencies.csv").write_text(AGENCIES, "utf-8")
    (tmp_path / "portals.yml").write_text(PORTALS, "utf-8")
    (tmp_path / "overrides.yml").write_text(OVERRIDES, "utf-8")
    return tmp_path


def problems(folder: Path) -> list[RegistryProblem]:
    with pytest.raises(RegistryError) as caught:
        read_registry(folder)
    assert str(caught.value) == "\n".join(map(str, caught.value.problems))
    return list(caught.value.problems)


def places(folder: Path) -> list[tuple[str, int | None, str | None]]:
    return [(p.file, p.line, p.column) for p in problems(folder)]


def test_everything_is_read(folder: Path) -> None:
    data = read_registry(folder)
    assert data.agencies == (
        Agency(
            "gov", "青石县人民政府", AgencyKind.GOVERNMENT, Level.COUNTY, "419901", None, "p-qs"
        ),
        Agency(
            "water",
            "青石县水务局",
            AgencyKind.DEPARTMENT,
            Level.COUNTY,
            "419901",
            "gov",
            "p-qs",
            ("县水务局", "水务局"),
            date(2019, 3, 1),
            None,
            "water-old",
        ),
        Agency(
            "water-old",
            "青石县水利局",
            AgencyKind.DEPARTMENT,
            Level.COUNTY,
            None,
            "gov",
            "p-qs",
            valid_to=date(2019, 2, 28),
        ),
        Agency("town", "白塔镇人民政府", AgencyKind.TOWNSHIP, Level.TOWNSHIP, "419901100", "gov"),
    )
    assert data.portals == (
        Portal(
            "p-qs",
            "http://127.0.0.1:9001/",
            "青石县人民政府",
            ("http://127.0.0.1:9001/zfxxgknb/", "https://例子.政务/nb"),
            ("xxgk.example.gov.cn", "127.0.0.1:9002"),
            0.5,
            BrowserMode.ALWAYS,
            {2023: 12, 2022: 0},
            "自建系统",
        ),
        Portal("no", "https://www.example.gov.cn"),
    )
    assert data.overrides == (
        DeadlineOverride(
            "01-28",
            "青石县通知",
            "4199",
            (AgencyKind.DEPARTMENT, AgencyKind.OFFICE),
            (2022,),
            Severity.WARNING,
        ),
        DeadlineOverride("01-20", "另一通知", severity=Severity.ERROR),
    )


def test_only_four_columns_are_needed_and_a_bom_is_fine(folder: Path) -> None:
    (folder / "agencies.csv").write_text(
        " level ,id,kind,name\r\ncounty,x,office,某办\r\n", "utf-8-sig", newline=""
    )
    (folder / "overrides.yml").unlink()
    data = read_registry(folder)
    assert data.agencies == (Agency("x", "某办", AgencyKind.OFFICE, Level.COUNTY),)
    assert data.overrides == ()


@pytest.mark.parametrize("content", ["", "# 没有\n", "[]"])
def test_no_overrides_in_the_file(folder: Path, content: str) -> None:
    (folder / "overrides.yml").write_text(content)
    assert read_registry(folder).overrides == ()


# --- agencies.csv ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",甲,office,county,,,,,,,", "id", "不能为空"),
        ("=1+1,甲,office,county,,,,,,,", "id", "不是合格的标识"),
        ("-x,甲,office,county,,,,,,,", "id", "不是合格的标识"),
        ("a b,甲,office,county,,,,,,,", "id", "不是合格的标识"),
        ("a\x07,甲,office,county,,,,,,,", "id", "不是合格的标识"),
        ("甲,甲,office,county,,,,,,,", "id", "不是合格的标识"),
        ("a" * 81 + ",甲,office,county,,,,,,,", "id", "不是合格的标识"),
        ("gov,甲,office,county,,,,,,,", "id", "与第 2 行重复"),
        ("x, ,office,county,,,,,,,", "name", "不能为空"),
        ("x,甲\x00,office,county,,,,,,,", "name", "控制字符"),
        ('x,"甲\n乙",office,county,,,,,,,', "name", "换行"),
        ("x," + "长" * 201 + ",office,county,,,,,,,", "name", "过长"),
        ("x,甲,Office,county,,,,,,,", "kind", "government、office"),
        ("x,甲,,county,,,,,,,", "kind", "不能为空"),
        ("x,甲,office,县级,,,,,,,", "level", "“县级” 不在允许的取值之内"),
        ("x,甲,office,county,41990,,,,,,", "division", "6 位或 9 位"),
        ("x,甲,office,county,４１９９０１,,,,,,", "division", "6 位或 9 位"),
        ("x,甲,office,county,419901000000,,,,,,", "division", "6 位或 9 位"),
        ("x,甲,office,county,,nobody,,,,,", "parent", "“nobody”没有定义"),
        ("x,甲,office,county,,x,,,,,", "parent", "循环"),
        ("x,甲,office,county,,,nowhere,,,,", "portal", "portals.yml 中没有"),
        ("x,甲,office,county,,,,乙;\x01,,,", "aliases", "控制字符"),
        ("x,甲,office,county,,,,,2023/1/1,,", "valid_from", "2023-12-31"),
        ("x,甲,office,county,,,,,20230101,,", "valid_from", "2023-12-31"),
        ("x,甲,office,county,,,,,,2023-02-30,", "valid_to", "2023-12-31"),
        ("x,甲,office,county,,,,,2023-02-02,2023-02-01,", "valid_to", "早于起始日期"),
        ("x,甲,office,county,,,,,,,nobody", "predecessor", "“nobody”没有定义"),
        ("x,甲,office,county", None, "有 4 列，表头有 11 列"),
        ("x,甲,office,county,,,,,,,,", None, "有 12 列，表头有 11 列"),
        ('x,"甲,office', None, "引号"),
    ],
)
def test_a_bad_row_is_told_with_its_place(
    folder: Path, row: str, column: str | None, reason: str
) -> None:
    with (folder / "agencies.csv").open("a", encoding="utf-8") as file:
        file.write(row + "\n")
    (problem,) = problems(folder)
    assert (problem.file, problem.line, problem.column) == ("agencies.csv", 7, column)
    assert reason in problem.reason
    assert str(problem).startswith("agencies.csv 第 7 行" + (f" {column}：" if column else "："))


@pytest.mark.parametrize(
    ("header", "column", "reason"),
    [
        ("id,name,kind", "level", "缺少这一列"),
        ("id,name,kind,level,color", "color", "不认识的列"),
        ("id,name,kind,level,", "（第 5 列）", "不认识的列"),
        ("id,name,kind,level,name", "name", "列名重复"),
        ("id;name;kind;level", "id", "缺少这一列"),
    ],
)
def test_a_bad_header(folder: Path, header: str, column: str, reason: str) -> None:
    (folder / "agencies.csv").write_text(f"{header}\nx,甲,office,county\n", "utf-8")
    first = problems(folder)[0]
    assert (first.line, first.column) == (1, column)
    assert reason in first.reason


def test_lines_are_counted_across_quoted_line_breaks_and_blank_lines(folder: Path) -> None:
    (folder / "agencies.csv").write_text(
        'id,name,kind,level,aliases\r\n\r\na,"甲\r\n乙",office,county,\r\n,,,,\r\nb,,office,,\r\n',
        "utf-8",
        newline="",
    )
    assert places(folder) == [
        ("agencies.csv", 3, "name"),
        ("agencies.csv", 6, "name"),
        ("agencies.csv", 6, "level"),
    ]


def test_longer_cycles(folder: Path) -> None:
    rows = [HEADER]
    for name, parent in {"d": "a", "a": "b", "b": "c", "c": "a", "e": ""}.items():
        rows.append(f"{name},名,office,county,,{parent},,,,,")
    (folder / "agencies.csv").write_text("\n".join(rows), "utf-8")
    assert places(folder) == [("agencies.csv", line, "parent") for line in (3, 4, 5)]


def test_all_problems_of_all_files_at_once(folder: Path) -> None:
    (folder / "agencies.csv").write_text(f"{HEADER}\nx,,bad,county,1,,nowhere,,,,\n", "utf-8")
    (folder / "portals.yml").write_text("- id: p\n- url: ftp://x/\n  id: q\n", "utf-8")
    (folder / "overrides.yml").write_text("- due: 13-01\n", "utf-8")
    assert places(folder) == [
        ("agencies.csv", 2, "name"),
        ("agencies.csv", 2, "kind"),
        ("agencies.csv", 2, "division"),
        ("portals.yml", 1, "url"),
        ("portals.yml", 2, "url"),
        ("overrides.yml", 1, "due"),
        ("overrides.yml", 1, "source"),
    ]


@pytest.mark.parametrize("name", ["agencies.csv", "portals.yml"])
def test_files_that_are_missing_empty_or_no_text(folder: Path, name: str) -> None:
    path = folder / name
    path.write_bytes("一\n二\n".encode() + "编码".encode("gb18030"))
    (problem,) = problems(folder)
    assert "第 3 行" in problem.reason
    assert "UTF-8" in problem.reason
    path.write_bytes("id,name".encode("utf-16"))
    assert "UTF-8" in problems(folder)[0].reason
    path.write_bytes(b"")
    assert "空的" in problems(folder)[0].reason
    path.unlink()
    assert problems(folder) == [RegistryProblem(name, None, None, "文件不存在")]
    assert str(problems(folder)[0]) == f"{name}：文件不存在"
    path.mkdir()
    assert "无法读取" in problems(folder)[0].reason


def test_a_header_without_rows_would_switch_everything_off(folder: Path) -> None:
    (folder / "agencies.csv").write_text(HEADER + "\n,,,,,,,,,,\n", "utf-8")
    assert "没有任何行政机关" in problems(folder)[0].reason


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    assert "目录不存在" in problems(tmp_path / "none")[0].reason


def test_a_file_that_is_too_large(folder: Path) -> None:
    with (folder / "portals.yml").open("wb") as file:
        file.truncate(51 * 1024 * 1024)
    assert "过大" in problems(folder)[0].reason


# --- portals.yml, overrides.yml -----------------------------------------------------------

GOOD = "- id: p-qs\n  url: http://x/\n"


@pytest.mark.parametrize(
    ("entry", "line", "column", "reason"),
    [
        ("- id: b\n  url: gopher://x/", 4, "url", "http 或 https"),
        ("- id: b\n  url: http:///x", 4, "url", "http 或 https"),
        ("- id: b\n  url: http://x:99999/", 4, "url", "http 或 https"),
        ("- id: b\n  url: http://u:p@x/", 4, "url", "用户名或密码"),
        ("- id: b\n  url: 'http://x/ y'", 4, "url", "空白"),
        ("- id: b\n  url: [http://x/]", 4, "url", "单个值"),
        ("- url: http://x/", 3, "id", "不能为空"),
        ("- id:\n  url: http://x/", 3, "id", "不能为空"),
        ("- id: p-qs\n  url: http://x/", 3, "id", "与第 1 行重复"),
        ("- id: b\n  url: http://x/\n  colour: red", 5, "colour", "不认识的键"),
        ("- id: b\n  url: http://x/\n  url: http://y/", 5, "url", "键重复"),
        ("- id: b\n  url: http://x/\n  columns: http://x/", 5, "columns", "应为列表"),
        ("- id: b\n  url: http://x/\n  columns:\n  - /nb/", 6, "columns", "http 或 https"),
        ("- id: b\n  url: http://x/\n  hosts: [http://y/]", 5, "hosts", "不是主机名"),
        ("- id: b\n  url: http://x/\n  access: 1.0", 5, "access", "键值对"),
        ("- id: b\n  url: http://x/\n  access:\n    delay: fast", 6, "access.delay", "秒数"),
        ("- id: b\n  url: http://x/\n  access:\n    delay: -1", 6, "access.delay", "秒数"),
        ("- id: b\n  url: http://x/\n  access:\n    delay: .nan", 6, "access.delay", "秒数"),
        ("- id: b\n  url: http://x/\n  access: {browser: yes}", 5, "access.browser", "never、auto"),
        ("- id: b\n  url: http://x/\n  access: {dealy: 1}", 5, "access.dealy", "不认识的键"),
        (
            "- id: b\n  url: http://x/\n  expect: {min_reports: {23: 1}}",
            5,
            "expect.min_reports",
            "年份",
        ),
        (
            "- id: b\n  url: http://x/\n  expect: {min_reports: {2023: -1}}",
            5,
            "expect.min_reports",
            "非负整数",
        ),
        (
            "- id: b\n  url: http://x/\n  expect: {min_reports: {2023: 1, 2023: 2}}",
            5,
            "expect.min_reports",
            "重复",
        ),
        (
            "- id: b\n  url: http://x/\n  expect: {min_reports: 12}",
            5,
            "expect.min_reports",
            "2023: 12",
        ),
        ("- just text", 3, None, "键值对"),
        ("- id: b\n  url: http://x/\n  notes: &a x", 5, None, "别名"),
        ("- id: b\n  url: *a", 4, None, "别名"),
        ("- id: !!python/name:os.system b", 3, None, "类型标记"),
        ("- id: b\n  notes: " + "[" * 30, 4, None, "嵌套过深"),
        ("- id: b\n url: x", 4, None, "YAML 格式有误"),
        ("- id: 'b", 4, None, "YAML 格式有误"),
        ("- id: b\n\tx: y", 4, None, "YAML 格式有误"),
    ],
)
def test_a_bad_portal_is_told_with_its_place(
    folder: Path, entry: str, line: int, column: str | None, reason: str
) -> None:
    (folder / "portals.yml").write_text(GOOD + entry + "\n", "utf-8")
    (problem,) = problems(folder)
    assert (problem.file, problem.line, problem.column) == ("portals.yml", line, column)
    assert reason in problem.reason


@pytest.mark.parametrize("content", ["id: p\n", "text", "12"])
def test_portals_must_be_a_list(folder: Path, content: str) -> None:
    (folder / "portals.yml").write_text(content)
    (problem,) = problems(folder)
    assert problem.line == 1
    assert "列表" in problem.reason


def test_control_characters_in_yaml(folder: Path) -> None:
    (folder / "portals.yml").write_bytes(GOOD.encode() + b"  notes: \x07\n")
    assert "YAML 格式有误" in problems(folder)[0].reason


@pytest.mark.parametrize(
    ("entry", "column", "reason"),
    [
        ("due: '01-28'", "source", "不能为空"),
        ("source: 通知", "due", "不能为空"),
        ("{source: 通知, due: 02-30}", "due", "月-日"),
        ("{source: 通知, due: 1-28}", "due", "月-日"),
        ("{source: 通知, due: 2023-01-28}", "due", "月-日"),
        ("{source: 通知, due: 02-29, years: [2022]}", "due", "月-日"),
        ("{source: 通知, due: 02-29}", "due", "月-日"),
        ("{source: 通知, due: 01-28, kinds: [departments]}", "kinds", "取值"),
        ("{source: 通知, due: 01-28, kinds: department}", "kinds", "列表"),
        ("{source: 通知, due: 01-28, years: [22]}", "years", "年份"),
        ("{source: 通知, due: 01-28, years: [2022.5]}", "years", "年份"),
        ("{source: 通知, due: 01-28, division: 青石县}", "division", "行政区划"),
        ("{source: 通知, due: 01-28, division: '419'}", "division", "行政区划"),
        ("{source: 通知, due: 01-28, severity: bad}", "severity", "error、warning"),
        ("{source: 通知, due: 01-28, reason: x}", "reason", "不认识的键"),
    ],
)
def test_a_bad_override(folder: Path, entry: str, column: str, reason: str) -> None:
    (folder / "overrides.yml").write_text(f"- {entry}\n", "utf-8")
    (problem,) = problems(folder)
    assert (problem.file, problem.line, problem.column) == ("overrides.yml", 1, column)
    assert reason in problem.reason


def test_a_leap_day_is_a_date_in_a_leap_year(folder: Path) -> None:
    (folder / "overrides.yml").write_text("- {source: 通知, due: 02-29, years: [2023]}", "utf-8")
    assert read_registry(folder).overrides[0].due == "02-29"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cut=st.integers(0, 400), junk=st.binary(max_size=6))
def test_whatever_is_in_the_files_the_answer_is_a_registry_or_problems(
    folder: Path, cut: int, junk: bytes
) -> None:
    for name, content in (
        ("agencies.csv", AGENCIES),
        ("portals.yml", PORTALS),
        ("overrides.yml", OVERRIDES),
    ):
        data = content.encode()
        (folder / name).write_bytes(data[:cut] + junk + data[cut + len(junk) :])
    try:
        read_registry(folder)
    except RegistryError as error:
        assert all(problem.reason for problem in error.problems)


# --- Import ----------------------------------------------------------------------------------


def test_import_and_read_back(folder: Path, database: Database) -> None:
    data = read_registry(folder)
    for _ in range(2):
        with database.session() as s:
            assert import_registry(s, data) == {
                "agencies": 4,
                "portals": 2,
                "overrides": 2,
                "deactivated": 0,
            }
    with database.session() as s:
        assert repo.agencies(s) == sorted(data.agencies, key=lambda a: a.id)
        assert repo.portals(s) == sorted(data.portals, key=lambda p: p.id)
        assert repo.overrides(s) == list(data.overrides)
        assert repo.agency(s, "water") == data.agencies[1]
        assert repo.agency(s, "none") is None


def test_what_is_dropped_stays_inactive_and_may_come_back(folder: Path, database: Database) -> None:
    full = read_registry(folder)
    (folder / "agencies.csv").write_text(
        "id,name,kind,level\nwater,青石县水利和水务局,department,county\n", "utf-8"
    )
    (folder / "portals.yml").write_text(GOOD, "utf-8")
    (folder / "overrides.yml").unlink()
    less = read_registry(folder)
    with database.session() as s:
        import_registry(s, full)
        known = repo.agency(s, "water")
        assert known is not None
        assert import_registry(s, less) == {
            "agencies": 1,
            "portals": 1,
            "overrides": 0,
            "deactivated": 4,
        }
        assert import_registry(s, less)["deactivated"] == 0
    with database.session() as s:
        (active,) = repo.agencies(s)
        assert (active.name, active.portal, active.aliases) == ("青石县水利和水务局", None, ())
        assert len(repo.agencies(s, active_only=False)) == 4
        assert repo.agency(s, "town") is not None
        assert [p.id for p in repo.portals(s)] == ["p-qs"]
        assert len(repo.portals(s, active_only=False)) == 2
        assert repo.overrides(s) == []
        import_registry(s, full)
        assert len(repo.agencies(s)) == 4


def test_names_are_stored_readably(folder: Path, database: Database) -> None:
    with database.session() as s:
        import_registry(s, read_registry(folder))
        stored = s.execute(text("SELECT aliases FROM agencies WHERE id = 'water'")).scalar()
    assert "县水务局" in str(stored)


def test_a_large_registry(tmp_path: Path, sqlite_database: Database) -> None:
    rows = ["id,name,kind,level,parent,portal"]
    rows += [
        f"a{n},单位{n},department,county,{f'a{n - 1}' if n else ''},p{n % 500}" for n in range(5000)
    ]
    (tmp_path / "agencies.csv").write_text("\n".join(rows), "utf-8")
    (tmp_path / "portals.yml").write_text(
        "".join(f"- {{id: p{n}, url: 'http://x{n}/'}}\n" for n in range(500)), "utf-8"
    )
    data = read_registry(tmp_path)
    with sqlite_database.session() as s:
        assert import_registry(s, data)["agencies"] == 5000
