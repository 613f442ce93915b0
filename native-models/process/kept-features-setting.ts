import path from 'node:path';
import { KeptFeatures } from '../agent/caches/kept-features/kept-features.ts';
import type { KeptFeaturesOptions } from '../agent/caches/kept-features/kept-features.ts';
import { EngineError } from '../protocol/errors.ts';

/** Room for about five hours of video at one frame a second and 2B size. */
const defaultBudgetBytes = 4 * 2 ** 30;

/**
 * Features that outlive the engine lie under the cache folder. `VIDEOMIND_KEPT_FEATURES_MB` says how much they may take;
 * 0 keeps none.
 *
 * @throws EngineError ARGUMENT_INVALID where it is no number
 */
export function keptFeaturesSetting(
  cachePath: string,
  environment: NodeJS.ProcessEnv = process.env,
): KeptFeaturesOptions {
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
  return { folder: path.join(cachePath, 'features'), budgetBytes };
}

let opened: KeptFeatures | undefined;

/** The features kept by this process, with one index for all models; undefined where none are to be kept. */
export function openKeptFeatures(cachePath: string): KeptFeatures | undefined {
  const setting = keptFeaturesSetting(cachePath);
  if (setting.budgetBytes === 0) return undefined;
  opened ??= new KeptFeatures(setting);
  return opened;
}
