"""Rewards, against the published scorer's numbers and against being gamed."""

import json
import random
import subprocess
from pathlib import Path

import pytest

from videomind_training.errors import TrainingError
from videomind_training.reasoner.configuration import read_reasoner_configuration
from videomind_training.reasoner.data.items import Kind, ReasonerItem, moment_answer
from videomind_training.reasoner.rewards.answers import number_reward, open_reward
from videomind_training.reasoner.rewards.moments import moment_reward, moments_of
from videomind_training.reasoner.rewards.scoring import RewardEntry, Rewards, published_rewards
from videomind_training.reasoner.rewards.tags import answer_of, form_reward


def item(kind: Kind, answer: str, spans: tuple[tuple[float, float], ...] = ()) -> ReasonerItem:
    return ReasonerItem("mine.jsonl:7", "7", Path("a.mp4"), "What?", (), kind, answer, spans=spans)


@pytest.fixture(scope="module")
def published(packs: Path) -> dict[str, list]:
    return json.loads((packs.parent / "evaluation" / "fixtures" / "videokr-reward.json").read_text("utf-8"))


def test_answers_and_forms_are_the_published_scorers(published: dict[str, list]) -> None:
    assert len(published["extract"]) > 20
    for reply, expected in published["extract"]:
        assert answer_of(reply or "") == expected, reply
    for reply, expected in published["format"]:
        assert form_reward(reply or "") == expected, reply


def test_open_answers_are_scored_as_published(published: dict[str, list]) -> None:
    for row in published["rouge"]:
        assert open_reward(row["hypothesis"], row["reference"]) == pytest.approx(row["score"], abs=1e-9), row


kinds_of_type: dict[str, Kind] = {"multiple choice": "choice", "open-ended": "open"}


def test_rewards_are_the_published_ones(published: dict[str, list]) -> None:
    rewards = Rewards(published_rewards, Path())
    checked = 0
    for said, true_reply, problem_type, scores in published["reward"]["rows"]:
        if problem_type in kinds_of_type:  # others have no reward there; here they are judged by their kind
            reply, truth = said or "", true_reply or ""
            asked = item(kinds_of_type[problem_type], answer_of(truth))
            assert rewards.value(0, reply, asked) == pytest.approx(scores["accurate_score"], abs=1e-9), (reply, truth)
            assert rewards.value(1, reply, asked) == scores["format_score"]
            assert rewards.total(reply, asked) == pytest.approx(scores["score"], abs=1e-9)
            checked += 1
    assert checked > 100


def made_replies(count: int) -> list[tuple[str, str, str]]:
    """Replies, truths and problem types, most of them nearly right."""
    draws = random.Random(5)
    words = [
        "a red circle",
        "The circles",
        "running",
        "A",
        "B",
        "42",
        "naïve café",
        "it is",
        "answer",
        "\u00a0",
        "<think>",
        "",
    ]
    replies = []
    for _ in range(count):
        truth = draws.choice(["A", "B", "a red circle is running", "42", "the circle runs", "naïve"])
        said = truth if draws.random() < 0.3 else " ".join(draws.choices(words, k=draws.randint(0, 5)))
        gap = draws.choice(["\n", "", " ", "\n\n", " so ", "\u2003"])
        opened, closed = draws.choice(
            [("<answer>", "</answer>")] * 5 + [("<ANSWER>", "</ANSWER>"), ("", ""), ("<answer>", "")]
        )
        reply = (
            f"<think>{draws.choice(words)}</think>{gap}{opened}{said}{closed}{draws.choice(['', '', ' ', chr(10), ' done'])}"
        )
        replies.append((reply, f"<answer>{truth}</answer>", draws.choice(list(kinds_of_type))))
    return replies


def test_a_thousand_made_replies_get_what_the_apps_scorer_gives() -> None:
    made = made_replies(1000)
    scorer = Path(__file__).parents[2] / "native-models" / "evaluation" / "metrics" / "videokr-reward.ts"
    program = (
        f"import {{ videoKrReward }} from '{scorer.as_uri()}';import {{ text }} from 'node:stream/consumers';"
        "const rows = JSON.parse(await text(process.stdin));"
        "console.log(JSON.stringify(rows.map((row) => videoKrReward(...row).total)));"
    )
    node = scorer.parents[3] / "node_modules" / ".bin" / "node"
    command = [str(node), "--input-type=module-typescript", "--eval", program]
    done = subprocess.run(command, input=json.dumps(made), capture_output=True, text=True, check=True)
    rewards = Rewards(published_rewards, Path())
    own = [rewards.total(reply, item(kinds_of_type[kind], answer_of(truth))) for reply, truth, kind in made]
    assert own == pytest.approx(json.loads(done.stdout), abs=1e-9)
    assert len({round(value, 6) for value in own}) > 10


