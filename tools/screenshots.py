"""Pictures for the README: play a demo bank in a temporary folder, sign in, and photograph its pages.

`python -m tools.screenshots [--customers N] [--crews N] [--weeks N]` writes docs/images/*.png, in Chinese and
(with -en) in English. Run by hand when pages have changed; it needs Debian's chromium.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs/images"
PASSWORD = "zoufang-demo-2026"
SIZE = {"width": 1366, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PATIENCE_S = 1_800
Steps = Callable[[Page], None]


def main() -> None:
    wanted = argparse.ArgumentParser(description=__doc__)
    for name, value in (("customers", 800), ("crews", 4), ("weeks", 4)):
        wanted.add_argument(f"--{name}", type=int, default=value)
    size = vars(wanted.parse_args())
    with tempfile.TemporaryDirectory() as home:
        port = free_port()
        server = start_demo(Path(home), port, size)
        try:
            wait_for(server, port)
            take_all(f"http://127.0.0.1:{port}")
        finally:
            server.terminate()
            server.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def start_demo(home: Path, port: int, size: dict[str, int]) -> subprocess.Popen[bytes]:
    options = [f"--{name}={value}" for name, value in size.items()]
    command = [sys.executable, "-c", "from zoufang.cli.main import run; run()", "demo"]
    environment = os.environ | {"ZOUFANG_DEMO_PASSWORD": PASSWORD}
    return subprocess.Popen([*command, f"--home={home / 'demo'}", f"--port={port}", *options], env=environment)


def wait_for(server: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        if server.poll() is not None:
            sys.exit(f"The demo ended with {server.returncode} before it served.")
        try:
            urlopen(f"http://127.0.0.1:{port}/login/", timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(2)
    sys.exit("The demo did not serve in time.")


def take_all(address: str) -> None:
    IMAGES.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    if chromium is None:
        sys.exit("Chromium is missing. Install Debian's package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for language, ending in (("zh-hans", ""), ("en", "-en")):
            for name, (username, steps) in PICTURES.items():
                take(browser, address, language, username, steps, IMAGES / f"{name}{ending}.png")
        browser.close()


def take(browser: Browser, address: str, language: str, username: str, steps: Steps, path: Path) -> None:
    context = browser.new_context(viewport=SIZE, base_url=address)
    context.add_cookies([{"name": "django_language", "value": language, "url": address}])
    page = context.new_page()
    page.goto("/login/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.click("form[data-login] button[type=submit]")
    page.wait_for_load_state()
    steps(page)
    page.wait_for_timeout(800)  # charts and maps draw after the page has loaded
    page.screenshot(path=path)
    context.close()
    print(path)


def planner(page: Page) -> None:
    """The plan of the open day: map, routes, who stays out and why."""
    page.goto("/plans/")
    page.locator("main table a, main ul a, main article a").first.click()
    page.wait_for_load_state()


def customer(page: Page) -> None:
    """A customer who was really met lately, so that the file is full."""
    page.goto("/visits/?outcome=met")
    page.locator("main a[href^='/visits/']").first.click()
    page.locator("main a[href^='/customers/']").first.click()
    page.wait_for_load_state()


def evaluation(page: Page) -> None:
    page.goto("/")
    page.locator("main a[href^='/evaluation/'][href$='/']").first.click()
    page.wait_for_load_state()


PICTURES: dict[str, tuple[str, Steps]] = {
    "planner": ("planner", planner),
    "customer": ("manager", customer),
    "evaluation": ("manager", evaluation),
}


if __name__ == "__main__":
    main()
