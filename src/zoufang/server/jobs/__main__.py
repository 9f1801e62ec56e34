"""`python -m zoufang.server.jobs --parent PID`: the worker that stands beside a web server on one machine."""

from __future__ import annotations

import argparse

import django


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--parent", type=int, default=0, help="End when this process is gone.")
    given = asked.parse_args()
    django.setup()
    from zoufang.server.jobs.worker import work

    work(parent=given.parent)


if __name__ == "__main__":
    main()
