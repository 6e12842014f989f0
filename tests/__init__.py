"""Tests; while they are collected nothing is garbage yet, so none is looked for: see conftest."""

import gc

gc.disable()
