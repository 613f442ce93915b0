import type { EvalSample } from '../../../native-models/protocol/eval-sample.ts';
import type { Shard } from './run-settings.ts';

/** Samples on one video, in the loader's order: run one after another by one engine, so that its caches are used. */
export interface SampleGroup {
  readonly videoPath: string;
  readonly samples: readonly EvalSample[];
}

/** Groups samples by video, videos in the order in which they come first, and keeps those of a shard. */
export function groupByVideo(samples: readonly EvalSample[], { index, of }: Shard): SampleGroup[] {
  const groups = new Map<string, EvalSample[]>();
  for (const sample of samples) {
    const group = groups.get(sample.videoPath);
    if (group === undefined) groups.set(sample.videoPath, [sample]);
    else group.push(sample);
  }
  return [...groups]
    .filter((_, place) => place % of === index)
    .map(([videoPath, members]) => ({ videoPath, samples: members }));
}
