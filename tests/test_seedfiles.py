"""Seed files as text: what YAML would misread is a problem, all else is kept as typed."""

from pathlib import Path

import pytest

from app.ledger.records import Place
from app.ledger.seedfiles import Items, Mapping, Text, read_file, read_folder, read_text
from app.ledger.seedpaths import seed_paths


def plain(value: Text | Items | Mapping) -> object:
    """A read value without its places."""
    if isinstance(value, Text):
        return value.value
    if isinstance(value, Items):
        return [plain(item) for item in value.values]
    return {key: plain(inner) for key, inner in value.values.items()}


@pytest.mark.parametrize(
    ("typed", "read_as"),
    [
        ("NO", "true or false"),
        ("yes", "true or false"),
        ("off", "true or false"),
        ("True", "true or false"),
        ("2018-03-03", "a date object"),
        ("2018-03-03T12:00:00Z", "a date object"),
        ("2022", "a number"),
        ("-5", "a number"),
        ("0x1F", "a number"),
        ("017", "a number"),
        ("1_000", "a number"),
        ("12:30", "a number"),
        ("1.5", "a number"),
        ("1e3", "a number"),
        (".inf", "a number"),
        ("null", "nothing at all"),
        ("Null", "nothing at all"),
        ("~", "nothing at all"),
        ("=", "a default value"),
    ],
)
@pytest.mark.parametrize(
    ("before", "line"),
    [("value: ", 3), ("claims:\n- value: ", 4), ("claims: [a, ", 3)],
    ids=["value", "nested", "item"],
)
def test_what_yaml_would_misread_is_a_problem(
    typed: str, read_as: str, before: str, line: int
) -> None:
    """A bare scalar that YAML takes for something else is a problem at its line, with the cure."""
    after = "]\n" if "[" in before else "\n"
    _, problems = read_text(f"# a comment\nid: a\n{before}{typed}{after}", "seed/a.yaml")
    cure = f'write "{typed}" in quotes'
    expected = [f"seed/a.yaml:{line}: {typed}: YAML reads this as {read_as}: {cure}"]
    assert expected == [str(problem) for problem in problems]


@pytest.mark.parametrize("quote", ['"', "'"])
@pytest.mark.parametrize(
    "typed", ["NO", "2018-03-03", "2022", "12:30", "1e3", "null", "~", "yes", "=", "", "<<", "*a"]
)
def test_quoted_values_are_fine(typed: str, quote: str) -> None:
    """The same words in quotes are read as typed, without a problem."""
    value, problems = read_text(f"value: {quote}{typed}{quote}\n", "a.yaml")
    assert value is not None
    assert ({"value": typed}, []) == (plain(value), problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: a\nnote:\nkind: b\n",
         ["f:2: an empty value: YAML reads this as nothing at all: leave the key out"]),
        ("id: a\nlist:\n- b\n-\n",
         ["f:4: an empty value: YAML reads this as nothing at all: leave the key out"]),
        ("id: &x a\nb: c\nname: *x\n",
         ["f:3: an alias (*): write the value out where it is used"]),
        ("a: &x {b: c}\n\nd: *x\ne: *x\n",
         ["f:3: an alias (*): write the value out where it is used",
          "f:4: an alias (*): write the value out where it is used"]),
        ("a: b\nc: d\na: e\n", ["f:3: 'a' stands twice, first on line 1: keep one"]),
        ("a:\n- b: c\n  d: e\n  b: f\n", ["f:4: 'b' stands twice, first on line 2: keep one"]),
        ("a: b\n? [c]\n: d\n", ["f:2: a key that is not a word: write a word before the colon"]),
        ("a: b\n? {c: d}\n: e\n",
         ["f:2: a key that is not a word: write a word before the colon"]),
        ("a: b\n2022: c\n",
         ['f:2: 2022: YAML reads this as a number: write "2022" in quotes']),
        ("a: b\nno: c\n",
         ['f:2: no: YAML reads this as true or false: write "no" in quotes']),
        ("a: b\nc: !!int '3'\n", ['f:2: 3: YAML reads this as a number: write "3" in quotes']),
        ("", ["f:1: empty file: write a record or delete it"]),
        ("# nothing but a comment\n", ["f:1: empty file: write a record or delete it"]),
    ],
)  # fmt: skip
def test_traps_are_problems_at_their_line(text: str, expected: list[str]) -> None:
    """Whatever would be lost or repeated in silence is a problem where it stands."""
    _, problems = read_text(text, "f")
    assert expected == [str(problem) for problem in problems]


