"""What the connector must reach, and how a run is shown."""

import dataclasses
import statistics


@dataclasses.dataclass(frozen=True)
class Target:
    key: str
    what: str
    sign: str  # "≥" or "≤", between the value and the two below.
    must: float
    stretch: float

    def reached(self, value, wanted):
        return value >= wanted if self.sign == "≥" else value <= wanted

    def verdict(self, value):
        if self.reached(value, self.stretch):
            return "stretch"
        return "met" if self.reached(value, self.must) else "NOT MET"


TARGETS = (
    Target("upsert_vs_load_data", "UPSERT, requests of 5,000 / LOAD DATA LOCAL", "≥", 0.8, 1.0),
    Target("upsert_vs_lightning", "the same / Lightning, logical", "≥", 1.6, 2.0),
    Target("insert_vs_load_data", "INSERT, requests of 5,000 / LOAD DATA LOCAL", "≥", 0.6, 1.0),
    Target("upsert_partial_vs_load_data",
           "UPSERT, requests of 1,000, 4 of 6 columns / LOAD DATA LOCAL", "≥", 0.45, 0.6),
    Target("upsert_20ms_vs_0ms", "UPSERT, 20 ms a round trip / without", "≥", 0.5, 0.7),
    Target("query_vs_dumpling", "QueryData, pages of 1,000, warm / Dumpling", "≥", 1.0, 1.8),
    Target("query_keyset_vs_dumpling", "the same, every tenth page in a new process / Dumpling", "≥",
           0.35, 0.5),
    Target("last_page_vs_first", "QueryData, last tenth of the pages / first, times", "≤", 1.2, 1.05),
    Target("cold_describe_vs_python_sdk", "start to first answer / AWS's Python SDK, times", "≤",
           0.05, 0.01),
    Target("cold_write_vs_mariadb_client", "start to first write / mariadb client, times", "≤", 1.3,
           0.8),
    Target("peak_memory_mb", "peak memory, MB", "≤", 32, 16),
    Target("zip_mb", "zip, MB", "≤", 6, 5),
)


def ratio(above, below):
    """The ratio in each round, as the machine is never the same for long."""
    return [a / b for a, b in zip(above, below, strict=True)]


def table(rounds_by_key):
    """Markdown; by key a list of values, one a round."""
    lines = ["| what | key | value | rounds | must | stretch | reached |",
             "|---|---|---|---|---|---|---|"]
    for target in TARGETS:
        rounds = rounds_by_key[target.key]
        value = statistics.median(rounds)
        spread = f"{min(rounds):.3g} – {max(rounds):.3g}" if len(rounds) > 1 else ""
        lines.append(f"| {target.what} | `{target.key}` | {value:.3g} | {spread} "
                     f"| {target.sign} {target.must:g} | {target.stretch:g} "
                     f"| {target.verdict(value)} |")
    return "\n".join(lines)
