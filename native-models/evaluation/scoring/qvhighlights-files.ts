import type { HighlightScore, HighlightTruth } from '../metrics/highlight-detection.ts';
import { clipCount, highlightTruth, scoreHighlights } from '../metrics/highlight-detection.ts';
import type { ScoredWindow } from '../metrics/moment-retrieval.ts';
import { rankedWindows } from '../metrics/moment-retrieval.ts';
import type { Span } from '../metrics/spans.ts';
import type { ReportIssue } from './prediction-sample.ts';

type Fields = Readonly<Record<string, unknown>>;

/** A line of `highlight_*_release.jsonl`; what is missing or malformed is absent. */
export interface Annotation {
  readonly durationSec?: number;
  readonly windows?: readonly Span[];
  readonly highlights?: HighlightTruth;
}

/** Start, end and score of one window after the other. */
export type PackedWindows = ArrayLike<number>;

/** A line of a submission; what is missing or malformed is absent. */
export interface Submission {
  /** At most `rankedWindows`, as listed; `unpackWindows` reads them. */
  readonly windows?: PackedWindows;
  /** Scored at once against its annotation, so that the saliency of every clip need not be kept. */
  readonly highlights?: readonly HighlightScore[];
}

/** Which measures are taken, told by the first line of each file. */
export interface FileContents {
  readonly windows: boolean;
  readonly saliency: boolean;
}

/** Identity of a query; 1 and "1" are two. Undefined where a line names none. */
export function queryKey({ qid }: Fields): string | undefined {
  return typeof qid === 'string' || typeof qid === 'number' ? JSON.stringify(qid) : undefined;
}

/** Which measures are taken, by the keys of the first prediction and the first annotation. */
export function fileContents(firstPrediction: Fields, firstAnnotation: Fields): FileContents {
  return {
    windows: Object.hasOwn(firstPrediction, 'pred_relevant_windows'),
    saliency:
      Object.hasOwn(firstPrediction, 'pred_saliency_scores') &&
      Object.hasOwn(firstAnnotation, 'saliency_scores'),
  };
}

/** Reads a line of annotations for the measures that are taken. */
export function readAnnotation(fields: Fields, wanted: FileContents, report: ReportIssue): Annotation {
  const duration = fields['duration'];
  const durationSec =
    typeof duration === 'number' && Number.isFinite(duration) && duration > 0 ? duration : undefined;
  const windows = wanted.windows ? readTrueWindows(fields['relevant_windows'], report) : undefined;
  const highlights = wanted.saliency ? readHighlights(fields, durationSec, report) : undefined;
  return {
    ...(durationSec === undefined ? {} : { durationSec }),
    ...(windows === undefined ? {} : { windows }),
    ...(highlights === undefined ? {} : { highlights }),
  };
}

/** The windows of a submission. */
export function unpackWindows(packed: PackedWindows): readonly ScoredWindow[] {
  const windows: ScoredWindow[] = [];
  for (let place = 0; place < packed.length; place += 3) {
    windows.push([packed[place] ?? 0, packed[place + 1] ?? 0, packed[place + 2] ?? 0]);
  }
  return windows;
}

/** Reads a line of a submission for the measures that are taken, against the annotation of its query. */
export function readSubmission(
  fields: Fields,
  { highlights: truth }: Annotation,
  wanted: FileContents,
  report: ReportIssue,
): Submission {
  const windows = wanted.windows ? readWindows(fields['pred_relevant_windows'], report) : undefined;
  const saliency = wanted.saliency ? readNumbers(fields['pred_saliency_scores']) : undefined;
  const hasSaliency = saliency !== undefined && saliency.length > 0;
  if (wanted.saliency && !hasSaliency) {
    report('malformed-prediction', '"pred_saliency_scores" is no list of numbers.');
  }
  return {
    ...(windows === undefined ? {} : { windows }),
    ...(hasSaliency && truth !== undefined ? { highlights: scoreHighlights(truth, saliency) } : {}),
  };
}

function readWindows(value: unknown, report: ReportIssue): PackedWindows | undefined {
  if (!Array.isArray(value) || value.length === 0) {
    report('malformed-prediction', '"pred_relevant_windows" is no list of windows, or an empty one.');
    return undefined;
  }
  const rows = value.slice(0, rankedWindows).map(readNumbers);
  if (!rows.every((row) => row !== undefined && row.length >= 3)) {
    report('malformed-prediction', '"pred_relevant_windows" holds something else than [start, end, score].');
    return undefined;
  }
  const packed: number[] = [];
  for (const row of rows) packed.push(row?.[0] ?? 0, row?.[1] ?? 0, row?.[2] ?? 0);
  return packed;
}

function readTrueWindows(value: unknown, report: ReportIssue): readonly Span[] | undefined {
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) {
    report('missing-truth', '"relevant_windows" is missing or empty.');
    return undefined;
  }
  const rows = Array.isArray(value) ? value.map(readNumbers) : [undefined];
  if (!rows.every((row) => row !== undefined && row.length >= 2)) {
    report('malformed-truth', '"relevant_windows" is no list of [start, end].');
    return undefined;
  }
  return rows.map((row): Span => [row?.[0] ?? 0, row?.[1] ?? 0]);
}

function readHighlights(
  fields: Fields,
  durationSec: number | undefined,
  report: ReportIssue,
): HighlightTruth | undefined {
  const clipIds = readNumbers(fields['relevant_clip_ids']);
  const rows = Array.isArray(fields['saliency_scores'])
    ? fields['saliency_scores'].map(readNumbers)
    : undefined;
  const saliency = rows?.flatMap((row) => (row === undefined ? [] : [row]));
  const annotators = saliency?.[0]?.length ?? 0;
  if (
    durationSec === undefined ||
    clipIds === undefined ||
    saliency?.length !== clipIds.length ||
    annotators === 0 ||
    saliency.some((row) => row.length !== annotators)
  ) {
    report('malformed-truth', '"duration", "relevant_clip_ids" and "saliency_scores" do not fit together.');
    return undefined;
  }
  const clips = clipCount(durationSec);
  const outside = clipIds.find((clip) => !Number.isInteger(clip) || clip < 0 || clip >= clips);
  if (outside !== undefined)
    report('malformed-truth', `Clip ${outside} is not in the video; it is left out.`);
  return highlightTruth({ durationSec, clipIds, saliency });
}

/** A list of finite numbers, or undefined. */
function readNumbers(value: unknown): readonly number[] | undefined {
  return Array.isArray(value) && value.every((one) => Number.isFinite(one)) ? (value as number[]) : undefined;
}
