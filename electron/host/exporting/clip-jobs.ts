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

const requestSchema = z.object({
  mode: z.enum(['copy', 'encode']),
  clips: z.array(
    z.object({ videoPath: z.string(), startSec: z.number(), endSec: z.number(), outputPath: z.string() }),
  ),
});
type ClipsRequest = z.infer<typeof requestSchema>;

/** Cuts moments into files of their own, as jobs. */
export class ClipJobs {
  readonly #jobs: Jobs;
  readonly #videos: VideosService;

  constructor(jobs: Jobs, videos: VideosService) {
    this.#jobs = jobs;
    this.#videos = videos;
    jobs.register('export-clips', { work: (work) => this.#cut(work) });
  }

  /** @param folder where the clips are put; it is made. */
  async start(folder: string, videos: readonly VideoMoments[], mode: ClipsRequest['mode']): Promise<Job> {
    makeFolder(folder);
    const clips = clipsOf(folder, videos);
    const request: ClipsRequest = { mode, clips };
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
    const { clips, mode } = requestSchema.parse(request);
    for (const [done, clip] of clips.entries()) {
      throwIfCancelled(signal);
      report({ done, total: clips.length, detail: path.basename(clip.outputPath) });
      await this.#videos.cutClip({ ...clip, mode }, { signal });
    }
    report({ done: clips.length, total: clips.length });
    return job.outputPath === undefined ? {} : { outputPath: job.outputPath };
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
