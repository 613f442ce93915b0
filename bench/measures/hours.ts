import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { forkEngine } from '../../electron/host/engine/fork-engine.ts';
import { EngineSupervisor } from '../../electron/host/engine/supervisor.ts';
import { engineEntryPath, programPath } from '../../electron/host/paths.ts';
import { locateFfmpeg } from '../../native-models/media/ffmpeg.ts';
import type { Candidate } from '../../native-models/protocol/run-record.ts';
import type { SearchMode } from '../../native-models/protocol/search-request.ts';
import { overlap } from '../demo-quality/figures.ts';
import { readFilms } from '../demo-quality/held-out-films.ts';
import type { Film, Span } from '../demo-quality/held-out-films.ts';
import type { BenchContext, Measure, MeasureRow, Measured } from './measure.ts';

/** Overlap from which on a candidate is right. */
const rightOverlap = 0.5;

/** How well and how fast one way to search finds what happens once. */
export interface SearchFigures {
  readonly films: number;
  readonly queries: number;
  /** Share of queries whose first candidate, and one of whose five best, overlaps the truth by half. */
  readonly r1At05: number;
  readonly r5At05: number;
  /** Medians in seconds: of first questions about a film, of later ones, and of all. */
  readonly firstSeconds: number;
  readonly laterSeconds: number;
  readonly seconds: number;
  /** Median share of a question's time after which a right candidate was told, over those where one ever was. */
  readonly firstGoodShare?: number;
  /** Median of how far what was foretold lay from what a question took, as a share of that; over those that were foretold. */
  readonly foretoldError?: number;
}

/** One question as it was answered. */
export interface SearchedQuery {
  readonly isFirst: boolean;
  readonly seconds: number;
  /** Overlaps of the candidates with the truth, best candidate first. */
  readonly overlaps: readonly number[];
  /** Seconds until a right candidate was told. */
  readonly firstGoodSec?: number | undefined;
  /** Seconds that it was foretold to take. */
  readonly foretoldSec?: number | undefined;
}

/**
 * Long films of the demo model's world, asked for what happens once in them: all of the film at once, and window by window.
 * Films are made by training's Python (`PYTHON` names one).
 */
export const hoursMeasure: Measure = {
  name: 'hours',
  summary: 'the demo model on films of --minutes, searched whole and window by window',
  needs: [],
  hasPeers: false,
  onlyByName: true,
  async run(context): Promise<Measured> {
    const films = await makeFilms(context);
    const rows: MeasureRow[] = [];
    const figures: Record<string, SearchFigures> = {};
    for (const mode of ['whole', 'windows'] as const) {
      const asked = await askFilms(films, mode, context);
      const found = searchFigures(asked, films.length);
      figures[mode] = found;
      rows.push(rowOf(mode, context.minutes, asked, found), ...foretoldRows(mode, context.minutes, asked));
    }
    return { rows, figures };
  },
};

/** Sums up what came of questions. */
export function searchFigures(asked: readonly SearchedQuery[], films: number): SearchFigures {
  const share = (isHit: (query: SearchedQuery) => boolean) =>
    asked.filter(isHit).length / Math.max(1, asked.length);
  const goodShares = asked.flatMap(({ firstGoodSec, seconds }) =>
    firstGoodSec === undefined ? [] : firstGoodSec / seconds,
  );
  const errors = foretoldErrors(asked);
  const secondsOf = (isFirst: boolean) =>
    median(asked.filter((query) => query.isFirst === isFirst).map(({ seconds }) => seconds));
  return {
    films,
    queries: asked.length,
    r1At05: share(({ overlaps }) => (overlaps[0] ?? 0) >= rightOverlap),
    r5At05: share(({ overlaps }) => overlaps.slice(0, 5).some((each) => each >= rightOverlap)),
    firstSeconds: secondsOf(true),
    laterSeconds: secondsOf(false),
    seconds: median(asked.map(({ seconds }) => seconds)),
    ...(goodShares.length === 0 ? {} : { firstGoodShare: median(goodShares) }),
    ...(errors.length === 0 ? {} : { foretoldError: median(errors) }),
  };
}

async function makeFilms({ paths, films, minutes, log }: BenchContext): Promise<Film[]> {
  const folder = path.join(paths.work, `films-${minutes}`);
  log(`making ${films} films of ${minutes} min in ${folder}`);
  const python = process.env['PYTHON'] ?? path.join(programPath, '.venv', 'bin', 'python');
  const args = ['-m', 'videomind_training.world', folder];
  await promisify(execFile)(python, [...args, '--films', String(films), '--minutes', String(minutes)], {
    cwd: path.join(programPath, 'training'),
    env: {
      ...process.env,
      PATH: `${path.dirname((await locateFfmpeg()).path)}:${process.env['PATH'] ?? ''}`,
    },
  });
  return (await readFilms(folder)).slice(0, films);
}

