import { candidatesDoubted } from './run-record.ts';
import type { Candidate, RunRecord, RunWarning, SearchRecord, TokenCounts } from './run-record.ts';

/**
 * One record of one question that several videos were asked, each by itself: one list of moments, best first by verifier score (where
 * it ran, else by confidence), and how all of them were looked through. The answer is given from the best moment and is not among these.
 */
export function mergeRecords(
  records: readonly [RunRecord, ...RunRecord[]],
  mostCandidates: number,
): RunRecord {
  const candidates = records
    .flatMap(({ video, candidates: found }) => found.map((each) => ({ ...each, video: video.path })))
    .sort(bestFirst)
    .slice(0, mostCandidates);
  const [best] = candidates;
  const base = records.find(({ video }) => video.path === best?.video) ?? records[0];
  const search = mergeSearches(records);
  return {
    ...base,
    videos: records.map(({ video }) => video),
    candidates,
    ...(best === undefined
      ? {}
      : { moment: { startSec: best.startSec, endSec: best.endSec, video: best.video } }),
    ...(search === undefined ? {} : { search }),
    roles: [...new Set(records.flatMap(({ roles }) => roles))],
    timings: sumOf(records.map(({ timings }) => timings)),
    tokens: mergeTokens(records),
    warnings: mergeWarnings(records),
  };
}

/** The order of moments of several videos: by verifier score, and by confidence where it did not run. */
export function bestFirst(one: Candidate, other: Candidate): number {
  return (other.verifierScore ?? 0) - (one.verifierScore ?? 0) || other.confidence - one.confidence;
}

/** A merged record with what came of asking the best moment's video for the answer. */
export function withAnswer(merged: RunRecord, answered: RunRecord): RunRecord {
  return {
    ...merged,
    ...(answered.answer === undefined ? {} : { answer: answered.answer }),
    roles: [...new Set([...merged.roles, ...answered.roles])],
    timings: sumOf([merged.timings, answered.timings]),
    tokens: mergeTokens([merged, answered]),
    warnings: [...merged.warnings, ...answered.warnings],
  };
}

/** The name of a file in a path of whatever system. */
export function fileNameOf(filePath: string): string {
  return filePath.split(/[\\/]/u).at(-1) ?? filePath;
}

function mergeSearches(records: readonly RunRecord[]): SearchRecord | undefined {
  const searches = records.flatMap(({ video, search }) =>
    search === undefined ? [] : [{ ...search, video: video.path }],
  );
  if (searches.length === 0) return undefined;
  const of = (what: 'windows' | 'leftOut') =>
    searches.flatMap((search) => search[what].map((each) => ({ ...each, video: search.video })));
  return {
    mode: searches.some(({ mode }) => mode === 'windows') ? 'windows' : 'whole',
    windows: of('windows'),
    framesSeen: searches.reduce((sum, { framesSeen }) => sum + framesSeen, 0),
    leftOut: of('leftOut'),
  };
}

/** That a verifier doubts what lies in some of the videos is what it is there for. */
function mergeWarnings(records: readonly RunRecord[]): RunWarning[] {
  const isDoubted = records.every(({ warnings }) => warnings.some(({ code }) => code === candidatesDoubted));
  const doubt = isDoubted
    ? [
        {
          code: candidatesDoubted,
          message: 'The verifier takes none of the candidates of any video for what was asked.',
        },
      ]
    : [];
  return [
    ...doubt,
    ...records.flatMap(({ video, warnings }) =>
      warnings
        .filter(({ code }) => code !== candidatesDoubted)
        .map(({ code, message }) => ({ code, message: `${fileNameOf(video.path)}: ${message}` })),
    ),
  ];
}

function mergeTokens(records: readonly RunRecord[]): RunRecord['tokens'] {
  const merged: RunRecord['tokens'] = {};
  for (const { tokens } of records) {
    for (const [name, counts] of Object.entries(tokens)) {
      const role = name as keyof RunRecord['tokens'];
      const before: TokenCounts = merged[role] ?? { prompt: 0, generated: 0, reused: 0 };
      merged[role] = {
        prompt: before.prompt + counts.prompt,
        generated: before.generated + counts.generated,
        reused: before.reused + counts.reused,
      };
    }
  }
  return merged;
}

function sumOf(all: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const each of all)
    for (const [name, value] of Object.entries(each)) sum[name] = (sum[name] ?? 0) + value;
  return sum;
}
