"""Settings: from the environment, refused by name when they cannot be used, never changed."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from app.cli import app as cli
from app.settings import Settings
from tests.conftest import REPO

NAMES = [f"LUNAR_{name.upper()}" for name in Settings.model_fields]


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


def test_the_defaults_work_without_an_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing has to be set: the shipped facts, and a database in the user's own folder."""
    monkeypatch.setenv("HOME", "/home/somebody")
    settings = Settings()
    expected = {
        "database_url": "sqlite:////home/somebody/.local/share/lunar/lunar.sqlite",
        "seed_dir": REPO / "seed",
        "log_format": "text",
        "log_level": "info",
    }
    assert expected == settings.model_dump()
    assert settings.migrations_dir == REPO / "migrations"


@pytest.mark.parametrize(
    ("name", "value", "field", "expected"),
    [
        ("LUNAR_DATABASE_URL", "sqlite:////tmp/x.sqlite", "database_url",
         "sqlite:////tmp/x.sqlite"),
        ("LUNAR_SEED_DIR", str(REPO / "tests"), "seed_dir", REPO / "tests"),
        ("LUNAR_LOG_FORMAT", "json", "log_format", "json"),
        ("LUNAR_LOG_LEVEL", "debug", "log_level", "debug"),
    ],
)  # fmt: skip
def test_each_setting_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, field: str, expected: object
) -> None:
    """A setting is its name in capitals after LUNAR_."""
    monkeypatch.setenv(name, value)
    assert expected == getattr(Settings(), field)


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("LUNAR_DATABASE_URL", "nonsense", "not a database URL"),
        ("LUNAR_DATABASE_URL", "mysql://host/lunar", "'mysql' is not supported"),
        ("LUNAR_DATABASE_URL", "sqlite+nothing:////tmp/x.sqlite", "sqlite:////path/to/file"),
        ("LUNAR_DATABASE_URL", "sqlite+aiosqlite:////tmp/x.sqlite", "sqlite:////path/to/file"),
        ("LUNAR_SEED_DIR", "/nowhere/at/all", "/nowhere/at/all is not a folder"),
        ("LUNAR_SEED_DIR", __file__, "is not a folder"),
        ("LUNAR_LOG_FORMAT", "xml", "'text' or 'json'"),
        ("LUNAR_LOG_LEVEL", "loud", "'debug', 'info', 'warning' or 'error'"),
    ],
)
def test_bad_values_are_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, word: str
) -> None:
    """A value that cannot be used is refused at the start, with its name and what would do."""
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError) as caught:
        Settings()
    found = [(f"LUNAR_{error['loc'][0]}".upper(), error["msg"]) for error in caught.value.errors()]
    assert [name] == [bad for bad, _ in found]
    assert word in found[0][1]


def test_every_bad_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A person mends the environment in one go."""
    for name in NAMES:
        monkeypatch.setenv(name, "/nonsense")
    with pytest.raises(ValidationError) as caught:
        Settings()
    found = {f"LUNAR_{error['loc'][0]}".upper() for error in caught.value.errors()}
    assert set(NAMES) == found


@pytest.mark.parametrize("field", Settings.model_fields)
def test_settings_do_not_change(settings: Settings, field: str) -> None:
    """What the program started with is what it runs with."""
    with pytest.raises(ValidationError, match="frozen"):
        setattr(settings, field, getattr(settings, field))


@pytest.mark.parametrize("name", NAMES)
def test_each_setting_is_documented(name: str) -> None:
    """The README names every setting, and so does `lunar --help`."""
    assert name in (REPO / "README.md").read_text(encoding="utf-8")
    assert name in str(cli.info.epilog)


@pytest.mark.parametrize("field", Settings.model_fields)
def test_each_setting_says_what_it_is(field: str) -> None:
    """A setting has a description that ends like a sentence."""
    assert (Settings.model_fields[field].description or "").endswith(".")


def test_what_is_shipped_is_there() -> None:
    """Facts and migrations travel with the program."""
    settings = Settings()
    assert list(Path(settings.seed_dir).glob("*/*.yaml"))
    assert (settings.migrations_dir / "env.py").is_file()
