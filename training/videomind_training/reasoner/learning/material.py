"""What a run learns from: its questions, read and probed, and how each is shown."""

from collections.abc import Callable
from pathlib import Path

from videomind_training.data.annotations import BadSample
from videomind_training.data.filters import check_bad_share
from videomind_training.errors import TrainingError
from videomind_training.media.looked_at import probe_all
from videomind_training.reasoner.configuration import ReasonerConfig
from videomind_training.reasoner.data.items import ReasonerItem
from videomind_training.reasoner.data.read_items import ReadItems, read_items
from videomind_training.reasoner.shown.clip import ClipReader
from videomind_training.reasoner.shown.prompt import PromptMaker, ShownPrompt
from videomind_training.reasoner.shown.words import ReplyTemplate, question_text, read_instructions


class Material:
    """Shows questions to one checkpoint.

    Args:
        config: of the run.
        folder: of the checkpoint.
    """

    def __init__(self, config: ReasonerConfig, folder: Path) -> None:
        self.maker = PromptMaker(folder)
        self.reader = ClipReader(self.maker.family, config.budget.budget(), config.data.cache)
        self.instructions = read_instructions(folder if config.instructions is None else config.instructions)
        self.template = ReplyTemplate(config.reply_template)

    def asked(self, item: ReasonerItem) -> ShownPrompt:
        """A question as a prompt.

        Raises:
            TrainingError: VIDEO_NOT_FOUND, VIDEO_DECODE_FAILED and others, with the question's place.
        """
        try:
            clip = self.reader.read(item.video)
        except TrainingError as error:
            remedy = "Mend the video or remove its questions; the run goes on from its last checkpoint."
            raise TrainingError(error.code, f"{item.source}: {error.message}", error.remedy or remedy) from error
        return self.maker.prompt(question_text(item.question, item.options, self.instructions), clip)

    def answered(self, item: ReasonerItem) -> ShownPrompt:
        """A question with the reply that is to be learnt."""
        return self.maker.with_reply(self.asked(item), self.template.reply(item.think or "", item.answer))


def read_material(
    config: ReasonerConfig,
    needs_reasoning: bool,
    told: Callable[[list[BadSample]], None] = lambda _bad: None,
    may_be_empty: bool = False,
) -> ReadItems:
    """The questions of a run; those whose video ffprobe cannot read are set aside, with their place.

    Args:
        config: of the run.
        needs_reasoning: leaves out questions without reasoning.
        told: is given all that is bad so far, before that may end the run.
        may_be_empty: whether it may be that nothing is left.

    Raises:
        TrainingError: where too many are bad, or none are left.
    """
    data = config.data
    limits = data.limits(needs_reasoning)
    found = read_items(data.item_files(), limits, data.validation, data.seed, data.max_bad_share, told, may_be_empty)
    if data.held_out:
        limits = data.limits(needs_reasoning=False)
        files = data.item_files(held_out=True)

        def told_of_both(bad: list[BadSample]) -> None:
            told([*found.bad, *bad])

        held = read_items(files, limits, 0, data.seed, data.max_bad_share, told_of_both, may_be_empty)
        found.validation += held.train
        found.bad += held.bad
    videos = probe_all(item.video for item in (*found.train, *found.validation))
    total = len(found.train) + len(found.validation) + len(found.bad)
    for part in (found.train, found.validation):
        for item in [item for item in part if isinstance(videos[item.video], TrainingError)]:
            error = videos[item.video]
            found.bad.append(BadSample(item.source, f"{error.code}: {item.source}: {error.message}"))
            part.remove(item)
    told(found.bad)
    check_bad_share(found.bad, total, data.max_bad_share)
    return found
