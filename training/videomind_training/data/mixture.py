"""In which order samples are seen: batches of one data type each, a pure function of seed and step."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True)
class Draw:
    """A sample that is drawn: its index, and how often its type had been gone through before."""

    index: int
    epoch: int


class Mixture:
    """An endless sequence of global batches, each of one data type.

    Each type is gone through again and again, shuffled anew; a batch may reach from one pass into the next, so that no
    sample is left out. Within a pass, batches of all types come in random order.

    Args:
        data_types: of each sample.
        batch_size: samples of a global batch, over all processes.
        seed: of the order.
    """

    def __init__(self, data_types: Sequence[str], batch_size: int, seed: int) -> None:
        self.batch_size = batch_size
        self.seed = seed
        self.members: dict[str, list[int]] = {}
        for index, data_type in enumerate(data_types):
            self.members.setdefault(data_type, []).append(index)

    def steps(self, epochs: float) -> int:
        """Batches in so many passes over all samples."""
        return sum(int(epochs * len(members)) // self.batch_size for members in self.members.values())

    def batches(self, first_step: int = 0) -> Iterator[list[Draw]]:
        """Global batches from a step on."""
        used = dict.fromkeys(self.members, 0)
        orders: dict[tuple[str, int], list[int]] = {}
        step = 0
        epoch = 0
        while True:
            turns = [
                data_type
                for data_type, members in self.members.items()
                for _ in range((epoch + 1) * len(members) // self.batch_size - epoch * len(members) // self.batch_size)
            ]
            Random(f"{self.seed}/turns/{epoch}").shuffle(turns)
            for data_type in turns:
                start = used[data_type]
                used[data_type] += self.batch_size
                if step >= first_step:
                    yield [self._draw(data_type, start + offset, orders) for offset in range(self.batch_size)]
                step += 1
            epoch += 1

    def _draw(self, data_type: str, place: int, orders: dict[tuple[str, int], list[int]]) -> Draw:
        members = self.members[data_type]
        epoch, offset = divmod(place, len(members))
        if (data_type, epoch) not in orders:
            for old in [key for key in orders if key[0] == data_type and key[1] < epoch - 1]:
                del orders[old]
            order = members.copy()
            Random(f"{self.seed}/{data_type}/{epoch}").shuffle(order)
            orders[data_type, epoch] = order
        return Draw(orders[data_type, epoch][offset], epoch)
