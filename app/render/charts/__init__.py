"""Charts: rows in, Vega-Lite specs out; one module a chart. Nothing here reads, asks or draws."""
