import path from 'node:path';
import { KeptFeatures } from '../agent/caches/kept-features/kept-features.ts';
import { EngineError } from '../protocol/errors.ts';

/** Room for about five hours of video at one frame a second and 2B size. */
const defaultBudgetBytes = 4 * 2 ** 30;

/**
 * Features that outlive the engine lie under the cache folder. `VIDEOMIND_KEPT_FEATURES_MB` says how much they may take;
 * 0 keeps none.
 *
 * @throws EngineError ARGUMENT_INVALID where it is no number
 */
export function keptFeaturesOf(
  cachePath: string,
  environment: NodeJS.ProcessEnv = process.env,
): KeptFeatures | undefined {
  const given = environment['VIDEOMIND_KEPT_FEATURES_MB'];
  const budgetBytes = given === undefined || given === '' ? defaultBudgetBytes : Number(given) * 2 ** 20;
  if (!(budgetBytes >= 0)) {
    throw new EngineError(
      'ARGUMENT_INVALID',
      `VIDEOMIND_KEPT_FEATURES_MB is "${given ?? ''}", not a number.`,
      {
        remedy: 'Give how many megabytes of the disk features may take; 0 keeps none.',
      },
    );
  }
  return budgetBytes === 0
    ? undefined
    : new KeptFeatures({ folder: path.join(cachePath, 'features'), budgetBytes });
}
