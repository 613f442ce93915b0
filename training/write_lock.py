"""Writes requirements.lock: the exact versions, as installed here, of all that the package and its tests need.

Packages that only a GPU build of torch brings along are left out, so that the lock installs anywhere.
"""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

here = Path(__file__).parent
left_out = re.compile(r"^(nvidia|cuda|triton)")


def locked() -> list[str]:
    """`name==version` of every package, sorted."""
    project = tomllib.loads((here / "pyproject.toml").read_text("utf-8"))["project"]
    waiting = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    versions: dict[str, str] = {}
    while waiting:
        requirement = Requirement(waiting.pop())
        name = re.sub(r"[-_.]+", "-", requirement.name).lower()
        is_for_here = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if name in versions or left_out.match(name) or not is_for_here:
            continue
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # optional on this platform
        versions[name] = found.version.split("+")[0]
        waiting.extend(found.requires or [])
    return [f"{name}=={version}" for name, version in sorted(versions.items())]


if __name__ == "__main__":
    (here / "requirements.lock").write_text("\n".join(["# Written by write_lock.py", *locked(), ""]), encoding="utf-8")
