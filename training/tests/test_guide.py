"""The guide from ten clips: its configurations are read, and say what its words say."""

import re
import textwrap
from pathlib import Path

import yaml

from videomind_training.commands.configuration import read_configuration
from videomind_training.reasoner.configuration import read_reasoner_configuration

guide = (Path(__file__).parents[1] / "ten-clips.md").read_text("utf-8")


def written_configurations(folder: Path) -> list[Path]:
    """What the guide has people write: its indented blocks that are configurations."""
    blocks = re.findall(r"(?:^ {4,}\S.*\n)+", guide, re.MULTILINE)
    files = []
    for block in map(textwrap.dedent, blocks):
        if block.startswith("base: "):
            files.append(folder / f"{len(files)}.yaml")
            files[-1].write_text(block, "utf-8")
            for place in re.findall(r"checkpoints/\S+", block):
                (folder / place).parent.mkdir(parents=True, exist_ok=True)
    return files


def test_its_configurations_are_read_and_train_on_what_it_exported(tmp_path: Path) -> None:
    chain, reasoner = written_configurations(tmp_path)
    roles = read_configuration(chain)
    assert roles.output == tmp_path / "runs" / "mine"
    grounder = roles.data.grounder[0]
    assert grounder.path == tmp_path / "training-data" / "grounding"
    config = read_reasoner_configuration(reasoner)
    assert config.output == tmp_path / "runs" / "mine-reasoner"
    assert [file.form for file in config.data.files] == ["grounding"]
    assert config.data.files[0].path == grounder.path / "corrected.jsonl"


def test_what_it_imports_is_what_its_configurations_write(tmp_path: Path) -> None:
    imported = set(re.findall(r"import (?:--base \S+ --adapters|--base) (runs/\S+)", guide))
    outputs = [yaml.safe_load(path.read_text("utf-8"))["output"] for path in written_configurations(tmp_path)]
    assert imported == {f"{outputs[0]}/videomind", f"{outputs[1]}/model"}
