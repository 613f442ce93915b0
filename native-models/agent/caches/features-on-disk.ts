import type { LoadedModel } from '../../checkpoints/loaded-model.ts';
import type { KeptFeatures } from './kept-features/kept-features.ts';
import type { FeaturesOnDisk } from './vision-features.ts';

/** What a device has encoded stays there; what the processor has, the same for every binding and number of threads, is kept. */
export function featuresOnDisk(
  model: LoadedModel,
  kept: KeptFeatures | undefined,
): FeaturesOnDisk | undefined {
  if (kept === undefined || model.language.device !== undefined) return undefined;
  return { kept, weights: weightsName(model) };
}

/** Names what features on disk are of. */
export function weightsName({ checksum, precision, device, runtime }: LoadedModel): string {
  return `${checksum}/${precision}/${device}/${runtime}`;
}
