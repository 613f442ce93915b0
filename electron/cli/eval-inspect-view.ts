import { counted } from '../../native-models/protocol/counted.ts';
import { z } from 'zod';
import type { EvalInspection } from '../../native-models/protocol/eval-inspection.ts';
import type { Style } from './terminal.ts';
import { byteSize, duration } from './text-layout.ts';

/** What was found of a benchmark, as lines for a terminal; pure. */
export function inspectionLines(inspection: EvalInspection, style: Style): string[] {
  const { title, split, readSplit, files, samples, videos, durations, settings } = inspection;
  const failing = inspection.skipped.filter(({ countsAsFailed }) => countsAsFailed);
  const leftOut = inspection.skipped.filter(({ countsAsFailed }) => !countsAsFailed);
  const readFrom = readSplit === split ? '' : ` (its file: ${readSplit})`;
  return [
    style.bold(`${title}, ${split}${readFrom}`),
    ...files.map(
      ({ file, found, bytes }) =>
        `  ${found ? style.good('found  ') : style.bad('missing')}  ${file}${found ? `, ${byteSize(bytes)}` : ''}`,
    ),
    '',
    `Samples  ${samples.runnable} of ${samples.read} can be run${withoutVideo(samples)}; ${samples.grounded} have true moments, ${samples.answered} a question with options`,
    `Videos   ${videos.found} of ${videos.needed} found${lengths(durations)}`,
    ...videos.missingExamples.map((file) => `         ${style.bad('missing')} ${file}`),
    ...(videos.unreadable ?? []).map(
      ({ path, error }) => `         ${style.bad(error.code)} ${path}: ${error.message}`,
    ),
    ...(videos.checksums === undefined
      ? []
      : [`         ${videos.checksums.checked} of ${videos.found} are in the list of checksums`]),
    ...(videos.checksums?.different ?? []).map(
      (file) => `         ${style.bad('another file')} ${file}: its checksum is not that of the list`,
    ),
    `Settings ${settingsText(settings)}`,
    ...categories(inspection.categories),
    ...tallies('Asked by a run, and counted as failed', failing, style),
    ...tallies('Left out by a run', leftOut, style),
    ...tallies('Odd, but run all the same', inspection.notes, style),
    '',
    ...(inspection.error === undefined
      ? []
      : [`${style.bad(inspection.error.code)}: ${inspection.error.message}`]),
    ...(inspection.refusal === undefined ? [] : [style.warning(inspection.refusal)]),
    inspection.trustworthy
      ? style.good('Ready to run.')
      : style.warning('Figures of a run would not rest on the whole split.'),
  ];
}

function withoutVideo({ withoutVideo: count }: EvalInspection['samples']): string {
  return count === 0
    ? ''
    : `, ${count} without ${count === 1 ? 'its video counts' : 'their videos count'} as failed`;
}

function lengths({ fewestSec, mostSec, unknown }: EvalInspection['durations']): string {
  const range =
    fewestSec === undefined || mostSec === undefined
      ? ''
      : `, ${duration(fewestSec)} to ${duration(mostSec)} long`;
  return unknown > 0
    ? `${range}; ${counted(unknown, 'sample does', 'samples do')} not say how long the video is`
    : range;
}

function settingsText({ fixed, roundingUnitSec }: EvalInspection['settings']): string {
  if (fixed === undefined) return 'as the package says: what is asked is what `ask` asks';
  const { minMomentSec, minMomentShare, answererBudget } = fixed;
  const least =
    minMomentShare === undefined ? `${minMomentSec} s` : `${Math.round(minMomentShare * 100)} % of the video`;
  const { maxFrames, minTokens, maxTokens } = answererBudget;
  const seen = `at least ${least}, ${maxFrames} frames of ${minTokens}–${maxTokens} tokens`;
  return `times to ${roundingUnitSec} s; the answerer sees ${seen}`;
}

function categories(counts: EvalInspection['categories']): string[] {
  const entries = Object.entries(counts);
  if (entries.length < 2) return [];
  return [`Groups   ${entries.map(([name, count]) => `${name} ${count}`).join(', ')}`];
}

const exampleSchema = z.object({
  place: z.object({ file: z.string(), position: z.number().optional() }),
  detail: z.string(),
});

function tallies(
  title: string,
  all: readonly { readonly kind: string; readonly count: number; readonly examples: readonly unknown[] }[],
  style: Style,
): string[] {
  if (all.length === 0) return [];
  return [
    '',
    style.bold(title),
    ...all.flatMap(({ kind, count, examples }) => [
      `  ${style.warning(`${count} × ${kind}`)}`,
      ...examples.slice(0, 3).flatMap((example) => {
        const read = exampleSchema.safeParse(example);
        if (!read.success) return [];
        const { place, detail } = read.data;
        return [`      ${place.file}${place.position === undefined ? '' : `, ${place.position}`}: ${detail}`];
      }),
    ]),
  ];
}
