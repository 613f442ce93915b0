"""A scorer whose figures fall from call to call, in the place of the engine's."""

import json
import sys
from pathlib import Path

predictions = json.loads((Path(sys.argv[3]) / "output.json").read_text())
counter = Path(sys.argv[3]).parent / "calls"
calls = int(counter.read_text()) if counter.is_file() else 0
counter.write_text(str(calls + 1))
figure = f"{50 - calls:.2f}"
measures = ["R1@0.3", "R1@0.5", "R1@0.7", "mIoU"]
table = {"columns": ["Task", *measures], "rows": [["all", *[figure] * len(measures)]]}
coverage = {"grounding": {"scored": len(predictions)}, "answers": {"scored": 0}}
print(json.dumps({"tables": {"Grounding (IoU)": table}, "coverage": coverage}))
