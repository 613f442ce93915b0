import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { z } from 'zod';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { UpdateAnswer, UpdateState } from '../contract/updates.ts';
import { updateStateSchema } from '../contract/updates.ts';
import { writeAtomically } from '../files/write-atomically.ts';
import { storedError } from '../host-context.ts';
import { networkFetch } from '../downloads/network-fetch.ts';
import type { Fetch } from '../downloads/network-fetch.ts';
import { readAnnouncement } from './announcement.ts';
import type { Announcement } from './announcement.ts';
import { fetchAnnouncement } from './fetch-announcement.ts';
import type { ReleaseSource } from './release-source.ts';
import { compareVersions } from './versions.ts';

/** What checks are made with. */
export interface UpdatesParts {
  /** Undefined in a program that was built without one. */
  readonly source: ReleaseSource | undefined;
  readonly version: string;
  /** The library's folder, in which it is kept what was seen. */
  readonly dataPath: string;
  readonly now?: (() => number) | undefined;
  readonly fetch?: Fetch | undefined;
  readonly machine?: { readonly platform: string; readonly arch: string } | undefined;
}

const keptSchema = z.object({
  newestSignedAtMs: z.number().optional(),
  last: updateStateSchema.shape.last,
});
type Kept = z.infer<typeof keptSchema>;

/**
 * Finds out whether a newer release is there, when it is told to and never by itself. It fetches an announcement and nothing
 * else; installers are for a person to fetch.
 */
export class Updates {
  readonly #parts: UpdatesParts;
  readonly #keptPath: string;
  readonly #now: () => number;
  #running: Promise<UpdateAnswer> | undefined;

  constructor(parts: UpdatesParts) {
    this.#parts = parts;
    this.#keptPath = path.join(parts.dataPath, 'updates.json');
    this.#now = parts.now ?? Date.now;
  }

  /** The page of releases. */
  get pageUrl(): string | undefined {
    return this.#parts.source?.pageUrl;
  }

  /** What is known without asking. */
  async state(): Promise<UpdateState> {
    const { last } = await this.#read();
    const { pageUrl } = this;
    return {
      ...(pageUrl !== undefined && { host: new URL(pageUrl).host }),
      ...(last !== undefined && { last }),
    };
  }

  /**
   * Asks. Who asks while it is being asked gets the same answer.
   * @throws EngineError UPDATE_UNAVAILABLE, UPDATE_UNREACHABLE, UPDATE_REFUSED, CANCELLED; OUTPUT_UNWRITABLE and DISK_FULL
   *   where it cannot be kept what was seen.
   */
  async check(signal?: AbortSignal): Promise<UpdateAnswer> {
    this.#running ??= this.#check(signal).finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #check(signal: AbortSignal | undefined): Promise<UpdateAnswer> {
    const { source } = this.#parts;
    if (source === undefined) {
      throw new EngineError(
        'UPDATE_UNAVAILABLE',
        'This copy of the program was built without the address and the key of its releases, so it cannot look for one.',
      );
    }
    const kept = await this.#read();
    try {
      const fetching = this.#parts.fetch ?? (await networkFetch(process.env));
      const text = await fetchAnnouncement(source, fetching, signal);
      const { newestSignedAtMs } = kept;
      const announcement = readAnnouncement(text, { source, nowMs: this.#now(), newestSignedAtMs });
      const answer = this.#answer(announcement);
      await this.#write({
        newestSignedAtMs: Date.parse(announcement.signedAt),
        last: { atMs: this.#now(), answer },
      });
      return answer;
    } catch (thrown) {
      const error = toEngineError(thrown);
      if (error.code.startsWith('UPDATE_')) {
        await this.#write({ ...kept, last: { atMs: this.#now(), failure: storedError(error) } });
      }
      throw error;
    }
  }

  #answer({ version, releasedAt, page, installers }: Announcement): UpdateAnswer {
    const difference = compareVersions(this.#parts.version, version);
    const { platform, arch } = this.#parts.machine ?? process;
    return {
      state: difference < 0 ? 'newer' : difference === 0 ? 'current' : 'older',
      version,
      thisVersion: this.#parts.version,
      releasedAtMs: Date.parse(releasedAt),
      pageUrl: page,
      installers: installers.filter((each) => each.platform === platform && each.arch === arch),
    };
  }

  /** What cannot be read was never seen. */
  async #read(): Promise<Kept> {
    try {
      return keptSchema.parse(JSON.parse(await readFile(this.#keptPath, 'utf8')));
    } catch {
      return {};
    }
  }

  async #write(kept: Kept): Promise<void> {
    await mkdir(this.#parts.dataPath, { recursive: true }).catch(() => undefined);
    await writeAtomically(this.#keptPath, `${JSON.stringify(kept, null, 2)}\n`);
  }
}
