import type { NetworkShape } from '../../architectures/vision-language-model.ts';
import type { Video } from '../../media/video.ts';
import { CacheBudget } from '../caches/cache-budget.ts';
import type { KeptFeatures } from '../caches/kept-features/kept-features.ts';
import { KeptPrefixes } from '../caches/kept-prefixes.ts';
import { VisionFeatures } from '../caches/vision-features.ts';
import type { Workspace } from '../run.ts';
import type { Pace } from './pace.ts';
import type { KeptWork } from './role-work.ts';

/** What is there of a video's earlier questions; to be opened for the video that is asked about. */
export interface VideosKeptWork extends KeptWork {
  readonly open: (video: Video) => Promise<void>;
}

/** What an open package remembers, in memory and on disk. */
export function keptOf({
  visionFeatures,
  prefixes,
}: Pick<Workspace, 'visionFeatures' | 'prefixes'>): VideosKeptWork {
  return {
    open: (video) => visionFeatures.open(video),
    keys: (pairs) => visionFeatures.keys(pairs),
    missingKeys: (pairs) => visionFeatures.missingKeys(pairs),
    reusable: (content, onDisk) => prefixes.reusable(content, onDisk),
  };
}

/** What is on disk for a package that is not open: its pace says under which names. */
export function keptOnDisk(
  kept: KeptFeatures | undefined,
  { weights, towerKeys }: Pick<Pace, 'weights' | 'towerKeys'>,
  network: Pick<NetworkShape, 'patchSize' | 'mergeSize'>,
): VideosKeptWork {
  const names = {
    weightsKey: (role: string) => towerKeys[role] ?? '',
    pairsAtOnce: () => 1,
    encode: () => Promise.reject(new TypeError('Only names are asked for.')),
  };
  const cellPixels = network.patchSize * network.mergeSize;
  const disk = kept === undefined ? undefined : { kept, weights };
  const visionFeatures = new VisionFeatures(new CacheBudget(0), names, cellPixels, disk);
  const prefixes = kept === undefined ? undefined : new KeptPrefixes(kept, weights);
  return {
    open: (video) => visionFeatures.open(video),
    keys: (pairs) => visionFeatures.keys(pairs),
    missingKeys: (pairs) => visionFeatures.missingKeys(pairs),
    reusable: async (content, onDisk) => (onDisk ? ((await prefixes?.reusable(content)) ?? 0) : 0),
  };
}
