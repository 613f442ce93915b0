import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { EngineError, throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import type { Job, Model } from '../contract/models.ts';
import type { LibraryVideo } from '../contract/library.ts';
import type { Settings } from '../contract/settings.ts';
import type { Engine } from '../host-context.ts';
import type { JobWork, Jobs } from '../jobs/jobs.ts';

const requestSchema = z.object({
  videoPath: z.string(),
  videoStream: z.number().int().optional(),
  modelPath: z.string(),
});
type Request = z.infer<typeof requestSchema>;

/** How often the battery is looked at while there is work. */
const lookMs = 30_000;

/** What reading ahead works with. */
export interface ReadAheadParts {
  readonly jobs: Jobs;
  readonly engine: Engine;
  readonly settings: () => Promise<Settings>;
  readonly isOnBattery: () => Promise<boolean>;
}

/**
 * Reads videos ahead, as jobs, one after the other: what planner and grounder look at whatever is asked, first of all of the video at once,
 * then, of a long one, window by window. The engine does it while it has nothing else to do; on battery it waits. What was encoded stays
 * on disk, so a job that was cut off begins again at the next start and goes on where it was.
 */
export class ReadAheadJobs {
  readonly #parts: ReadAheadParts;
  /** Those that the store is told of, by what is read for whom: they are in no list yet. */
  readonly #beginning = new Map<string, Promise<Job>>();

  constructor(parts: ReadAheadParts) {
    this.#parts = parts;
    parts.jobs.register('read-ahead', { work: (work) => this.#read(work), startsAgain: true });
  }

  /**
   * Begins it, unless it is begun: then that job is told. What was read before is begun once more: the engine passes over what is still
   * kept, and nobody else knows whether the cache was emptied or the file is another.
   * @throws EngineError ARGUMENT_INVALID
   */
  async start(video: LibraryVideo, model: Model): Promise<Job> {
    if (video.state !== 'ready' || model.state !== 'ready') {
      throw new EngineError('ARGUMENT_INVALID', `${video.name} cannot be read ahead now.`, {
        remedy: 'Wait until video and model are ready.',
      });
    }
    const name = JSON.stringify([video.id, model.id]);
    const beginning = this.#beginning.get(name) ?? this.#begin(video, model);
    this.#beginning.set(name, beginning);
    try {
      return await beginning;
    } finally {
      this.#beginning.delete(name);
    }
  }

  /** What was read before is the same job once more: a video that is shown ten times is one line of the list. */
  #begin(video: LibraryVideo, model: Model): Promise<Job> {
    const { jobs } = this.#parts;
    const same = jobs
      .list()
      .findLast(
        ({ kind, videoId, modelId }) => kind === 'read-ahead' && videoId === video.id && modelId === model.id,
      );
    const about = { title: `Read ahead: ${video.name}`, videoId: video.id, modelId: model.id };
    const request: Request = {
      videoPath: video.path,
      videoStream: video.picture?.videoStream,
      modelPath: model.path,
    };
    if (same !== undefined) return jobs.repeat(same.id, request);
    return jobs.start({ kind: 'read-ahead', ...about, unit: 'items' }, request);
  }

  async #read({ request, signal, report }: JobWork): Promise<object> {
    const asked = requestSchema.parse(request);
    for (const mode of ['whole', 'windows'] as const) {
      for (;;) {
        await this.#untilPlugged(signal, report);
        if (await this.#readOnce(asked, mode, { signal, report })) break;
      }
    }
    return {};
  }

  /** False where the battery ended it. */
  async #readOnce(
    paths: Request,
    mode: 'whole' | 'windows',
    { signal, report }: Pick<JobWork, 'signal' | 'report'>,
  ): Promise<boolean> {
    const { device, threads } = await this.#parts.settings();
    const unplugged = new AbortController();
    const timer = setInterval(() => {
      void this.#parts.isOnBattery().then((isOn) => {
        if (isOn) unplugged.abort();
      });
    }, lookMs);
    try {
      await this.#parts.engine.call(
        'prepare',
        {
          ...{ ...paths, question: path.basename(paths.videoPath), device, search: { mode }, whenIdle: true },
          ...(threads === null ? {} : { threads }),
        },
        {
          signal: AbortSignal.any([signal, unplugged.signal]),
          onProgress: ({ donePairs, totalPairs }) =>
            report({ done: donePairs, total: totalPairs, detail: '' }),
        },
      );
      return true;
    } catch (error) {
      if (!unplugged.signal.aborted || signal.aborted) throw error;
      return false;
    } finally {
      clearInterval(timer);
    }
  }

  async #untilPlugged(signal: AbortSignal, report: JobWork['report']): Promise<void> {
    while (await this.#parts.isOnBattery()) {
      report({ detail: 'Waits until the machine is plugged in' });
      await wait(lookMs, undefined, { signal }).catch(() => undefined);
      throwIfCancelled(signal);
    }
  }
}
