"""Shapes in, text out; no database, no HTTP."""
