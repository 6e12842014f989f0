"""The HTTP surface: parameters in, prepared documents out."""
