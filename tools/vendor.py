"""Build static/vendor/ from pinned npm packages, or check that what is committed is what npm gives.

`python -m tools.vendor` builds; `--check` rebuilds in a temporary folder and fails on a difference. The packages,
files and SHA-256 sums stand in vendor.json; `--pin` writes the sums anew after a version was changed on purpose.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

TOOLS = Path(__file__).resolve().parent
LIST = TOOLS / "vendor.json"
VENDOR = TOOLS.parent / "src/zoufang/server/static/vendor"
SPRITE = "icons.svg"
SOURCE_MAP = re.compile(rb"\s*(//[#@] ?sourceMappingURL=\S+|/\*[#@] ?sourceMappingURL=\S+ ?\*/)\s*$")


def main() -> None:
    check, pin = "--check" in sys.argv, "--pin" in sys.argv
    packages = json.loads(LIST.read_text(encoding="utf-8"))
    if check:
        fail_on(differences_from_sums(packages, VENDOR))
    if shutil.which("npm") is None:
        print("npm is absent: the committed files match their sums; rebuilding them was skipped.")
        sys.exit(0 if check else 1)
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder) / "vendor"
        try:
            build(packages, built, Path(folder))
        except subprocess.CalledProcessError as error:
            print(f"npm could not fetch the packages ({error}): rebuilding was skipped.")
            sys.exit(1 if os.environ.get("CI") == "true" or not check else 0)
        if check:
            fail_on(differences(built, VENDOR))
        elif pin:
            pin_sums(packages, built)
        else:
            fail_on(differences_from_sums(packages, built))
        if not check:
            shutil.rmtree(VENDOR, ignore_errors=True)
            shutil.copytree(built, VENDOR)
    print(f"static/vendor is right: {size(VENDOR) // 1024} KiB.")


def build(packages: list[dict], into: Path, work: Path) -> None:
    into.mkdir(parents=True)
    for package in packages:
        root = unpacked(package, work)
        for file in package.get("files", ()):
            source = TOOLS / file["from"] if file.get("ours") else root / file["from"]
            target = into / file["to"]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(SOURCE_MAP.sub(b"\n", source.read_bytes()))
        if icons := package.get("icons"):
            (into / SPRITE).write_text(sprite(root / "icons", icons), encoding="utf-8")


def unpacked(package: dict, work: Path) -> Path:
    spec = f"{package['name']}@{package['version']}"
    pack = ["npm", "pack", "--silent", "--ignore-scripts", spec]
    name = (
        subprocess.run(pack, cwd=work, check=True, capture_output=True, text=True).stdout.strip().splitlines()[-1]
    )
    root = work / name.removesuffix(".tgz")
    with tarfile.open(work / name) as archive:
        archive.extractall(root, filter="data")
    return root / "package"


def sprite(folder: Path, names: list[str]) -> str:
    """One SVG that holds each wanted icon as a symbol, so that a page needs one request for all."""
    symbols = (symbol(name, (folder / f"{name}.svg").read_text(encoding="utf-8")) for name in sorted(names))
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def symbol(path: str, svg: str) -> str:
    style, name = path.split("/")
    inner = "".join(line.strip() for line in svg[svg.index(">") + 1 : svg.rindex("</svg>")].splitlines())
    inner = inner.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "")
    paint = 'fill="currentColor"' if style == "filled" else 'fill="none" stroke="currentColor"'
    line = 'stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
    return f'<symbol id="{name}" viewBox="0 0 24 24" {paint} {line}>{inner}</symbol>'


def differences_from_sums(packages: list[dict], folder: Path) -> list[str]:
    wrong = [f["to"] for p in packages for f in p.get("files", ()) if sha256(folder / f["to"]) != f["sha256"]]
    return wrong + [SPRITE for p in packages if p.get("icons") and sha256(folder / SPRITE) != p["icons_sha256"]]


def differences(one: Path, other: Path) -> list[str]:
    names = {p.relative_to(root).as_posix() for root in (one, other) for p in root.rglob("*") if p.is_file()}
    return sorted(name for name in names if sha256(one / name) != sha256(other / name))


def pin_sums(packages: list[dict], built: Path) -> None:
    for package in packages:
        for file in package.get("files", ()):
            file["sha256"] = sha256(built / file["to"])
        if package.get("icons"):
            package["icons_sha256"] = sha256(built / SPRITE)
    LIST.write_text(json.dumps(packages, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def fail_on(names: list[str]) -> None:
    if names:
        print(
            "static/vendor differs: "
            + ", ".join(names)
            + ". Run `make vendor`, or --pin after changing a version."
        )
        sys.exit(1)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "absent"


def size(folder: Path) -> int:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file())


if __name__ == "__main__":
    main()
