"""What the documentation shows is there, and small."""

import re

from harness.processes import ROOT

from console.pictures import KEPT, MOST_BYTES_TOGETHER


def test_all_pictures_together_are_below_a_megabyte():
    assert 0 < sum(path.stat().st_size for path in KEPT.glob("*.png")) < MOST_BYTES_TOGETHER


def test_every_picture_is_shown_and_every_shown_one_is_there():
    shown = set()
    for page in ("README.md", "docs/tutorial.md"):
        shown |= {name for name in re.findall(r"!\[[^\]]+\]\((?:docs/)?images/([\w-]+\.png)\)",
                                              (ROOT / page).read_text())}
    assert shown == {path.name for path in KEPT.glob("*.png")}
