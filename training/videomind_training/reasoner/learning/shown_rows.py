"""TRL's GRPOTrainer knows images, not videos: this shows it each row's video wherever it calls the network."""

from collections.abc import Callable, Sequence

from torch import Tensor, nn

from videomind_training.reasoner.shown.clip import Clip
from videomind_training.reasoner.shown.family import Family
from videomind_training.reasoner.shown.prompt import token_types, video_inputs


class WithVideos:
    """A network that is called with rows of tokens, some at a time and in order, and sees their videos as well.

    Args:
        network: to call.
        clips: of the rows.
        family: of the checkpoint.
    """

    def __init__(self, network: nn.Module | Callable[..., object], clips: Sequence[Clip], family: Family) -> None:
        self._network = network
        self._clips = clips
        self._family = family
        self._next = 0

    def __call__(self, input_ids: Tensor, **others: object) -> object:
        """The network's output for the next rows."""
        rows = self._clips[self._next : self._next + len(input_ids)]
        self._next += len(input_ids)
        shown = {name: values.to(input_ids.device) for name, values in video_inputs(list(rows), self._family).items()}
        return self._network(input_ids=input_ids, **shown, mm_token_type_ids=token_types(input_ids, self._family), **others)
