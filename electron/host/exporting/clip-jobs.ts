import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { withoutExtension } from '../../../native-models/annotation-forms/match-videos.ts';
import { usualFps, visibleEndSec } from '../../../native-models/annotation-forms/times/frame-bounds.ts';
import type { VideoMoments } from '../../../native-models/annotation-forms/written-moment.ts';
import { throwIfCancelled } from '../../../native-models/protocol/errors.ts';
import type { Job } from '../contract/models.ts';
import { safeFileName } from '../contract/file-names.ts';
import { distinctNames } from './export-file.ts';
import type { JobWork, Jobs } from '../jobs/jobs.ts';
import type { VideosService } from '../videos-service.ts';
import { makeFolder } from '../files/make-folder.ts';
import { writePiecesAtomically } from '../files/write-pieces-atomically.ts';
import { largestZipBytes, zipPieces } from '../files/zip-pieces.ts';
import type { ZipEntry } from '../files/zip-pieces.ts';
import type { HostContext } from '../host-context.ts';

const requestSchema = z.object({
  mode: z.enum(['copy', 'encode']),
  /** The project whose clips can be fetched as one file; absent: they lie where a person wants them. */
  fetchedOf: z.string().exactOptional(),
  clips: z.array(
    z.object({ videoPath: z.string(), startSec: z.number(), endSec: z.number(), outputPath: z.string() }),
  ),
});
type ClipsRequest = z.infer<typeof requestSchema>;

/** Cuts moments into files of their own, as jobs. */
export class ClipJobs {
  readonly #jobs: Jobs;
  readonly #videos: VideosService;

  readonly #context: Pick<HostContext, 'store' | 'now'>;

  constructor(jobs: Jobs, videos: VideosService, context: Pick<HostContext, 'store' | 'now'>) {
    this.#context = context;
    this.#jobs = jobs;
    this.#videos = videos;
    jobs.register('export-clips', { work: (work) => this.#cut(work) });
  }

  /**
   * @param folder where the clips are put; it is made.
   * @param options.fetchedOf the project, where the folder is the host's own: the clips are then also one ZIP beside it, which
   * is an export with the job's id, so that a window elsewhere can fetch it.
   */
  async start(
    folder: string,
    videos: readonly VideoMoments[],
    options: { readonly mode: ClipsRequest['mode']; readonly fetchedOf?: string | undefined },
  ): Promise<Job> {
    makeFolder(folder);
    const clips = clipsOf(folder, videos);
    const { mode, fetchedOf } = options;
    const request: ClipsRequest = { mode, clips, ...(fetchedOf !== undefined && { fetchedOf }) };
    return await this.#jobs.start(
      {
        kind: 'export-clips',
        title: path.basename(folder),
        unit: 'items',
        total: clips.length,
        outputPath: folder,
      },
      request,
    );
  }

  async #cut({ job, request, signal, report }: JobWork): Promise<Pick<Job, 'outputPath'>> {
    const { clips, mode, fetchedOf } = requestSchema.parse(request);
    for (const [done, clip] of clips.entries()) {
      throwIfCancelled(signal);
      report({ done, total: clips.length, detail: path.basename(clip.outputPath) });
      await this.#videos.cutClip({ ...clip, mode }, { signal });
    }
    report({ done: clips.length, total: clips.length });
    if (job.outputPath === undefined) return {};
    const zipPath = fetchedOf === undefined ? undefined : await this.#zip(job, clips, fetchedOf);
    return { outputPath: zipPath ?? job.outputPath };
  }

  /** The clips as one file, kept as an export; undefined where they are too much for one. */
  async #zip(job: Job, clips: ClipsRequest['clips'], projectId: string): Promise<string | undefined> {
    const sizes = await Promise.all(clips.map(async ({ outputPath }) => (await stat(outputPath)).size));
    if (sizes.reduce((sum, size) => sum + size, 0) > largestZipBytes) return undefined;
    const zipPath = `${job.outputPath ?? ''}.zip`;
    await writePiecesAtomically(zipPath, zipPieces(entriesOf(clips)));
    await this.#context.store.call('addExport', {
      ...{ id: job.id, projectId, format: 'clips', path: zipPath, fileName: path.basename(zipPath) },
      ...{ moments: clips.length, bytes: (await stat(zipPath)).size, createdAtMs: this.#context.now() },
    });
    return zipPath;
  }
}

function* entriesOf(clips: ClipsRequest['clips']): Generator<ZipEntry> {
  for (const { outputPath } of clips) {
    yield { name: path.basename(outputPath), content: createReadStream(outputPath), isPacked: true };
  }
}

/** The clips of moments, each with a name of its own in a folder. */
export function clipsOf(folder: string, videos: readonly VideoMoments[]): ClipsRequest['clips'] {
  const lastSec = Math.max(...videos.flatMap(({ moments }) => moments.map(({ endSec }) => endSec)));
  // As many digits everywhere, so that files stand in the order of time.
  const time = (sec: number): string => sec.toFixed(2).padStart(lastSec.toFixed(2).length, '0');
  const clips = videos.flatMap(({ video, moments }) =>
    moments.map((moment) => {
      const { startSec, label, text } = moment;
      const words = [label, text].filter((part) => part !== '').join(' ');
      const name = `${withoutExtension(video.name)} ${time(startSec)}-${time(moment.endSec)} ${words}`;
      return {
        videoPath: video.path,
        startSec,
        // A moment without length shows one frame.
        endSec: visibleEndSec(moment, video.picture?.fps ?? usualFps),
        name: safeFileName(name.slice(0, 90)),
      };
    }),
  );
  const names = distinctNames(clips.map(({ name }) => name));
  return clips.map(({ videoPath, startSec, endSec }, index) => ({
    ...{ videoPath, startSec, endSec },
    outputPath: path.join(folder, `${names[index] ?? String(index)}.mp4`),
  }));
}
