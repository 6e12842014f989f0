"""Many rows into one table: the statement is made once, and the driver is given values."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table, insert

from app.db import Writer

Row = Mapping[str, Any]


class Insertion:
    """Rows with the same columns into a table, as fast as the driver takes them."""

    def __init__(self, writer: Writer, table: Table, columns: Sequence[str]) -> None:
        compiled: Any = insert(table).compile(dialect=writer.dialect, column_keys=list(columns))
        self._sql = str(compiled)
        self._cursor = writer.connection.cursor()
        self._is_positional: bool = compiled.positional
        self._columns: Sequence[str] = compiled.positiontup or list(columns)
        self._writers: list[tuple[str, Callable[[Any], Any]]] = [
            (name, write)
            for name in self._columns
            if (
                write := table.c[name]
                .type.dialect_impl(writer.dialect)
                .bind_processor(writer.dialect)
            )
        ]

    def run(self, rows: Sequence[Row]) -> None:
        """Insert rows."""
        given = [self._given(row) for row in rows]
        self._cursor.executemany(self._sql, given)

    def _given(self, row: Row) -> Any:
        values = dict(row)
        for name, write in self._writers:
            values[name] = write(values[name])
        return [values[name] for name in self._columns] if self._is_positional else values
