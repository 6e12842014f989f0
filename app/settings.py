"""Settings: the only reader of the environment."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.backends import read_url
from app.errors import StartError, did_you_mean

_PACKAGE = Path(__file__).parent
_PREFIX = "LUNAR_"


def _shipped(name: str) -> Path:
    """A folder that travels with the program: in the wheel inside the package, else beside it."""
    bundled = _PACKAGE / "bundled" / name
    return bundled if bundled.is_dir() else _PACKAGE.parent / name


def _default_database_url() -> str:
    path = Path.home() / ".local" / "share" / "lunar" / "lunar.sqlite"
    return f"sqlite:///{path}"


class Settings(BaseSettings):
    """Each setting is an environment variable: its name in capitals after `LUNAR_`."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, frozen=True, extra="ignore", env_ignore_empty=True
    )

    database_url: str = Field(
        default_factory=_default_database_url,
        description="Where the data lives, as an SQLAlchemy URL: SQLite (its file is made if need "
        "be) or PostgreSQL.",
    )
    seed_dir: Path = Field(
        default_factory=lambda: _shipped("seed"),
        description="The folder of seed files that the database is made from.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text", description="How log lines are written: for a person or for a machine."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important log lines that are written."
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        read_url(value)
        return value

    @field_validator("seed_dir")
    @classmethod
    def _existing_folder(cls, value: Path) -> Path:
        if not value.is_dir():
            raise ValueError(f"{value} is not a folder")
        return value

    @property
    def migrations_dir(self) -> Path:
        """The folder of Alembic migrations that travels with the program."""
        return _shipped("migrations")


@lru_cache(maxsize=1)
def get_settings() -> Settings:
    """The settings of this process.

    Raises:
        StartError: for a LUNAR_ variable that is no setting: it would do nothing, unseen.
        pydantic.ValidationError: naming each setting that cannot be used.
    """
    known = [f"{_PREFIX}{name}".upper() for name in Settings.model_fields]
    for name in sorted(os.environ):
        if name.upper().startswith(_PREFIX) and name.upper() not in known:
            raise StartError(f"{name} is no setting: {did_you_mean(name, known)}")
    return Settings()
