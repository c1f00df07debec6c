"""What must be reached, and how a run of a benchmark is shown."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Target:
    key: str
    what: str
    sign: str  # "≥" or "≤", between the value and the two below.
    must: float
    stretch: float | None = None

    def reached(self, value, wanted):
        return value >= wanted if self.sign == "≥" else value <= wanted

    def verdict(self, value):
        if self.stretch is not None and self.reached(value, self.stretch):
            return "stretch"
        return "met" if self.reached(value, self.must) else "NOT MET"


def ratio(above, below):
    """The ratio of each two that were measured together: the machine is never the same for long."""
    return [a / b for a, b in zip(above, below, strict=True)]


def table(targets, rounds_by_key):
    """Markdown; by key all values, of which the median counts."""
    lines = ["| what | key | value | from – to | must | stretch | reached |",
             "|---|---|---|---|---|---|---|"]
    for target in targets:
        rounds = rounds_by_key[target.key]
        value = statistics.median(rounds)
        spread = f"{min(rounds):.3g} – {max(rounds):.3g}" if len(rounds) > 1 else ""
        stretch = "" if target.stretch is None else f"{target.stretch:g}"
        lines.append(f"| {target.what} | `{target.key}` | {value:.3g} | {spread} "
                     f"| {target.sign} {target.must:g} | {stretch} | {target.verdict(value)} |")
    return "\n".join(lines)
