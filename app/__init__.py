"""Lunar Cooperation API: who agreed with whom to do what at the Moon, and what became of it."""
