import { stat } from 'node:fs/promises';
import path from 'node:path';
import { probeVideo } from '../../media/probe.ts';
import { EngineError, type SerializedError } from '../../protocol/errors.ts';
import type { BenchmarkName } from '../../protocol/eval-task.ts';
import {
  type Benchmark,
  type BenchmarkSample,
  type BenchmarkSettings,
  definitionSkips,
  type OpenBenchmarkOptions,
  type SampleNoteKind,
  type SkippedSample,
  type SkipReason,
  type SplitName,
} from './benchmark.ts';
import { openBenchmark } from './open-benchmark.ts';
import { Tallies, type Tally } from './reading/tally.ts';
import { findDataSet } from './registry.ts';
import { checksumOf, type FileChecksums, hasChecksum, readChecksums } from './video-checksums.ts';

/** What was found of a benchmark's split, what is missing, and what would be left out of a run. */
export interface BenchmarkInspection {
  readonly key: string;
  readonly title: string;
  readonly dataDir: string;
  readonly split: SplitName;
  /** The split whose file is read. */
  readonly readSplit: string;
  readonly truth: Benchmark['truth'];
  /** Why the split cannot be scored. */
  readonly refusal?: string;
  readonly settings: BenchmarkSettings;
  readonly files: readonly { readonly file: string; readonly found: boolean; readonly bytes: number }[];
  readonly samples: {
    /** Items of the annotations, skipped ones included. */
    readonly read: number;
    readonly runnable: number;
    /** A run has them and counts them as failed: their video is not there. */
    readonly withoutVideo: number;
    /** Of the runnable: grounded, and answered. */
    readonly grounded: number;
    readonly answered: number;
  };
  readonly videos: {
    readonly needed: number;
    readonly found: number;
    /** The first of those that are not there. */
    readonly missingExamples: readonly string[];
    /** Present when videos were opened. */
    readonly unreadable?: readonly { readonly path: string; readonly error: SerializedError }[];
    /** Present when a list of checksums was given: how many of the videos it has, and which of them are other files. */
    readonly checksums?: { readonly checked: number; readonly different: readonly string[] };
  };
  readonly durations: { readonly fewestSec?: number; readonly mostSec?: number; readonly unknown: number };
  /** Runnable samples by category. */
  readonly categories: Readonly<Record<string, number>>;
  readonly skipped: readonly SkipTally[];
  readonly notes: readonly Tally<SampleNoteKind>[];
  /** Why reading ended early. */
  readonly error?: SerializedError;
  /** False where figures of a run would not mean what they say. */
  readonly trustworthy: boolean;
}

/** Annotations that are not asked, for one reason. */
export interface SkipTally extends Tally<SkipReason> {
  readonly affectsFigures: boolean;
  /** A run has them as failed; the others it leaves out. */
  readonly countsAsFailed: boolean;
}

export interface InspectBenchmarkOptions extends Omit<OpenBenchmarkOptions, 'dataDir'> {
  /** Also open every video: slow, and the only way to know that it can be read and is as long as annotated. */
  readonly openVideos?: boolean;
  /** A list as `sha256sum` writes it: videos that it has are held against it. */
  readonly checksumsPath?: string;
}

/** An annotated length may differ from the file's by this: containers round, and re-encoding cuts a little. */
const durationToleranceSec = 1;
const namedVideos = 10;

/**
 * Reads a split's annotations through and looks for its videos; nothing is run.
 * @throws EngineError BENCHMARK_UNKNOWN, SPLIT_UNKNOWN, FOLDER_NOT_FOUND, CANCELLED. What is wrong with the files is in
 *   the result.
 */
export async function inspectBenchmark(
  key: BenchmarkName,
  dataDir: string,
  options: InspectBenchmarkOptions = {},
): Promise<BenchmarkInspection> {
  const { openVideos = false, checksumsPath, ...openOptions } = options;
  const sums = checksumsPath === undefined ? undefined : await readChecksums(checksumsPath);
  const benchmark = await openBenchmark(key, { ...openOptions, dataDir, allowWithheldTruth: true });
  const files = await Promise.all(
    benchmark.annotationFiles.map((file) => examineFile(benchmark.dataDir, file)),
  );
  const { dropsMissingVideos = false, oneFileIsEnough = false } = findDataSet(key);
  const present = files.filter(({ found }) => found);
  const survey = new Survey(benchmark.dataDir);
  let error: EngineError | undefined;
  try {
    for await (const item of benchmark.samples()) survey.add(item);
  } catch (thrown) {
    if (!(thrown instanceof EngineError) || thrown.code === 'CANCELLED') throw thrown;
    error = thrown;
  }
  const unreadable = openVideos ? await survey.openVideos(options.signal) : undefined;
  const checksums = sums === undefined ? undefined : await survey.checkVideos(sums, options.signal);
  const skipped = survey.skips.list().map((tally) => {
    const isMissingVideo = tally.kind === 'video-missing';
    return {
      ...tally,
      affectsFigures: !definitionSkips.includes(tally.kind) && !(dropsMissingVideos && isMissingVideo),
      countsAsFailed: isMissingVideo && !dropsMissingVideos,
    };
  });
  const refusal = benchmark.truth === 'withheld' ? 'The truth of this split is not public.' : undefined;
  return {
    key: benchmark.key,
    title: benchmark.title,
    dataDir: benchmark.dataDir,
    split: benchmark.split,
    readSplit: benchmark.readSplit,
    truth: benchmark.truth,
    ...(refusal !== undefined && { refusal }),
    settings: benchmark.settings,
    files: oneFileIsEnough && present.length > 0 ? present : files,
    ...survey.report({
      ...(unreadable !== undefined && { unreadable }),
      ...(checksums !== undefined && { checksums }),
    }),
    skipped,
    notes: survey.notes.list(),
    ...(error !== undefined && { error: error.serialize() }),
    trustworthy:
      error === undefined &&
      refusal === undefined &&
      survey.runnable > 0 &&
      (unreadable ?? []).length === 0 &&
      (checksums?.different ?? []).length === 0 &&
      skipped.every(({ affectsFigures }) => !affectsFigures),
  };
}