async function askFilms(
  films: readonly Film[],
  mode: SearchMode,
  { paths, threads, log }: BenchContext,
): Promise<SearchedQuery[]> {
  const modelPath = path.join(programPath, 'assets', 'demo', 'package');
  const asked: SearchedQuery[] = [];
  // What an earlier run kept of these films would be found again.
  const caches = path.join(paths.work, 'hours-caches');
  for (const film of films) {
    // Not how fast this machine is: that is what is foretold from.
    await rm(path.join(caches, 'features'), { recursive: true, force: true });
    const engine = new EngineSupervisor(() => forkEngine(engineEntryPath, { VIDEOMIND_CACHE_DIR: caches }));
    try {
      for (const [index, { query, span }] of film.queries.entries()) {
        const startMs = performance.now();
        const elapsedSec = () => (performance.now() - startMs) / 1000;
        let firstGoodSec: number | undefined;
        let foretoldSec: number | undefined;
        const told = (candidates: readonly Candidate[]) => {
          if (firstGoodSec === undefined && overlaps(candidates, span).some((each) => each >= rightOverlap))
            firstGoodSec = elapsedSec();
        };
        const { record } = await engine.call(
          'ask',
          {
            ...{ videoPath: film.video, modelPath, question: query, threads },
            roles: ['grounder', 'verifier'],
            search: { mode },
          },
          {
            onProgress: (event) => {
              if (event.type === 'started') foretoldSec = event.time?.seconds;
              if (event.type === 'searched' || event.type === 'grounded') told(event.candidates);
            },
          },
        );
        const seconds = elapsedSec();
        asked.push({
          ...{ isFirst: index === 0, seconds, firstGoodSec, foretoldSec },
          overlaps: overlaps(record.candidates, span),
        });
      }
    } finally {
      await engine.dispose();
    }
    const { r1At05, r5At05, seconds } = searchFigures(asked, films.length);
    log(
      `${mode}, ${asked.length} queries: R1@0.5 ${r1At05.toFixed(3)}, R5@0.5 ${r5At05.toFixed(3)}, ${seconds.toFixed(1)} s`,
    );
  }
  return asked;
}

function overlaps(candidates: readonly Candidate[], span: Span): number[] {
  return candidates.map(({ startSec, endSec }) => overlap([startSec, endSec], span));
}

function rowOf(
  mode: string,
  minutes: number,
  asked: readonly SearchedQuery[],
  figures: SearchFigures,
): MeasureRow {
  const { r1At05, r5At05, firstSeconds, laterSeconds, firstGoodShare, foretoldError, queries } = figures;
  const good =
    firstGoodShare === undefined
      ? ''
      : `; a right candidate after ${(100 * firstGoodShare).toFixed(0)} % of the time`;
  const foretold =
    foretoldError === undefined
      ? ''
      : `; foretold within ${(100 * foretoldError).toFixed(0)} % in the median`;
  return {
    label: `${mode}, film of ${minutes} min, one question`,
    unit: 's',
    ours: figures.seconds,
    oursSamples: asked.map(({ seconds }) => seconds),
    notes: [
      `R1@0.5 ${r1At05.toFixed(3)}, R5@0.5 ${r5At05.toFixed(3)} of ${queries} queries; first question ${firstSeconds.toFixed(1)} s, later ${laterSeconds.toFixed(1)} s${good}${foretold}`,
    ],
  };
}

/** How far what was told before asking lay from what it took, each question by itself. */
function foretoldRows(mode: string, minutes: number, asked: readonly SearchedQuery[]): MeasureRow[] {
  const errors = foretoldErrors(asked).map((error) => 100 * error);
  if (errors.length === 0) return [];
  return [
    {
      label: `${mode}, film of ${minutes} min, time foretold beside time taken`,
      unit: '%',
      ours: median(errors),
      oursSamples: errors,
      target: { kind: 'oursAtMost', value: 30 },
      notes: [`${errors.filter((error) => error <= 30).length} of ${errors.length} questions within 30 %`],
    },
  ];
}

/** As shares of what each question took. */
function foretoldErrors(asked: readonly SearchedQuery[]): number[] {
  return asked.flatMap(({ foretoldSec, seconds }) =>
    foretoldSec === undefined ? [] : Math.abs(foretoldSec / seconds - 1),
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = [sorted[sorted.length % 2 === 0 ? middle - 1 : middle], sorted[middle]];
  return (low + high) / 2;
}
