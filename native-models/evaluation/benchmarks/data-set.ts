import type {
  AnnotationPlace,
  BenchmarkKind,
  JsonValue,
  SampleForm,
  SampleNote,
  SkipReason,
  Span,
  SplitName,
} from './benchmark.ts';
import type { AnnotationFolder } from './reading/annotation-files.ts';
import type { VideoFolder } from './reading/video-folder.ts';

/** A sample as a reader finds it; paths are relative to the data folder, texts not yet cleaned. */
export interface SampleDraft {
  readonly kind: 'draft';
  readonly place: AnnotationPlace;
  /** As annotated, where the annotations have one. */
  readonly id?: string;
  /** Default: `multimodal` with a question, else `grounding`. */
  readonly form?: SampleForm;
  /** Default: the data set's key. */
  readonly source?: string;
  /** Where the video belongs; the first of several that is there is taken. */
  readonly videos: readonly string[];
  /** Frames of a video that is a folder of pictures. */
  readonly frames?: readonly string[];
  readonly durationSec?: number | undefined;
  /** Default: the question. */
  readonly query?: string | undefined;
  readonly question?: string | undefined;
  readonly options?: readonly string[];
  readonly answer?: string | undefined;
  readonly answerLetter?: string | undefined;
  readonly spans?: readonly Span[] | null;
  readonly categories?: readonly string[];
  readonly subtitles?: string;
  readonly verification?: { readonly moment: Span; readonly hit: boolean };
  readonly route?: 1 | 2 | 3 | 4;
  readonly extra?: Readonly<Record<string, JsonValue>>;
  readonly notes?: readonly SampleNote[];
}

/** Something that a reader cannot make a sample of. */
export interface SkipDraft {
  readonly kind: 'skip';
  readonly place: AnnotationPlace;
  readonly reason: SkipReason;
  readonly detail: string;
}

export type Draft = SampleDraft | SkipDraft;

/** A file that a split is read from. */
export interface SplitFile {
  /** The split's name in the benchmark's own files. */
  readonly name: string;
  /** Annotation files, relative to the data folder, in the order that the data set's reader expects. */
  readonly files: readonly string[];
  readonly truth?: 'withheld';
  /** Why a split without truth is refused, unless asked for on purpose. */
  readonly refusal?: string;
}

/** What a reader is given. */
export interface ReadContext extends AnnotationFolder {
  readonly key: string;
  readonly split: SplitName;
  readonly splitFile: SplitFile;
  readonly asPublished: boolean;
  readonly seed: number;
  readonly videos: VideoFolder;
}

/** Reads a family of annotation files. */
export type AnnotationReader = (context: ReadContext) => AsyncIterable<Draft>;

/** What a data set's settings differ in from the defaults (`settings.ts`). */
export interface SettingOverrides {
  readonly roundingUnitSec?: number;
  readonly minMomentSec?: number;
  readonly minMomentShare?: number;
  readonly minTokens?: number;
  readonly maxTokens?: number;
  readonly maxFrames?: number;
}

/** A data set: where its files lie, how they are read, and what its runs differ in. */
export interface DataSet {
  readonly key: string;
  readonly title: string;
  readonly kind: BenchmarkKind;
  readonly splits: Readonly<Partial<Record<SplitName, SplitFile>>>;
  /** Splits that the reference reads from another file than it should, for `asPublished`. */
  readonly publishedSplits?: Readonly<Partial<Record<SplitName, SplitFile>>>;
  readonly defaultSplit: SplitName;
  readonly overrides?: SettingOverrides;
  /** Every package is asked with its own budgets and the texts as they are written, as `ask` asks it: no published run fixes them. */
  readonly asksAsPackaged?: boolean;
  /** A split's files are forms of the same annotations: one of them is enough. */
  readonly oneFileIsEnough?: boolean;
  /** Samples whose video is missing are no part of the data set. */
  readonly dropsMissingVideos?: boolean;
  readonly read: AnnotationReader;
}
