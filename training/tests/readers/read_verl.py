"""`read_verl.py FILE CHECKPOINT`: what verl's own data set makes of a file, a line of JSON each."""

import json
import sys

from omegaconf import OmegaConf
from transformers import AutoTokenizer
from verl.utils.dataset.rl_dataset import RLHFDataset

path, checkpoint = sys.argv[1:]
settings = {"cache_dir": f"{path}.read", "filter_overlong_prompts": False, "return_raw_chat": True, "truncation": "error"}
tokenizer = AutoTokenizer.from_pretrained(checkpoint, local_files_only=True)
# That there is a processor is all that a row asks of it; videos are read at the rollout.
rows = RLHFDataset(path, tokenizer, OmegaConf.create(settings), processor=tokenizer)
for at in range(len(rows)):
    row = rows[at]
    kept = {name: row[name] for name in ("data_source", "reward_model", "extra_info", "raw_prompt") if name in row}
    sys.stdout.write(json.dumps(kept, default=str) + "\n")
