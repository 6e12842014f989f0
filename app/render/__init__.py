"""Shapes in, text out; no database, no HTTP.

What writes one form only (calendars, feeds, Excel, Markdown) imports its library when it writes:
together they would take a tenth of the time and memory that a process takes to start.
"""
