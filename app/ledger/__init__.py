"""Seed files in, rows out: ledger → states. Knows no HTTP."""
