import { z } from 'zod';
import type { Prediction } from '../../../native-models/protocol/eval-run.ts';

/** What a window shows of a sample, out of the keys of the reference's dumps. */
export interface PredictedSample {
  /** As it was written: relative to `data`, or absolute. Absent where the video is a list of pictures. */
  readonly videoPath?: string;
  /** The question, or what is to be found. */
  readonly text: string;
  readonly options: readonly string[];
  /** What is right, with its letter. */
  readonly answer?: string;
  readonly truths: readonly (readonly [number, number])[];
  readonly reply?: string;
}

const textSchema = z.string();
const optionsSchema = z.array(z.string()).max(26);
const spanSchema = z
  .tuple([z.number().nonnegative(), z.number().nonnegative()])
  .refine(([start, end]) => start <= end);

/** Reads a sample of a run; what is missing or strange is left out, since reports tell of it. */
export function readPredictedSample(prediction: Prediction): PredictedSample {
  const textOf = (key: string): string | undefined => textSchema.safeParse(prediction[key]).data;
  const [videoPath, reply] = [textOf('video_path'), textOf('response')];
  const answer = [textOf('ans'), textOf('answer')].filter((text) => text !== undefined).join(': ');
  const { span } = prediction;
  return {
    ...(videoPath !== undefined && { videoPath }),
    text: textOf('question') ?? textOf('query') ?? '',
    options: optionsSchema.safeParse(prediction['options']).data ?? [],
    ...(answer !== '' && { answer }),
    truths: Array.isArray(span) ? span.flatMap(readSpan) : [],
    ...(reply !== undefined && reply !== '-' && { reply }),
  };
}

function readSpan(value: unknown): (readonly [number, number])[] {
  const { data } = spanSchema.safeParse(value);
  return data === undefined ? [] : [data];
}
