import type { AskRequest } from '../../protocol/ask-request.ts';
import { EngineError } from '../../protocol/errors.ts';
import { usualMaxTokens } from '../../protocol/eval-run.ts';
import type { EvalAskRequest } from '../../protocol/eval-run.ts';
import type { EvalSample } from '../../protocol/eval-sample.ts';
import { reasonerRequestSchema } from '../../protocol/reasoner-request.ts';
import { roleNames } from '../../protocol/roles.ts';
import type { Role } from '../../protocol/roles.ts';

/** Pictures are shown for a second each. */
const pictureFps = 1;

/**
 * True where a sample is answered: it has a question, and options or (one's own open questions) an answer. Any other is
 * grounded and no more.
 */
export function isAnswered(sample: Pick<EvalSample, 'question' | 'options' | 'answer'>): boolean {
  return sample.question !== undefined && (sample.options !== undefined || sample.answer !== undefined);
}

/** The roles that run on a sample, in their order: no answerer where there is nothing to answer. */
export function rolesForSample(sample: EvalSample, roles: readonly Role[]): Role[] {
  return roleNames.filter((role) => roles.includes(role) && (role !== 'answerer' || isAnswered(sample)));
}

/**
 * What the agent is asked for a sample (fixtures/README.md, "How a run goes"). Where a run says
 * nothing else: greedy, five candidates.
 *
 * @param videoPath what is shown, where that is not the sample's own video: its pictures as one
 * @throws EngineError ROLES_INVALID where no role is left, QUESTION_EMPTY
 */
export function requestOfSample(
  request: EvalAskRequest,
  videoPath: string = request.sample.videoPath,
): AskRequest {
  return request.reasons ? reasonerRequest(request, videoPath) : chainRequest(request, videoPath);
}

function chainRequest(request: EvalAskRequest, videoPath: string): AskRequest {
  const { sample, settings, style } = request;
  const roles = rolesForSample(sample, request.roles);
  if (!roles.includes('grounder') && !roles.includes('answerer')) {
    throw new EngineError(
      'ROLES_INVALID',
      `Nothing runs on ${sample.id}: it has no question that is answered.`,
      {
        remedy: 'Add the grounder to --roles.',
      },
    );
  }
  const arePictures = sample.framePaths !== undefined;
  const common = commonRequest(request, videoPath);
  const { search } = request;
  return {
    ...common,
    roles,
    ...(search === undefined ? {} : { search }),
    maxTokens: request.maxTokens ?? usualMaxTokens,
    benchmark: {
      query: sample.query ?? common.question,
      style: style ?? settings.promptStyle,
      ...(settings.fixed !== undefined && {
        minMomentSec: settings.fixed.minMomentSec,
        // Of pictures, the answerer sees all, each once.
        minMomentShare: arePictures ? 1 : settings.fixed.minMomentShare,
        answererBudget: { ...settings.fixed.answererBudget, ...(arePictures && { fps: pictureFps }) },
        times: { roundingUnitSec: settings.roundingUnitSec, durationSec: sample.durationSec },
      }),
    },
  };
}

/** Frames, prompt and most new tokens are those of the package; what the benchmark says of roles has no use. */
function reasonerRequest(request: EvalAskRequest, videoPath: string): AskRequest {
  const { maxTokens, sample, reasoner } = request;
  const isPictures = sample.framePaths !== undefined;
  return {
    ...commonRequest(request, videoPath),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(isPictures
      ? { reasoner: { ...reasonerRequestSchema.parse({}), ...reasoner, fps: pictureFps } }
      : reasoner !== undefined && { reasoner }),
  };
}

function commonRequest(request: EvalAskRequest, videoPath: string): AskRequest {
  const { sample, threads, runtime, candidates, temperature, seed, subtitlesEncoding, speed } = request;
  const { startSec, endSec } = request;
  const question = sample.question ?? sample.query;
  if (question === undefined) {
    throw new EngineError('QUESTION_EMPTY', `${sample.id} has neither a query nor a question.`);
  }
  return {
    videoPath,
    modelPath: request.modelPath,
    question,
    ...(isAnswered(sample) && sample.options !== undefined ? { options: [...sample.options] } : {}),
    candidates,
    temperature,
    ...(seed === undefined ? {} : { seed }),
    ...(speed === undefined ? {} : { speed }),
    ...(request.subtitles && sample.subtitlesPath !== undefined
      ? {
          subtitlesPath: sample.subtitlesPath,
          ...(subtitlesEncoding === undefined ? {} : { subtitlesEncoding }),
        }
      : {}),
    ...(startSec === undefined ? {} : { startSec }),
    ...(endSec === undefined ? {} : { endSec }),
    device: request.device,
    ...(runtime === undefined ? {} : { runtime }),
    ...(threads === undefined ? {} : { threads }),
    trace: true,
  };
}
