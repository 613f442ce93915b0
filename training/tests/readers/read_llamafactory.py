"""`read_llamafactory.py FOLDER`: what LLaMA-Factory's own reader makes of the data in a folder, a line of JSON each.

Its readers import torchaudio, for sounds: a module of that name without contents stands in where it is not installed.
"""

import importlib.machinery
import importlib.util
import json
import os
import sys
from pathlib import Path

os.environ["DISABLE_VERSION_CHECK"] = "1"  # of transformers, whose models are not read here
if importlib.util.find_spec("torchaudio") is None:
    sys.modules["torchaudio"] = importlib.util.module_from_spec(importlib.machinery.ModuleSpec("torchaudio", None))

from datasets import load_dataset
from llamafactory.data.converter import get_dataset_converter
from llamafactory.data.parser import get_dataset_list
from llamafactory.hparams.data_args import DataArguments

folder = sys.argv[1]
names = list(json.loads((Path(folder) / "dataset_info.json").read_text("utf-8")))
for entry in get_dataset_list(names, folder):
    convert = get_dataset_converter(entry.formatting, entry, DataArguments(dataset_dir=folder, media_dir="."))
    for row in load_dataset("json", data_files=f"{folder}/{entry.dataset_name}", split="train", cache_dir=f"{folder}/read"):
        read = convert(row)
        said = {name: read[f"_{name}"] for name in ("prompt", "response", "videos")}
        sys.stdout.write(json.dumps(said) + "\n")