def test_a_merge_key_is_a_problem() -> None:
    """A merge key is a problem at its line, and so is the alias that it merges."""
    _, problems = read_text("a: &x {b: c}\nd:\n  <<: *x\n", "f")
    expected = [("f:3", "<<: YAML reads this as a merge key"), ("f:3", "an alias (*)")]
    assert expected == [(str(problem.place), problem.what) for problem in problems]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: b\n\tc: d\n", 2),
        ("a:\n\t- b\n", 2),
        ("a: b\n  c: d\n", 2),
        ("a: b\nc: 'd\n", 3),
        ("a: b\nc: d: e\n", 2),
        ("a: *nowhere\n", 1),
        ("a: b\n---\nc: d\n", 2),
        ("a: \x00\n", 1),
    ],
)
def test_what_is_no_yaml_is_one_problem(text: str, line: int) -> None:
    """Text that is not one YAML document has no value and a problem with line and remedy."""
    value, problems = read_text(text, "f")
    assert value is None
    assert [f"f:{line}"] == [str(problem.place) for problem in problems]
    assert problems[0].what.startswith("not YAML (")
    assert problems[0].remedy


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("имя: Роскосмос\n".encode(), []),
        (b"\xef\xbb\xbfid: a\n", []),
        ("name: Роскосмос\n".encode("cp1251"),
         ["s/f.yaml:1: not UTF-8 text: save the file as UTF-8"]),
        ("id: a\n".encode("utf-16"), ["s/f.yaml:1: not UTF-8 text: save the file as UTF-8"]),
    ],
    ids=["utf-8", "byte order mark", "cp1251", "utf-16"],
)  # fmt: skip
def test_files_are_utf_8(tmp_path: Path, content: bytes, expected: list[str]) -> None:
    """A file in another encoding is a problem and never mojibake."""
    path = tmp_path / "f.yaml"
    path.write_bytes(content)
    value, problems = read_file(path, "s/f.yaml")
    assert expected == [str(problem) for problem in problems]
    assert bool(expected) == (value is None)


def test_values_are_kept_as_typed_with_their_places() -> None:
    """Scalars stay the text that was typed; values and keys remember their lines."""
    text = (
        "id: Luna-26\nname: Луна-26\nclaims:\n- value: '  0042 '\n  note: |\n    two\n    lines\n"
    )
    value, problems = read_text(text, "f")
    assert problems == []
    assert isinstance(value, Mapping)
    expected = {
        "id": "Luna-26",
        "name": "Луна-26",
        "claims": [{"value": "  0042 ", "note": "two\nlines\n"}],
    }
    assert expected == plain(value)
    assert Place("f", 1) == value.place
    assert {key: at.line for key, at in value.keys.items()} == {"id": 1, "name": 2, "claims": 3}
    claims = value.values["claims"]
    assert isinstance(claims, Items)
    assert isinstance(claims.values[0], Mapping)
    assert {key: at.line for key, at in claims.values[0].keys.items()} == {"value": 4, "note": 5}


def test_a_list_at_the_top_is_read_as_a_list() -> None:
    """A file may hold a list as far as YAML goes; the checks say that it is not a record."""
    value, problems = read_text("- a\n- b\n", "f")
    assert isinstance(value, Items)
    assert (plain(value), problems) == (["a", "b"], [])


def test_seed_paths_are_sorted_and_leave_out_what_is_hidden(tmp_path: Path) -> None:
    """Both endings count, in the order of names; hidden files and other endings do not."""
    names = ("b/z.yaml", "b/a.yml", "a/x.yaml", ".git/c.yaml", "a/.#x.yaml", "README.md", "a/x.txt")
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    expected = ["a/x.yaml", "b/a.yml", "b/z.yaml"]
    assert expected == [path.relative_to(tmp_path).as_posix() for path in seed_paths(tmp_path)]


def test_a_folder_is_read_whole_with_every_problem(tmp_path: Path) -> None:
    """One bad file does not hide the others: each file's problems are given, by seed folder."""
    seed = tmp_path / "facts"
    for name, text in {
        "a/ok.yaml": "id: ok\n",
        "a/no.yaml": "id: NO\n",
        "b/tab.yaml": "\tx",
    }.items():
        (seed / name).parent.mkdir(parents=True, exist_ok=True)
        (seed / name).write_text(text, encoding="utf-8")
    documents, problems = read_folder(seed)
    assert [path.as_posix() for path, _ in documents] == ["a/no.yaml", "a/ok.yaml"]
    assert [str(found.place) for found in problems] == ["facts/a/no.yaml:1", "facts/b/tab.yaml:1"]
