import { createHash } from 'node:crypto';
import path from 'node:path';
import { z } from 'zod';
import type { EvalSample } from '../../../../native-models/protocol/eval-sample.ts';
import { evalSampleSchema, evalSettingsSchema } from '../../../../native-models/protocol/eval-sample.ts';
import { sampleResultSchema } from '../result-journal.ts';
import { runSettingsSchema } from '../run-settings.ts';
import type { AskingRules } from '../sample-asker.ts';
import type { SampleGroup } from '../sample-groups.ts';

/** Stands for the data folder in paths that travel: each machine has its own. */
const dataFolderMark = 'data:';

/** A group of samples as it travels: those on one video, and what they are asked with. */
export const groupJobSchema = z.object({
  samples: z.array(evalSampleSchema),
  settings: runSettingsSchema,
  benchmarkSettings: evalSettingsSchema,
  reasons: z.boolean().default(false),
});
export type GroupJob = z.infer<typeof groupJobSchema>;

export const groupResultSchema = z.array(sampleResultSchema);

/** Queue of a model's jobs: only engines with the very same package may work on them. */
export function queueName(modelChecksum: string): string {
  return `videomind-eval-${modelChecksum.slice(0, 16)}`;
}

/** Names a run, the same when it is begun again: its results are found and not computed twice. */
export function runKey({ settings }: AskingRules, samples: number): string {
  const facts = JSON.stringify([{ ...settings, dataDir: '' }, samples]);
  return createHash('sha256').update(facts).digest('hex').slice(0, 16);
}

/** A group as a job. */
export function toJob(
  { samples }: SampleGroup,
  { settings, benchmarkSettings, reasons }: AskingRules,
): GroupJob {
  const { dataDir } = settings;
  return {
    samples: samples.map((sample) => mapPaths(sample, (file) => leave(file, dataDir))),
    settings: { ...settings, dataDir: '' },
    benchmarkSettings,
    reasons,
  };
}

/** A job as it is done here. @param dataDir the data folder of this machine */
export function fromJob(
  job: GroupJob,
  dataDir: string,
  modelPath: string,
): { readonly samples: readonly EvalSample[]; readonly rules: AskingRules } {
  const { samples, settings, benchmarkSettings, reasons } = job;
  return {
    samples: samples.map((sample) => mapPaths(sample, (file) => arrive(file, dataDir))),
    rules: { settings: { ...settings, dataDir }, benchmarkSettings, modelPath, reasons },
  };
}

function mapPaths(sample: EvalSample, map: (file: string) => string): EvalSample {
  const { framePaths, subtitlesPath } = sample;
  return {
    ...sample,
    videoPath: map(sample.videoPath),
    ...(framePaths === undefined ? {} : { framePaths: framePaths.map(map) }),
    ...(subtitlesPath === undefined ? {} : { subtitlesPath: map(subtitlesPath) }),
  };
}

function leave(file: string, dataDir: string): string {
  const relative = path.relative(dataDir, file);
  return relative.startsWith('..') ? file : dataFolderMark + relative.split(path.sep).join('/');
}

function arrive(file: string, dataDir: string): string {
  return file.startsWith(dataFolderMark) ? path.join(dataDir, file.slice(dataFolderMark.length)) : file;
}
