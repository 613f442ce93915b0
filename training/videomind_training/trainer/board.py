"""TensorBoard's files of a run, which is worth more than its curves: once they cannot be written, it goes on without."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from torch.utils.tensorboard import SummaryWriter


class Board:
    """Writes curves until that fails, which is told once on stderr.

    Args:
        folder: of TensorBoard's files.
        first_step: that the run goes on from; what was written of later ones is forgotten.
    """

    def __init__(self, folder: Path, first_step: int) -> None:
        self.writer: SummaryWriter | None = None
        self.former_hook = threading.excepthook
        # TensorBoard writes in a thread; what ends it is raised by a later call as well, and is told then.
        threading.excepthook = self._tell_of_other_threads
        with self._may_fail():
            self.writer = SummaryWriter(str(folder), purge_step=first_step + 1)

    def add(self, step: int, values: dict[str, float]) -> None:
        """Records values of a step, 1 … steps."""
        with self._may_fail():
            for name, value in values.items():
                if self.writer is not None:
                    self.writer.add_scalar(name, value, step)

    def close(self) -> None:
        """Writes what is buffered."""
        with self._may_fail():
            if self.writer is not None:
                self.writer.close()
        threading.excepthook = self.former_hook

    @contextmanager
    def _may_fail(self) -> Iterator[None]:
        try:
            yield
        except (OSError, RuntimeError) as error:
            print(f"warning: nothing more is written for TensorBoard: {error}", file=sys.stderr)
            writer, self.writer = self.writer, None
            with suppress(OSError, RuntimeError):
                if writer is not None:
                    writer.close()

    def _tell_of_other_threads(self, told: threading.ExceptHookArgs) -> None:
        former: Callable[[threading.ExceptHookArgs], object] = self.former_hook
        if not type(told.thread).__module__.startswith("tensorboard."):
            former(told)