def test_numbers_agree_by_value() -> None:
    right = ["3", "3.0", "3 cups", "it is 3", "+3"]
    assert [number_reward(given, "3") for given in right] == [1.0] * len(right)
    assert number_reward("1,200 m", "1200") == 1.0
    wrong = ["", "three", "2 or 3", "3 to 5", "-3", "33"]
    assert [number_reward(given, "3") for given in wrong] == [0.0] * len(wrong)


@pytest.mark.parametrize(
    ("answer", "moments"),
    [
        ("from 2 s to 5.5 s", ((2, 5.5),)),
        ("00:02-00:05", ((2, 5),)),
        ("between 1:02 and 1:30", ((62, 90),)),
        ("2.0 – 5.0 seconds and from 8 s to 9 s", ((2, 5), (8, 9))),
        ("1:00:00 until 1:00:01.5", ((3600, 3601.5),)),
        ("from 5 s to 2 s", ()),
        ("never", ()),
        ("at 3 s", ()),
    ],
)
def test_times_are_read(answer: str, moments: tuple) -> None:
    assert moments_of(answer) == moments


def test_a_written_moment_is_read_back() -> None:
    draws = random.Random(3)
    for _ in range(200):
        start = round(draws.uniform(0, 500), 1)
        span = (start, round(start + draws.uniform(0.1, 60), 1))
        assert moments_of(moment_answer((span,))) == (span,)


def test_named_times_are_rewarded_by_their_overlap() -> None:
    assert moment_reward("from 2 s to 6 s", ((4, 8),)) == pytest.approx(2 / 6)
    assert moment_reward("from 4 s to 8 s", ((4, 8),)) == 1.0
    assert moment_reward("from 0 s to 2 s and from 4 s to 6 s", ((0, 2), (4, 6))) == 1.0


def test_naming_everything_gains_no_more_than_the_moments_share() -> None:
    everything = moment_reward("from 0 s to 100 s", ((40, 50),))
    assert everything == pytest.approx(0.1)
    ten_times = " and ".join(["from 40 s to 50 s"] * 10)
    assert moment_reward(ten_times, ((40, 50),)) == 1.0  # said again it is still the same second
    pieces = " and ".join(f"from {second} s to {second + 0.5} s" for second in range(60))
    assert moment_reward(pieces, ((40, 50),)) == 0.0


def test_a_reward_that_raises_or_is_no_number_is_told_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "mine.py"
    file.write_text(
        "def broken(reply, item):\n    return 1 / 0\n\ndef nothing(reply, item):\n    return float('nan')\n\n"
        "def words(reply, item):\n    return 'many'\n\ndef leaves(reply, item):\n    raise SystemExit(0)\n\n"
        "def short(reply, item):\n    return float(len(reply) < 10)\n"
    )

    def value(name: str) -> float | None:
        return Rewards((RewardEntry(function=f"mine.py:{name}"),), tmp_path).value(0, "a reply", item("open", "x"))

    assert value("short") == 1.0
    with pytest.raises(
        TrainingError, match=r"REWARD_FAILED: broken, mine.jsonl:7, for the reply 'a reply': ZeroDivisionError"
    ):
        value("broken")
    with pytest.raises(TrainingError, match=r"REWARD_FAILED: nothing, mine.jsonl:7.* is nan"):
        value("nothing")
    with pytest.raises(TrainingError, match=r"REWARD_FAILED: words.*ValueError"):
        value("words")
    with pytest.raises(TrainingError, match=r"REWARD_FAILED: leaves, mine.jsonl:7.*SystemExit: 0"):
        value("leaves")
    with pytest.raises(TrainingError, match=r"CONFIG_INVALID.*has no function missing"):
        value("missing")
    with pytest.raises(TrainingError, match=r"CONFIG_INVALID.*no Python file"):
        Rewards((RewardEntry(function="gone.py:short"),), tmp_path)
    (tmp_path / "program.py").write_text("import sys\nsys.exit(0)\n")
    with pytest.raises(TrainingError, match=r"CONFIG_INVALID.*cannot be loaded: SystemExit: 0"):
        Rewards((RewardEntry(function="program.py:short"),), tmp_path)


def test_a_function_is_found_beside_the_configuration_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text("def short(reply, item):\n    return float(len(reply) < 10)\n")
    settings = {"base": "elsewhere/model", "output": "out", "data": {"files": [{"path": "a.jsonl"}]}}
    grpo = {"rewards": [{"name": "form", "weight": 0.5}, {"function": "mine.py:short"}]}
    (tmp_path / "grpo.yaml").write_text(json.dumps({**settings, "grpo": grpo}))
    config = read_reasoner_configuration(tmp_path / "grpo.yaml")
    rewards = Rewards(config.grpo.rewards, Path())
    assert [entry.label for entry in rewards.entries] == ["form", "short"]
    assert rewards.total("a reply", item("open", "x")) == 1.0
