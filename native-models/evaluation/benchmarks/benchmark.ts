import type { Budget } from '../../checkpoints/manifest.ts';
import type { BenchmarkName } from '../../protocol/eval-task.ts';

/** A stretch of a video in seconds, start and end as annotated: the end may come first in faulty annotations. */
export type Span = readonly [startSec: number, endSec: number];

/** Splits that can be asked for. */
export const splitNames = ['train', 'valid', 'test'] as const;
export type SplitName = (typeof splitNames)[number];

/**
 * What a sample asks of a model: `grounding` finds moments, `multimodal` answers a question (and finds the moment
 * first where grounding runs). The words are those of the reference's dumps (`data_type`).
 */
export type SampleForm = 'grounding' | 'multimodal';

/** What is odd about a sample that can be used all the same; the reference uses it too, so the figures stay comparable. */
export const sampleNoteKinds = [
  'span-beyond-duration',
  'span-inverted',
  'duplicate-id',
  'repeated-options',
  'answer-not-among-options',
  'answer-ambiguous',
  'too-few-frames',
  'drawn-at-random',
  'duration-differs',
  'annotations-assumed',
  'subtitles-missing',
] as const;
export type SampleNoteKind = (typeof sampleNoteKinds)[number];

export interface SampleNote {
  readonly kind: SampleNoteKind;
  readonly detail: string;
}

/** Where in the annotations something was read. */
export interface AnnotationPlace {
  /** Relative to the data folder. */
  readonly file: string;
  /** Index in a list from 0, or line of a text file from 1. */
  readonly position?: number;
}

/** Values that JSON can hold. */
export type JsonValue =
  null | boolean | number | string | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** One thing to ask of a model, read from a benchmark's annotations. */
export interface BenchmarkSample {
  readonly kind: 'sample';
  /** Unique within a benchmark's split and the same in every run, so that results can be told apart and resumed. */
  readonly id: string;
  /** Place in the loader's order, from 0, skipped ones counted: process i of n takes i, i+n, i+2n, … */
  readonly index: number;
  readonly place: AnnotationPlace;
  /** Key of the data set, as the reference's dumps name it. */
  readonly source: string;
  readonly form: SampleForm;
  /** Absolute path of the video. */
  readonly videoPath: string;
  /**
   * Absolute paths of the frames, in order, where the video is a folder of pictures (MVBench Episodic Reasoning):
   * every role sees all of them, and the duration counts them. `videoPath` is the folder then.
   */
  readonly framePaths?: readonly string[];
  /** As annotated. Absent: frames ÷ average frame rate of the file. */
  readonly durationSec?: number;
  /** What the grounder looks for: whitespace collapsed, surrounding dots stripped. */
  readonly query?: string;
  /** With `options`: the sample is answered. Only `query`: it is grounded and no more. */
  readonly question?: string;
  readonly options?: readonly string[];
  /** The true answer, as text. */
  readonly answer?: string;
  /** The true answer's letter, A for the first option. */
  readonly answerLetter?: string;
  /** The true moments. Absent: not annotated; null: withheld by the benchmark (scored on its server). */
  readonly spans?: readonly Span[] | null;
  /** The categories that the sample counts under. */
  readonly categories: readonly string[];
  /** Where the subtitles belong; a note says so if they are not there. */
  readonly subtitlesPath?: string;
  /** Role sets: a grounder's guess, and whether it hits (IoU ≥ 0.5). */
  readonly verification?: { readonly moment: Span; readonly hit: boolean };
  /** Role sets: 1 rephrase, ground and answer; 2 ground with the question and answer; 3 rephrase and ground; 4 answer. */
  readonly route?: 1 | 2 | 3 | 4;
  /** `qid` and `vid` of QVHighlights, and other fields that only one benchmark has, under their own names. */
  readonly extra: Readonly<Record<string, JsonValue>>;
  readonly notes: readonly SampleNote[];
}

/** Why something in the annotations cannot be run. */
export const skipReasons = [
  'broken-json',
  'broken-line',
  'field-missing',
  'field-invalid',
  'video-missing',
  'duration-missing',
  'answer-missing',
  'options-invalid',
  'spans-missing',
  'several-spans',
  'filtered-out',
] as const;
export type SkipReason = (typeof skipReasons)[number];

/** Reasons that belong to a data set's definition: leaving these out is right, and figures stay whole. */
export const definitionSkips: readonly SkipReason[] = ['several-spans', 'filtered-out'];

