import { stat } from 'node:fs/promises';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import type { FirstFrame } from '../../../native-models/media/first-frame.ts';
import { decodeFirstFrame } from '../../../native-models/media/first-frame.ts';

const keptFiles = 64;

/**
 * First frames and containers of the files that were opened last: estimating a video and sending it to a window both ask for
 * them.
 */
export class KnownFacts {
  readonly #known = new Map<string, { readonly version: string; readonly first: FirstFrame }>();

  /** As `decodeFirstFrame`; read again when the file has changed. */
  async read(videoPath: string, signal?: AbortSignal): Promise<FirstFrame> {
    const version = await versionOf(videoPath);
    const known = this.#known.get(videoPath);
    if (version !== undefined && known?.version === version) return known.first;
    const first = await decodeFirstFrame(await locateFfmpeg(), videoPath, { signal });
    this.#known.delete(videoPath);
    if (version !== undefined) this.#known.set(videoPath, { version, first });
    const [oldest] = this.#known.keys();
    if (this.#known.size > keptFiles && oldest !== undefined) this.#known.delete(oldest);
    return first;
  }
}

async function versionOf(videoPath: string): Promise<string | undefined> {
  const stats = await stat(videoPath).catch(() => undefined);
  return stats && [stats.dev, stats.ino, stats.size, stats.mtimeMs].join(' ');
}
