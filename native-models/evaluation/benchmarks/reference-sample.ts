import path from 'node:path';
import type { BenchmarkSample, JsonValue } from './benchmark.ts';

/** The folder by which the reference's files name their videos. */
const defaultVideoRoot = 'data';

/** How paths are written. */
export interface ReferenceSampleOptions {
  readonly dataDir: string;
  /** Put before paths that lie in the data folder. Default: `data`. */
  readonly videoRoot?: string;
}

/**
 * A sample under the keys of the reference's loaders, which its dumps begin with (fixtures/README.md, "How a run
 * goes"): source, data_type, video_path, duration, query, question, options, answer, ans, span, task, and what one
 * benchmark has besides.
 */
export function toReferenceSample(
  sample: BenchmarkSample,
  { dataDir, videoRoot = defaultVideoRoot }: ReferenceSampleOptions,
): Record<string, JsonValue> {
  const write = (absolute: string): string => {
    const relative = path.relative(dataDir, absolute);
    return relative.startsWith('..') ? absolute : path.posix.join(videoRoot, ...relative.split(path.sep));
  };
  const { categories, framePaths, spans, subtitlesPath } = sample;
  const [category] = categories;
  const task = categories.length > 1 ? categories : category;
  return {
    source: sample.source,
    data_type: sample.form,
    video_path: framePaths === undefined ? write(sample.videoPath) : framePaths.map(write),
    ...(sample.durationSec !== undefined && { duration: sample.durationSec }),
    ...(sample.query !== undefined && { query: sample.query }),
    ...(sample.question !== undefined && { question: sample.question }),
    ...(sample.options !== undefined && { options: sample.options }),
    ...(sample.answer !== undefined && { answer: sample.answer }),
    ...(sample.answerLetter !== undefined && { ans: sample.answerLetter }),
    ...(spans !== undefined && { span: spans }),
    ...(task !== undefined && { task }),
    ...(subtitlesPath !== undefined && { subtitle_path: write(subtitlesPath) }),
    ...(sample.route !== undefined && { route: sample.route }),
    ...sample.extra,
  };
}
