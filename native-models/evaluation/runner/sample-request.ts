import type { AskRequest } from '../../protocol/ask-request.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { EvalAskRequest } from '../../protocol/eval-run.ts';
import type { EvalSample } from '../../protocol/eval-sample.ts';
import { roleNames } from '../../protocol/roles.ts';
import type { Role } from '../../protocol/roles.ts';

/** New tokens per role, as in published runs. */
const defaultMaxTokens = 256;

/** True where a sample is answered: it has a question and options. Any other is grounded and no more. */
export function isAnswered(sample: Pick<EvalSample, 'question' | 'options'>): boolean {
  return sample.question !== undefined && sample.options !== undefined;
}

/** The roles that run on a sample, in their order: no answerer where there is nothing to answer. */
export function rolesForSample(sample: EvalSample, roles: readonly Role[]): Role[] {
  return roleNames.filter((role) => roles.includes(role) && (role !== 'answerer' || isAnswered(sample)));
}

/**
 * What the agent is asked for a sample (reference benchmarks, "How a run goes"). Greedy, five candidates.
 * @throws EngineError ROLES_INVALID where no role is left, VIDEO_NOT_RECOGNIZED for a folder of pictures
 */
export function requestOfSample(request: EvalAskRequest): AskRequest {
  return request.reasons ? reasonerRequest(request) : chainRequest(request);
}

function chainRequest(request: EvalAskRequest): AskRequest {
  const { sample, settings, style } = request;
  const roles = rolesForSample(sample, request.roles);
  if (!roles.includes('grounder') && !roles.includes('answerer')) {
    throw new EngineError('ROLES_INVALID', `Nothing runs on ${sample.id}: it has no question with options.`, {
      remedy: 'Add the grounder to --roles.',
    });
  }
  const common = commonRequest(request);
  return {
    ...common,
    roles,
    maxTokens: request.maxTokens ?? defaultMaxTokens,
    benchmark: {
      query: sample.query ?? common.question,
      style: style ?? settings.promptStyle,
      minMomentSec: settings.minMomentSec,
      minMomentShare: settings.minMomentShare,
      answererBudget: settings.answererBudget,
      roundingUnitSec: settings.roundingUnitSec,
      durationSec: sample.durationSec,
    },
  };
}

/** Frames, prompt and most new tokens are those of the package; what the benchmark says of roles has no use. */
function reasonerRequest(request: EvalAskRequest): AskRequest {
  const { maxTokens } = request;
  return { ...commonRequest(request), ...(maxTokens === undefined ? {} : { maxTokens }) };
}

function commonRequest(request: EvalAskRequest): AskRequest {
  const { sample, threads } = request;
  if (sample.framePaths !== undefined) {
    throw new EngineError('VIDEO_NOT_RECOGNIZED', `${sample.videoPath} is a folder of pictures.`, {
      remedy: 'Make a video of the pictures with ffmpeg, or leave these samples out of the figures.',
    });
  }
  const question = sample.question ?? sample.query;
  if (question === undefined) {
    throw new EngineError('QUESTION_EMPTY', `${sample.id} has neither a query nor a question.`);
  }
  return {
    videoPath: sample.videoPath,
    modelPath: request.modelPath,
    question,
    ...(isAnswered(sample) && sample.options !== undefined ? { options: [...sample.options] } : {}),
    candidates: 5,
    temperature: 0,
    ...(request.subtitles && sample.subtitlesPath !== undefined
      ? { subtitlesPath: sample.subtitlesPath }
      : {}),
    device: request.device,
    ...(threads === undefined ? {} : { threads }),
    trace: true,
  };
}
