import { stat } from 'node:fs/promises';
import type { Video } from '../../../native-models/media/video.ts';
import { throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import { unlessCancelled } from './unless-cancelled.ts';

interface Opened {
  /** Size and time of change at the time of probing. */
  readonly version: string;
  readonly video: Promise<Video>;
}

/** Frame tables kept: an hour at 30 frames a second has 0.9 MB. */
const keptVideos = 16;

/**
 * Frame tables of the videos that were looked at last, each probed once however many ask at the same time, and again when
 * the file changed.
 */
export class OpenedVideos {
  readonly #probe: (videoPath: string) => Promise<Video>;
  readonly #opened = new Map<string, Opened>();

  /** @param probe reads a file; it is not stopped when one of those who wait for it goes away. */
  constructor(probe: (videoPath: string) => Promise<Video>) {
    this.#probe = probe;
  }

  /** @throws EngineError what probing throws; CANCELLED. */
  async get(videoPath: string, signal?: AbortSignal): Promise<Video> {
    throwIfCancelled(signal);
    const version = await versionOf(videoPath);
    let entry = this.#opened.get(videoPath);
    if (entry?.version !== version) {
      entry = { version, video: this.#probe(videoPath) };
      const failed = entry;
      entry.video.catch(() => {
        if (this.#opened.get(videoPath) === failed) this.#opened.delete(videoPath);
      });
    }
    // Moved to the end: what was asked for last is kept longest.
    this.#opened.delete(videoPath);
    this.#opened.set(videoPath, entry);
    const [oldest] = this.#opened.keys();
    if (this.#opened.size > keptVideos && oldest !== undefined) this.#opened.delete(oldest);
    return await unlessCancelled(entry.video, signal);
  }

  /** Forgets a file. */
  forget(videoPath: string): void {
    this.#opened.delete(videoPath);
  }
}

async function versionOf(videoPath: string): Promise<string> {
  const stats = await stat(videoPath).catch(() => undefined);
  // What is not there is for the probe to explain.
  return stats === undefined ? 'absent' : `${stats.size} ${stats.mtimeMs} ${stats.ino}`;
}
