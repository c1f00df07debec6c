"""The pictures of docs/tutorial.md and README.md, made by the test that follows the tutorial. They
are compared with those in docs/images: where the console has changed, `make pictures` takes new
ones."""

import io
import os

from harness.processes import BUILD, ROOT
from PIL import Image, ImageChops

KEPT = ROOT / "docs" / "images"
TAKEN = BUILD / "test-output" / "pictures"
UPDATE = os.environ.get("SLUICE_UPDATE_PICTURES") == "1"

# Wide enough to read, few enough colours to be small: all of them together stay below 1 MB.
WIDTH, COLOURS = 900, 48
MOST_BYTES_TOGETHER = 1_000_000

# How much of a picture may differ: times, ports and the edges of letters do.
MOST_DIFFERENCE = 0.03


class Pictures:
    def __init__(self, page):
        self.page = page
        TAKEN.mkdir(parents=True, exist_ok=True)
        KEPT.mkdir(parents=True, exist_ok=True)

    def __call__(self, name, page=None, top=None):
        """`top`: what the picture begins with, where that is not the page's beginning."""
        page = page or self.page
        page.evaluate("window.scrollTo(0, 0)")
        if top is not None:
            top.evaluate("element => window.scrollBy(0, element.getBoundingClientRect().top - 120)")
        shot = settled(page)
        image = Image.open(io.BytesIO(shot)).convert("RGB")
        image = image.resize((WIDTH, image.height * WIDTH // image.width), Image.Resampling.LANCZOS)
        image = image.quantize(COLOURS, dither=Image.Dither.NONE)
        path = (KEPT if UPDATE else TAKEN) / f"{name}.png"
        image.save(path, optimize=True)
        if not UPDATE:
            assert (KEPT / path.name).exists(), f"docs has no picture {path.name}: make pictures"
            assert difference(path, KEPT / path.name) <= MOST_DIFFERENCE, (
                f"{path.name} looks different from the one in docs/images: make pictures")


def settled(page):
    """The page once nothing moves on it any more."""
    before = None
    for _ in range(20):
        shot = page.screenshot(animations="disabled", caret="hide")
        if shot == before:
            break
        before = shot
        page.wait_for_timeout(150)
    return shot


def difference(a, b):
    """The share of the area that looks different, in squares of some letters' size."""
    def coarse(path):
        return Image.open(path).convert("L").resize((90, 64), Image.Resampling.BOX)
    changes = ImageChops.difference(coarse(a), coarse(b)).point(lambda level: 255 * (level > 40))
    return sum(level > 0 for level in changes.getdata()) / (90 * 64)
