"""A Grafana dashboard over this service, for the Infinity data source.

Each panel asks for one table, whole: Infinity merges pages only of equal types. The right edge of
the time range is the day of which everything is told.
"""

from collections.abc import Sequence
from typing import Any

_SOURCE = {"type": "yesoreyeram-infinity-datasource", "uid": "${source}"}
_AS_OF = "as_of=${__timeTo:date:YYYY-MM-DD}"
_SLIPPED = "kind=missions&field=launch&slipped__gte=365&sort=-slipped&fields=subject,subject_name"
_FIRST = {"missions/luna-26": "Luna-26", "missions/luna-27": "Luna-27"}
_WIDTH = 24  # of a dashboard, in columns

_ABOUT = """\
What was promised at the Moon, **as known at the right edge of the time range**: end it in March
2018, and no panel knows of what came later.
Data: [Lunar Cooperation API]({address}), CC BY 4.0."""

Columns = Sequence[tuple[str, str, str]]  # key, title, type


def dashboard(address: str) -> dict[str, Any]:
    """The dashboard, asking the service at an address."""
    return {
        "uid": "lunar-cooperation",
        "title": "Lunar cooperation: promises and outcomes",
        "description": "Promised and actual dates of missions, agreements and projects.",
        "tags": ["moon"],
        "schemaVersion": 39,
        "editable": True,
        "timezone": "utc",
        "time": {"from": "now-15y", "to": "now"},
        "refresh": "",
        "templating": {"list": [_data_source(), _missions(address)]},
        "annotations": {"list": []},
        "panels": _panels(address),
    }


def _panels(address: str) -> list[dict[str, Any]]:
    def data(path: str) -> str:
        return f"{address}{path}&{_AS_OF}"

    return [
        _text(1, (0, 0, 12, 4), _ABOUT.format(address=address)),
        _stat(2, (12, 0, 6, 4), "Overdue", data("/v1/timeline?overdue=true&limit=1")),
        _stat(3, (18, 0, 6, 4), "Still to come", data("/v1/timeline?status=planned&limit=1")),
        _slips(
            4,
            (0, 4, 16, 12),
            data(
                "/v1/slips.json?shape=array&nature=plan&milestone=launch&subject=${mission:csv}"
                "&said__gte=1950&sort=said&fields=subject,said_latest,slip_days_max"
            ),
        ),
        _verdicts(5, (16, 4, 8, 12), data("/v1/slips?nature=plan&group_by=verdict")),
        _overdue(
            6,
            (0, 16, _WIDTH, 10),
            data(
                "/v1/timeline.json?shape=array&overdue=true&sort=date"
                "&fields=subject_name,what,date_label,date_latest,last_word"
            ),
        ),
    ]


# --- Variables ----------------------------------------------------------------------------------


def _data_source() -> dict[str, Any]:
    return {
        "name": "source",
        "label": "Data source",
        "type": "datasource",
        "query": _SOURCE["type"],
        "hide": 0,
    }


def _missions(address: str) -> dict[str, Any]:
    url = f"{address}/v1/slips/summary.json?shape=array&{_SLIPPED}"
    columns = (("subject_name", "__text", "string"), ("subject", "__value", "string"))
    return {
        "name": "mission",
        "label": "Missions",
        "type": "query",
        "datasource": _SOURCE,
        "query": {
            "queryType": "infinity",
            "refId": "variable",
            "infinityQuery": _query(url, columns, ref="variable"),
        },
        "multi": True,
        "includeAll": False,
        "refresh": 1,
        "current": {"text": list(_FIRST.values()), "value": list(_FIRST)},
        "hide": 0,
    }


# --- Panels -------------------------------------------------------------------------------------


def _query(
    url: str, columns: Columns, *, root: str = "", form: str = "table", ref: str = "A"
) -> dict[str, Any]:
    return {
        "refId": ref,
        "datasource": _SOURCE,
        "type": "json",
        "source": "url",
        "parser": "backend",
        "format": form,
        "url": url,
        "url_options": {"method": "GET", "data": ""},
        "root_selector": root,
        "columns": [_column(*column) for column in columns],
        "filters": [],
    }


def _column(key: str, title: str, type_: str) -> dict[str, str]:
    column = {"selector": key, "text": title, "type": type_}
    return {**column, "timestampFormat": "2006-01-02"} if type_ == "timestamp" else column


def _panel(number: int, place: tuple[int, int, int, int], type_: str, title: str) -> dict[str, Any]:
    x, y, width, height = place
    return {
        "id": number,
        "type": type_,
        "title": title,
        "gridPos": {"x": x, "y": y, "w": width, "h": height},
        "fieldConfig": {"defaults": {}, "overrides": []},
        "options": {},
    }


def _with_data(panel: dict[str, Any], query: dict[str, Any]) -> dict[str, Any]:
    return {**panel, "datasource": _SOURCE, "targets": [query]}


def _text(number: int, place: tuple[int, int, int, int], content: str) -> dict[str, Any]:
    panel = _panel(number, place, "text", "")
    panel["options"] = {"mode": "markdown", "content": content}
    return panel


def _stat(number: int, place: tuple[int, int, int, int], title: str, url: str) -> dict[str, Any]:
    panel = _panel(number, place, "stat", title)
    panel["options"] = {
        "reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False},
        "colorMode": "none",
        "graphMode": "none",
    }
    return _with_data(panel, _query(url, [("count", title, "number")], root="meta"))


def _slips(number: int, place: tuple[int, int, int, int], url: str) -> dict[str, Any]:
    panel = _panel(number, place, "timeseries", "Launch dates: days moved since the first promise")
    panel["fieldConfig"]["defaults"] = {
        "unit": "d",
        "displayName": "${__field.labels.subject}",
        "custom": {
            "drawStyle": "line",
            "lineInterpolation": "stepAfter",
            "showPoints": "always",
            "spanNulls": True,
        },
    }
    panel["options"] = {
        "legend": {"showLegend": True, "displayMode": "list", "placement": "bottom"},
        "tooltip": {"mode": "multi"},
    }
    columns = (
        ("said_latest", "said", "timestamp"),
        ("subject", "subject", "string"),
        ("slip_days_max", "days", "number"),
    )
    return _with_data(panel, _query(url, columns, form="timeseries"))


def _verdicts(number: int, place: tuple[int, int, int, int], url: str) -> dict[str, Any]:
    panel = _panel(number, place, "barchart", "What became of each promise")
    panel["options"] = {
        "orientation": "horizontal",
        "xField": "verdict",
        "showValue": "always",
        "legend": {"showLegend": False, "displayMode": "list", "placement": "bottom"},
    }
    columns = (("verdict", "verdict", "string"), ("count", "promises", "number"))
    return _with_data(panel, _query(url, columns, root="groups"))


def _overdue(number: int, place: tuple[int, int, int, int], url: str) -> dict[str, Any]:
    panel = _panel(number, place, "table", "Overdue")
    columns = (
        ("subject_name", "Of what", "string"),
        ("what", "What", "string"),
        ("date_label", "Promised for", "string"),
        ("date_latest", "At the latest", "timestamp"),
        ("last_word", "Last word", "timestamp"),
    )
    panel["fieldConfig"]["defaults"] = {"noValue": "nothing"}
    panel["fieldConfig"]["overrides"] = [
        {
            "matcher": {"id": "byType", "options": "time"},
            "properties": [{"id": "unit", "value": "time:YYYY-MM-DD"}],
        }
    ]
    return _with_data(panel, _query(url, columns))
