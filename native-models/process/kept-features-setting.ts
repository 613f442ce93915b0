import { readFileSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { KeptFeatures } from '../agent/caches/kept-features/kept-features.ts';
import type { KeptFeaturesOptions } from '../agent/caches/kept-features/kept-features.ts';
import { EngineError } from '../protocol/errors.ts';
import type { KeptFeaturesChange, KeptFeaturesState } from '../protocol/kept-features.ts';

/** Room for about five hours of video at one frame a second and 2B size. */
const defaultBudgetBytes = 4 * 2 ** 30;

/** What a person chose: in the cache folder, so that window and command line keep to it alike. */
const choiceSchema = z.object({ budgetBytes: z.number().nonnegative() });

/** How much may be kept, and whether the environment says so. */
export interface KeptFeaturesSetting extends KeptFeaturesOptions {
  readonly isFixed: boolean;
}

/**
 * Features that outlive the engine lie under the cache folder. `VIDEOMIND_KEPT_FEATURES_MB` says how much they may take, or else what
 * was chosen; 0 keeps none.
 *
 * @throws EngineError ARGUMENT_INVALID where it is no number
 */
export function keptFeaturesSetting(
  cachePath: string,
  environment: NodeJS.ProcessEnv = process.env,
): KeptFeaturesSetting {
  const given = environment['VIDEOMIND_KEPT_FEATURES_MB'];
  const isFixed = given !== undefined && given !== '';
  const budgetBytes = isFixed ? Number(given) * 2 ** 20 : (chosenBytes(cachePath) ?? defaultBudgetBytes);
  if (!(budgetBytes >= 0)) {
    throw new EngineError(
      'ARGUMENT_INVALID',
      `VIDEOMIND_KEPT_FEATURES_MB is "${given ?? ''}", not a number.`,
      {
        remedy: 'Give how many megabytes of the disk features may take; 0 keeps none.',
      },
    );
  }
  return { folder: path.join(cachePath, 'features'), budgetBytes, isFixed };
}

let opened: KeptFeatures | undefined;

/** The features kept by this process, with one index for all models. */
export function openKeptFeatures(cachePath: string): KeptFeatures {
  opened ??= new KeptFeatures(keptFeaturesSetting(cachePath));
  return opened;
}

/** What is kept, and how much may be. */
export async function keptFeaturesState(cachePath: string): Promise<KeptFeaturesState> {
  const { folder, isFixed } = keptFeaturesSetting(cachePath);
  const kept = openKeptFeatures(cachePath);
  return { path: folder, bytes: await kept.bytes(), budgetBytes: kept.budgetBytes, isFixed };
}

/**
 * Empties what is kept or changes how much may be: here at once, in other processes from their next start on.
 * @throws EngineError ARGUMENT_INVALID where the environment says how much
 */
export async function changeKeptFeatures(
  cachePath: string,
  { budgetBytes, empty }: KeptFeaturesChange,
): Promise<KeptFeaturesState> {
  const kept = openKeptFeatures(cachePath);
  if (empty === true) await kept.empty();
  if (budgetBytes !== undefined) {
    if (keptFeaturesSetting(cachePath).isFixed) {
      throw new EngineError('ARGUMENT_INVALID', 'VIDEOMIND_KEPT_FEATURES_MB says how much may be kept.', {
        remedy: 'Start the program without VIDEOMIND_KEPT_FEATURES_MB.',
      });
    }
    const file = choiceFile(cachePath);
    const draft = `${file}.${process.pid}.part`;
    await mkdir(cachePath, { recursive: true });
    await writeFile(draft, `${JSON.stringify({ budgetBytes })}\n`, { flush: true });
    await rename(draft, file);
    await kept.changeBudget(budgetBytes);
  }
  return keptFeaturesState(cachePath);
}

function choiceFile(cachePath: string): string {
  return path.join(cachePath, 'kept-features.json');
}

function chosenBytes(cachePath: string): number | undefined {
  try {
    return choiceSchema.parse(JSON.parse(readFileSync(choiceFile(cachePath), 'utf8'))).budgetBytes;
  } catch {
    return undefined;
  }
}