/** Something in the annotations that cannot be run, and why. Nothing is left out without one of these. */
export interface SkippedSample {
  readonly kind: 'skipped';
  readonly index: number;
  readonly place: AnnotationPlace;
  readonly reason: SkipReason;
  /** What is wrong, naming the field, value or file. */
  readonly detail: string;
  /** The sample as read, where only its video is missing: a runner counts it as failed. */
  readonly sample?: BenchmarkSample;
}

/** Whether a run has it among its samples: what can be asked, and what fails because its video is not there. */
export function isOfRun(item: BenchmarkSample | SkippedSample): boolean {
  return item.kind === 'sample' || item.sample !== undefined;
}

/** How a benchmark's options are put to the model; a flag of a run, `mcq` in the published ones. */
export type PromptStyle = 'mcq' | 'options' | 'direct';

/** What is scored: moments alone, answers alone, or both. */
export type BenchmarkKind = 'grounding' | 'grounded-answers' | 'answers';

/** What published training runs leave out. */
export interface TrainingFilter {
  readonly minVideoSec: number;
  readonly maxVideoSec: number;
  /** Of the query, or of question and answer where both are shown. */
  readonly maxWords: number;
}

/** What a published benchmark fixes of the answerer; the other roles never change. */
export interface FixedSettings {
  /** The moment shown to the answerer is widened to at least this, where `minMomentShare` is absent. */
  readonly minMomentSec: number;
  /** The moment shown to the answerer is widened to this share of the video. */
  readonly minMomentShare?: number;
  /** The answerer's frames and tokens. */
  readonly answererBudget: Budget;
}

/** What a benchmark's run differs in. Everything is data; see fixtures/README.md, "evaluated on". */
export interface BenchmarkSettings {
  readonly kind: BenchmarkKind;
  /** Written times are rounded to this, half to even, where `fixed` is there; and may pass the video's end by half of it. */
  readonly roundingUnitSec: number;
  /**
   * What a published benchmark fixes for every model. Absent for one's own annotations: each package is asked as `ask` asks
   * it, with its own budgets, and times are not rounded.
   */
  readonly fixed?: FixedSettings;
  readonly promptStyle: PromptStyle;
  /** For conversion only. */
  readonly trainingFilter: TrainingFilter;
}

/** What an opened split holds of the truth. */
export type TruthKind = 'given' | 'withheld';

/** A benchmark's split, opened: its settings, and its samples as often as they are asked for. */
export interface Benchmark {
  /** Key as in `benchmarkKeys`, or a task's name. */
  readonly key: string;
  /** As people write it. */
  readonly title: string;
  readonly dataDir: string;
  /** The split asked for. */
  readonly split: SplitName;
  /** The split whose file is read, where the benchmark answers one split with another's file. */
  readonly readSplit: string;
  readonly truth: TruthKind;
  readonly settings: BenchmarkSettings;
  /** Annotation files that are read, relative to the data folder. */
  readonly annotationFiles: readonly string[];
  /**
   * Reads the annotations, in their order, each call anew and without holding them all where the form allows.
   * @throws EngineError ANNOTATIONS_NOT_FOUND, ANNOTATIONS_INVALID for a file of which nothing can be read
   */
  samples(): AsyncIterable<BenchmarkSample | SkippedSample>;
}

/** How to open a benchmark. */
export interface OpenBenchmarkOptions {
  /** The reference's `data/` folder: it holds one folder per benchmark (`charades_sta/`, `activitynet/`, …). */
  readonly dataDir: string;
  /** Default: the split that results are published on and whose truth is public. */
  readonly split?: SplitName;
  /** At most so many samples of a run; what it leaves out is not counted. */
  readonly limit?: number;
  /**
   * Also where the reference is wrong (last captions entered twice, TACoS `valid` = `test`, frame folders with fewer
   * than 31 pictures refused): only for reproducing figures that contain the defect.
   */
  readonly asPublished?: boolean;
  /** Allow a split that holds no truth at all, for making submissions or looking at it. */
  readonly allowWithheldTruth?: boolean;
  /** Seed of spans and options that the reference draws at random (DiDeMo train, EgoTimeQA, QaEgo4D train). */
  readonly seed?: number;
  /** Texts of a data set that is asked as it is written cleaned all the same, as training files hold them. */
  readonly cleansTexts?: boolean;
  /** How long a parquet file may yield nothing before it counts as damaged. Default: 20 s. */
  readonly patienceMs?: number;
  readonly signal?: AbortSignal;
}

/** Opens a split of a benchmark; `open-benchmark.ts` exports the one implementation. */
export type OpenBenchmark = (key: BenchmarkName, options: OpenBenchmarkOptions) => Promise<Benchmark>;
