"""A real browser to look at the pages."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

# Chromium asks its maker's hosts for things at every start unless it is told not to.
_QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# Playwright keeps an event loop running as long as it lives: it must not outlive this folder.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium, as the system has it."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        reason = "Chromium is not installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_QUIET))
        yield browser
        browser.close()
