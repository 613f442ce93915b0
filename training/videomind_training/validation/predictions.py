"""What a role says of samples, as lines of the published dump format."""

import json
from collections.abc import Sequence

from videomind_training.chain.ask import Candidate, Chain
from videomind_training.data.samples import AnsweringSample, GroundingSample, PlanningSample, Sample, VerifyingSample
from videomind_training.errors import TrainingError
from videomind_training.media.video import Video, probe_video
from videomind_training.prompts.role_words import parse_plan

verdicts = ("Yes", "No")
"""What a verifier chooses from."""

plans = ("look for a query of its own", "look for the question", "answer at once")
"""What a planner chooses from, as the chain follows its reply."""


def can_be_scored(sample: Sample) -> bool:
    """Whether it is known what would be right: all but an answer without the right option."""
    return not isinstance(sample, AnsweringSample) or sample.correct is not None


def predict(chain: Chain, samples: Sequence[Sample]) -> list[dict[str, object]]:
    """One line a sample. One whose video cannot be read has an error in it, which the scorers count as wrong."""
    return [_line(chain, sample) for sample in samples]


def _line(chain: Chain, sample: Sample) -> dict[str, object]:
    common: dict[str, object] = {"source": "own", "video_path": str(sample.video), "data_type": sample.data_type}
    line = {**common, **_known(sample), "duration": sample.duration}
    try:
        video = probe_video(sample.video)
        return json.loads(json.dumps({**line, "duration": video.length_sec, **_said(chain, video, sample)}))
    except TrainingError as error:
        return {**line, "error": {"code": error.code, "message": str(error)}}


def _known(sample: Sample) -> dict[str, object]:
    """What is asked, and what is right."""
    match sample:
        case GroundingSample():
            return {"query": sample.query, "span": [list(span) for span in sample.spans]}
        case VerifyingSample():
            return _choice(sample.query, verdicts, 0 if sample.positive else 1)
        case PlanningSample():
            return _choice(sample.question, plans, {2: 1, 4: 2}.get(sample.route, 0))
        case AnsweringSample(correct=int(right)):
            return _choice(sample.question, sample.options, right)
        case _:
            raise TypeError(f"{sample.source} is no sample that can be scored.")


def _choice(question: str, options: Sequence[str], right: int) -> dict[str, object]:
    return {"question": question, "options": list(options), "answer": options[right], "ans": _letter(right)}


def _said(chain: Chain, video: Video, sample: Sample) -> dict[str, object]:
    match sample:
        case GroundingSample():
            candidates = chain.ground(video, sample.query).candidates
            return {"pred": [list(each.span) for each in candidates], "conf": [each.confidence for each in candidates]}
        case VerifyingSample():
            judgement = chain.verify(video, sample.query, Candidate(sample.candidate, 0.0))
            return {"response": _letter(0 if judgement.yes_logit > judgement.no_logit else 1)}
        case PlanningSample():
            plan = parse_plan(chain.plan(video, sample.question)[1], sample.question)
            return {"response": _letter(2 if not plan.grounding else 1 if plan.query == sample.question else 0)}
        case AnsweringSample():
            return {"response": chain.answer(video, sample.question, list(sample.options), sample.crop)[2]}
        case _:
            raise TypeError(f"{sample.source} is no sample that can be scored.")


def _letter(index: int) -> str:
    return chr(ord("A") + index)
