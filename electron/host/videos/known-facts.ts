import { stat } from 'node:fs/promises';
import { locateFfmpeg } from '../../../native-models/media/ffmpeg.ts';
import type { StreamFacts } from './stream-facts.ts';
import { readStreamFacts } from './stream-facts.ts';

const keptFiles = 64;

/** What ffmpeg said of the files that were opened last: probing a video and sending it to a window both ask for it. */
export class KnownFacts {
  readonly #known = new Map<string, { readonly version: string; readonly facts: StreamFacts }>();

  /** As `readStreamFacts`; read again when the file has changed. */
  async read(videoPath: string, signal?: AbortSignal): Promise<StreamFacts> {
    const version = await versionOf(videoPath);
    const known = this.#known.get(videoPath);
    if (version !== undefined && known?.version === version) return known.facts;
    const facts = await readStreamFacts(await locateFfmpeg(), videoPath, signal);
    this.#known.delete(videoPath);
    if (version !== undefined) this.#known.set(videoPath, { version, facts });
    const [oldest] = this.#known.keys();
    if (this.#known.size > keptFiles && oldest !== undefined) this.#known.delete(oldest);
    return facts;
  }
}

async function versionOf(videoPath: string): Promise<string | undefined> {
  const stats = await stat(videoPath).catch(() => undefined);
  return stats && [stats.dev, stats.ino, stats.size, stats.mtimeMs].join(' ');
}
