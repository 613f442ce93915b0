"""What a role says of samples, as lines of the published dump format."""

import json
from collections.abc import Callable, Sequence

from videomind_training.chain.ask import Chain
from videomind_training.data.samples import AnsweringSample, GroundingSample, Sample
from videomind_training.errors import TrainingError
from videomind_training.media.video import Video, probe_video


def predict(chain: Chain, samples: Sequence[Sample]) -> list[dict[str, object]]:
    """One line a sample. One whose video cannot be read has an error in it, which the scorers count as wrong."""
    return [_line(chain, sample) for sample in samples]


def _line(chain: Chain, sample: Sample) -> dict[str, object]:
    common: dict[str, object] = {"source": "own", "video_path": str(sample.video), "data_type": sample.data_type}
    say: Callable[[Chain, Video], dict[str, object]]
    if isinstance(sample, GroundingSample):
        known: dict[str, object] = {"query": sample.query, "span": [list(span) for span in sample.spans]}

        def say(chain: Chain, video: Video) -> dict[str, object]:
            candidates = chain.ground(video, sample.query).candidates
            return {"pred": [list(each.span) for each in candidates], "conf": [each.confidence for each in candidates]}
    elif isinstance(sample, AnsweringSample) and sample.correct is not None:
        letter = chr(ord("A") + sample.correct)
        known = {
            "question": sample.question,
            "options": list(sample.options),
            "answer": sample.options[sample.correct],
            "ans": letter,
        }

        def say(chain: Chain, video: Video) -> dict[str, object]:
            return {"response": chain.answer(video, sample.question, list(sample.options), sample.crop)[2]}
    else:
        raise TypeError(f"{sample.source} is no sample that can be scored.")
    line = {**common, **known, "duration": sample.duration}
    try:
        video = probe_video(sample.video)
        return json.loads(json.dumps({**line, "duration": video.length_sec, **say(chain, video)}))
    except TrainingError as error:
        return {**line, "error": {"code": error.code, "message": str(error)}}
