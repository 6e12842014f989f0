"""Which program this is."""

from importlib.metadata import PackageNotFoundError, version

try:
    VERSION = version("lunar-cooperation-api")
except PackageNotFoundError:  # run from a checkout that was never installed
    VERSION = "0+unknown"
