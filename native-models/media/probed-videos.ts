import path from 'node:path';
import { throwIfCancelled } from '../protocol/errors.ts';
import { identifyVideo } from './file-identity.ts';
import { probeVideo } from './probe.ts';
import type { Video } from './video.ts';

/** Frame tables kept: an hour at 30 frames a second has 0.9 MB. */
const keptVideos = 4;

type Probe = typeof probeVideo;

/**
 * What the videos that were asked about last hold: probing decodes a frame, and reads a file without an index through, which
 * a second question about it need not wait for. A file that has changed is probed again.
 */
export class ProbedVideos {
  readonly #probe: Probe;
  readonly #known = new Map<string, { readonly identity: string; readonly video: Video }>();

  /** @param probe finds out what a file holds. */
  constructor(probe: Probe = probeVideo) {
    this.#probe = probe;
  }

  /** As `probeVideo`. */
  async probe(videoPath: string, options: Parameters<Probe>[1] = {}): Promise<Video> {
    throwIfCancelled(options.signal);
    const absolutePath = path.resolve(videoPath);
    const identity = await identifyVideo(absolutePath);
    const name = JSON.stringify([absolutePath, options.videoStream]);
    const known = this.#known.get(name);
    const video = known?.identity === identity ? known.video : await this.#probe(absolutePath, options);
    // Put at the end: what was asked about last is kept longest.
    this.#known.delete(name);
    this.#known.set(name, { identity, video });
    const [oldest] = this.#known.keys();
    if (this.#known.size > keptVideos && oldest !== undefined) this.#known.delete(oldest);
    return video;
  }
}
