"""Stores in which everything happens that a site can show, for tests that carry a site around."""

from __future__ import annotations

import hashlib
import math
from pathlib import Path

from builders import START, BuiltRun, RunPlan, fact_lines, make_runs
from made_pictures import TELLING, chunk, jpeg, png, segment
from made_stores import PRIVATE
from mlruns_made import make_mlruns

from logger.layout import experiment_folder

PNG = png()
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><rect width="4" height="4"/></svg>'
FILES = {
    "plots/roc_1.png": PNG,
    "plots/roc_2.png": PNG,
    "photo.jpg": jpeg(segment(0xE1, b"Exif\0\0" + TELLING)),
    "plots/by_hand.png": png(chunk(b"tEXt", TELLING)),
    "scores.csv": b"name,score\nann,0.5\nbob,NaN\n",
    "table.json": b'{"a": [1, 2.50, 1e400], "b": {"c": null}}',
    "notes.md": "# Größe\n\nA *note* with <script>alert(1)</script> and [a link](https://example.org).\n".encode(),
    "plots/read.me.md": b"![curve](roc_1.png) ![gone](roc_3.png)",
    "long.md": b"word " * 60_000,
    "page.html": b"<h1>Report</h1><script>alert(1)</script><link rel=preconnect href=//x><style>a{}</style>",
    "drawing.svg": SVG,
    "long.txt": b"line\n" * 500,
    "latin.txt": "naïve".encode("latin-1"),
    "train.py": b"print('code')",
    "model.bin": b"\0\1\2",
    "config.yaml": b"password: hunter2-hunter2\n",
    "broken.parquet": b"PAR1 but no more",
    ".env": b"KEY=1",
}
HARD = [1.0, math.nan, math.inf, -math.inf, -0.0, 5e-324, 1.7976931348623157e308]


def rich_stores(folder: Path) -> list[Path]:
    """Two stores and an mlruns folder, with damage in them."""
    first, second = folder / "tracking", folder / "cluster"
    long = [math.sin(step / 50) for step in range(2600)]  # more than pages load at once
    plans = [
        RunPlan(
            {"train/auc": [0.5, 0.7, 0.9], "test/auc": HARD}, "fake box", "calm-otter", params=_params(1)
        ),
        RunPlan({"loss": long, "train/auc": [0.4]}, "fake box", tags={"stage": "prod", "keep": "yes"}),
        RunPlan({"loss": [3.0, 2.0]}, "fake box", status="failed", reason="KeyError: '/home/ann/x.csv'"),
        RunPlan({"loss": [3.0]}, "fake box", status="killed", provenance=PRIVATE, params=_params(2)),
        RunPlan({"loss": [3.0, 2.5]}, "fake box", status=None, sealed=False),
        RunPlan({}, "Größe ✓", facts=[("note", "", "A **note**\n\n| a |\n|---|\n| 1 |")]),
        RunPlan(
            {"val_loss": [1.0, 0.5]}, "Größe ✓", facts=[("define", "val_loss", {"goal": "max", "unit": "°"})]
        ),
        RunPlan({"auc": [0.1]}, "gone"),
        RunPlan({"auc": [0.2, 0.3]}, "files", facts=artifact_facts(FILES)),
        RunPlan({"auc": [0.2, 0.3]}, "files", facts=artifact_facts({"same.png": PNG, "lost.txt": b"lost"})),
    ]
    plans.append(RunPlan({"auc": [0.9]}, "fake box", facts=[("parent", "", f"{0:032x}")]))
    plans.append(RunPlan({"loss": long, "ups": [math.nan, *long]}, "long box"))
    runs = make_runs(first, plans)
    put(runs[8], FILES)
    put(runs[9], {"same.png": PNG})
    _damage(first, runs)
    others = make_runs(second, [*plans[:1], RunPlan({"auc": [0.5]}, "Fake Box", started=START + 10**12)])
    (others[1].path / "stray.txt").write_text("foreign")
    make_mlruns(folder / "mlruns", 2)
    return [first, second, folder / "mlruns"]


def artifact_facts(files: dict[str, bytes]) -> list[tuple[str, str, dict[str, int | str]]]:
    """What a run says of these files."""
    return [
        ("artifact", path, {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()})
        for path, data in files.items()
    ]


def put(run: BuiltRun, files: dict[str, bytes]) -> None:
    """The files themselves."""
    for path, data in files.items():
        place = run.path / "artifacts" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


def files_in(folder: Path) -> dict[str, bytes]:
    """All files of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def differing(one: Path, other: Path) -> list[str]:
    """The paths at which two folders are not the same."""
    first, second = files_in(one), files_in(other)
    return sorted(path for path in first.keys() | second.keys() if first.get(path) != second.get(path))


def _params(number: int) -> dict[str, object]:
    return {
        "depth": number,
        "rate": 0.1 * number,
        "huge": 2**70,
        "odd": math.nan,
        "far": -math.inf,
        "kind": "svm" if number == 1 else "1",
        "on": number == 1,
        "none": None,
        "empty": [],
        "nothing": {},
        "text": "a\nb\t“c” \u202e</script>",
    }


def _damage(store: Path, runs: list[BuiltRun]) -> None:
    whole = runs[2].sealed.read_bytes()
    runs[2].sealed.write_bytes(whole[: len(whole) // 2])
    holed = bytearray(runs[1].sealed.read_bytes())  # its summary counts points that cannot be read
    holed[len(holed) // 3] ^= 0x55
    runs[1].sealed.write_bytes(holed)
    facts = runs[6].facts.read_bytes()
    runs[6].facts.write_bytes(facts.replace(b"val_loss", b"val_lost", 1))  # a checksum that does not match
    (runs[0].path / "notes~x").write_text("foreign")
    conflicting = runs[3].path / "facts-zz.jsonl"
    conflicting.write_bytes(runs[0].facts.read_bytes())  # another process set other params
    (store / "experiments" / "stray").write_text("no experiment")
    gone = store / "experiments" / experiment_folder("gone")
    (gone / "facts-del.jsonl").write_bytes(fact_lines([("deleted", "", True)]))
    noted = store / "experiments" / experiment_folder("fake box")
    (noted / "facts-note.jsonl").write_bytes(
        fact_lines([("note", "", "About *boxes*"), ("tag", "team", "a"), ("tag", "area", "b")])
    )