async function examineFile(dataDir: string, file: string): Promise<BenchmarkInspection['files'][number]> {
  try {
    const { size } = await stat(path.join(dataDir, file));
    return { file, found: true, bytes: size };
  } catch {
    return { file, found: false, bytes: 0 };
  }
}

/** Gathers what a split's samples are. */
class Survey {
  readonly skips = new Tallies<SkipReason>();
  readonly notes = new Tallies<SampleNoteKind>();
  readonly #dataDir: string;
  readonly #categories = new Map<string, number>();
  /** Video to its annotated length, and where it is annotated. */
  readonly #found = new Map<string, BenchmarkSample>();
  readonly #missing = new Set<string>();
  #read = 0;
  #grounded = 0;
  #answered = 0;
  #withoutVideo = 0;
  #unknownDurations = 0;
  #fewestSec = Infinity;
  #mostSec = 0;
  runnable = 0;

  constructor(dataDir: string) {
    this.#dataDir = dataDir;
  }

  add(item: BenchmarkSample | SkippedSample): void {
    this.#read++;
    if (item.kind === 'skipped') {
      this.skips.add(item.reason, item.place, item.detail);
      if (item.sample === undefined) return;
      this.#withoutVideo++;
      this.#missing.add(this.#name(item.sample.videoPath));
      return;
    }
    this.runnable++;
    if (item.spans !== undefined) this.#grounded++;
    if (item.question !== undefined && item.options !== undefined) this.#answered++;
    this.#found.set(item.videoPath, item);
    for (const { kind, detail } of item.notes) this.notes.add(kind, item.place, detail);
    for (const category of item.categories) {
      this.#categories.set(category, (this.#categories.get(category) ?? 0) + 1);
    }
    if (item.durationSec === undefined) this.#unknownDurations++;
    else {
      this.#fewestSec = Math.min(this.#fewestSec, item.durationSec);
      this.#mostSec = Math.max(this.#mostSec, item.durationSec);
    }
  }

  /** Opens every video once, and notes those whose length is not as annotated. @returns those that cannot be read */
  async openVideos(
    signal: AbortSignal | undefined,
  ): Promise<NonNullable<BenchmarkInspection['videos']['unreadable']>> {
    const unreadable: { path: string; error: SerializedError }[] = [];
    for (const [videoPath, { durationSec, framePaths, place }] of this.#found) {
      if (framePaths !== undefined) continue;
      try {
        const video = await probeVideo(videoPath, { signal });
        if (durationSec !== undefined && Math.abs(video.durationSec - durationSec) > durationToleranceSec) {
          const detail = `${this.#name(videoPath)} takes ${video.durationSec.toFixed(2)} s, annotated are ${durationSec} s`;
          this.notes.add('duration-differs', place, detail);
        }
      } catch (error) {
        if (!(error instanceof EngineError) || error.code === 'CANCELLED') throw error;
        unreadable.push({ path: this.#name(videoPath), error: error.serialize() });
      }
    }
    return unreadable;
  }

  /** Holds the videos that a list has against it; pictures in folders are none. */
  async checkVideos(
    sums: FileChecksums,
    signal: AbortSignal | undefined,
  ): Promise<NonNullable<BenchmarkInspection['videos']['checksums']>> {
    const different: string[] = [];
    let checked = 0;
    for (const [videoPath, { framePaths }] of this.#found) {
      const name = this.#name(videoPath);
      const hex = framePaths === undefined ? checksumOf(sums, name.split(path.sep).join('/')) : undefined;
      if (hex === undefined) continue;
      checked++;
      if (!(await hasChecksum(videoPath, hex, signal))) different.push(name);
    }
    return { checked, different };
  }

  report(
    examined: Pick<BenchmarkInspection['videos'], 'unreadable' | 'checksums'>,
  ): Pick<BenchmarkInspection, 'samples' | 'videos' | 'durations' | 'categories'> {
    return {
      samples: {
        read: this.#read,
        runnable: this.runnable,
        withoutVideo: this.#withoutVideo,
        grounded: this.#grounded,
        answered: this.#answered,
      },
      videos: {
        needed: this.#found.size + this.#missing.size,
        found: this.#found.size,
        missingExamples: [...this.#missing].slice(0, namedVideos),
        ...examined,
      },
      durations: {
        ...(this.#mostSec > 0 && { fewestSec: this.#fewestSec, mostSec: this.#mostSec }),
        unknown: this.#unknownDurations,
      },
      categories: Object.fromEntries([...this.#categories].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  #name(videoPath: string): string {
    const relative = path.relative(this.#dataDir, videoPath);
    return relative.startsWith('..') ? videoPath : relative;
  }
}
