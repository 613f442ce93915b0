import type { FamilyTraits } from '../../architectures/vision-language-model.ts';
import type { ReasonerSettings } from '../../checkpoints/manifest.ts';
import { EngineError } from '../../protocol/errors.ts';
import type { ReasonerRequest } from '../../protocol/reasoner-request.ts';

/** How much of a video a reasoner is shown: the package's settings, where the request does not say otherwise. */
export type ReasonerBudget = Pick<
  ReasonerSettings,
  'fps' | 'minFrames' | 'maxFrames' | 'minPixels' | 'maxPixels' | 'readerPatchSize'
> &
  Pick<ReasonerRequest, 'framesChosenBy'>;

/** @throws EngineError ARGUMENT_INVALID when a smallest value is above its largest. */
export function reasonerBudget(settings: ReasonerSettings, request: ReasonerRequest): ReasonerBudget {
  const maxFrames = request.maxFrames ?? settings.maxFrames;
  const maxPixels = request.maxPixels ?? settings.maxPixels;
  const budget = {
    framesChosenBy: request.framesChosenBy,
    fps: request.fps ?? settings.fps,
    minFrames: request.minFrames ?? Math.min(settings.minFrames, maxFrames),
    maxFrames,
    minPixels: request.minPixels ?? Math.min(settings.minPixels, maxPixels),
    maxPixels,
    readerPatchSize: request.readerPatchSize ?? settings.readerPatchSize,
  };
  for (const [what, least, most] of [
    ['frames', budget.minFrames, budget.maxFrames],
    ['pixels a frame', budget.minPixels, budget.maxPixels],
  ] as const) {
    if (least <= most) continue;
    throw new EngineError('ARGUMENT_INVALID', `At least ${least} ${what} cannot be at most ${most}.`);
  }
  return budget;
}

/** The side in pixels of the cells that the reader sizes frames in: twice the patch that it is told. */
export function readerFactor(budget: ReasonerBudget): number {
  return budget.readerPatchSize * 2;
}

/** Whether a family is told the time of frame pairs in seconds since the first of them, instead of in the whole file. */
export function countsFromFirstFrame({ pairTimes }: Pick<FamilyTraits, 'pairTimes'>): boolean {
  return pairTimes !== 'stamps';
}
