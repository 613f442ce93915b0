import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { ByteWriter, ParquetWriter, type SchemaElement } from 'hyparquet-writer';
import type { SkipReason } from '../benchmarks/benchmark.ts';
import { type AnnotationPiece, readJsonLines } from '../benchmarks/reading/annotation-files.ts';
import { invalidItem } from '../benchmarks/reading/item-drafts.ts';
import { drawsFor } from '../benchmarks/reading/seeded-draws.ts';
import { Tallies, type Tally } from '../benchmarks/reading/tally.ts';
import { TrainingFile } from './training-file.ts';
import {
  toVideoKrChat,
  toVideoKrRow,
  type VideoKrLine,
  videoKrLineSchema,
  type VideoKrRow,
} from './videokr-items.ts';

/** What was written of a VideoKR file, and what was left out. */
export interface VideoKrConversionReport {
  readonly paths: readonly string[];
  readonly written: number;
  /** Of the written, rows for validation. */
  readonly validation: number;
  readonly skipped: readonly Tally<SkipReason>[];
}

export interface ConvertVideoKrOptions {
  readonly signal?: AbortSignal;
  readonly force?: boolean;
  /** Rows drawn for validation, and the seed of the draw. Defaults: 500, 42. */
  readonly validationRows?: number;
  readonly seed?: number;
}

/**
 * VideoKR-COT lines as chats for supervised fine-tuning, in `<out>/videokr_sft.json`. Lines without reasoning or answer are
 * left out, as VideoKR does.
 *
 * @throws EngineError ANNOTATIONS_NOT_FOUND, OUTPUT_EXISTS, OUTPUT_UNWRITABLE, DISK_FULL, CANCELLED
 */
export async function convertVideoKrChats(
  filePath: string,
  out: string,
  options: ConvertVideoKrOptions = {},
): Promise<VideoKrConversionReport> {
  await mkdir(out, { recursive: true });
  const skips = new Tallies<SkipReason>();
  await using file = await TrainingFile.create(path.resolve(out, 'videokr_sft.json'), {
    form: 'list',
    force: options.force ?? false,
  });
  for await (const { piece, line } of readVideoKr(filePath, skips, options.signal)) {
    const chat = toVideoKrChat(line);
    if (chat === undefined) skips.add('answer-missing', piece.place, 'Reasoning, answer or video is missing');
    else await file.write(chat);
  }
  return { paths: [await file.finish()], written: file.count, validation: 0, skipped: skips.list() };
}

/**
 * VideoKR-RL lines as parquet rows for GRPO: `<out>/train.parquet` and `<out>/val.parquet`. The rows for validation are
 * drawn by our own generator: the same in every run, but not those that another language draws with the same seed.
 *
 * @throws EngineError as `convertVideoKrChats`
 */
export async function convertVideoKrRows(
  filePath: string,
  out: string,
  options: ConvertVideoKrOptions = {},
): Promise<VideoKrConversionReport> {
  await mkdir(out, { recursive: true });
  const skips = new Tallies<SkipReason>();
  const lines: VideoKrLine[] = [];
  for await (const { piece, line } of readVideoKr(filePath, skips, options.signal)) {
    if (toVideoKrRow(line, 'train', 0) === undefined) {
      skips.add('answer-missing', piece.place, 'Answer or video is missing');
    } else lines.push(line);
  }
  const validation = drawIndices(lines.length, options.validationRows ?? 500, options.seed ?? 42);
  const rows = lines.flatMap((line, index) => {
    const row = toVideoKrRow(line, validation.has(index) ? 'val' : 'train', index);
    return row === undefined ? [] : [row];
  });
  const paths = await Promise.all(
    (['train', 'val'] as const).map((split) =>
      writeParquet(
        path.resolve(out, `${split}.parquet`),
        rows.filter(({ extra_info: info }) => info.split === split),
      ),
    ),
  );
  return { paths, written: rows.length, validation: validation.size, skipped: skips.list() };
}

async function* readVideoKr(
  filePath: string,
  skips: Tallies<SkipReason>,
  signal: AbortSignal | undefined,
): AsyncGenerator<{ piece: AnnotationPiece; line: VideoKrLine }> {
  const absolute = path.resolve(filePath);
  const folder = { dataDir: path.dirname(absolute), signal };
  for await (const piece of readJsonLines(folder, path.basename(absolute))) {
    if ('fault' in piece) {
      skips.add('broken-line', piece.place, piece.fault);
      continue;
    }
    const line = videoKrLineSchema.safeParse(piece.value);
    if (line.success) yield { piece, line: line.data };
    else {
      const { reason, detail } = invalidItem(piece.place, line.error, piece.value);
      skips.add(reason, piece.place, detail);
    }
  }
}

/** Distinct indices below `length`. */
function drawIndices(length: number, count: number, seed: number): ReadonlySet<number> {
  const chosen = new Set<number>();
  const draws = drawsFor(seed, 'validation');
  while (chosen.size < Math.min(count, length)) chosen.add(draws.integer(0, length - 1));
  return chosen;
}

const text = (name: string): SchemaElement => ({
  name,
  type: 'BYTE_ARRAY',
  converted_type: 'UTF8',
  repetition_type: 'OPTIONAL',
});
const whole = (name: string): SchemaElement => ({ name, type: 'INT64', repetition_type: 'OPTIONAL' });
const group = (name: string, ...fields: readonly SchemaElement[]): SchemaElement[] => [
  { name, num_children: fields.length, repetition_type: 'OPTIONAL' },
  ...fields,
];
const list = (name: string, ...fields: readonly SchemaElement[]): SchemaElement[] => [
  { name, num_children: 1, converted_type: 'LIST', repetition_type: 'OPTIONAL' },
  { name: 'list', num_children: 1, repetition_type: 'REPEATED' },
  ...group('element', ...fields),
];

/** The rows' columns, as the trainer's reader expects lists and structs. */
const columns: Readonly<Record<keyof VideoKrRow, readonly SchemaElement[]>> = {
  data_source: [text('data_source')],
  prompt: list('prompt', text('role'), text('content')),
  videos: list(
    'videos',
    text('video'),
    ...['fps', 'max_frames', 'min_frames', 'min_pixels', 'max_pixels'].map(whole),
  ),
  ability: [text('ability')],
  reward_model: group('reward_model', text('style'), text('ground_truth')),
  extra_info: group(
    'extra_info',
    ...['problem_id', 'problem_type', 'answer', 'question', 'split'].map(text),
    whole('index'),
  ),
};

async function writeParquet(filePath: string, rows: readonly VideoKrRow[]): Promise<string> {
  const names = Object.keys(columns) as (keyof VideoKrRow)[];
  const writer = new ByteWriter();
  const parquet = new ParquetWriter({
    writer,
    schema: [{ name: 'root', num_children: names.length }, ...names.flatMap((name) => columns[name])],
  });
  await parquet.write({
    columnData: names.map((name) => ({ name, data: rows.map((row) => withBigInts(row[name])) })),
  });
  await parquet.finish();
  const partial = `${filePath}.partial`;
  try {
    await using handle = await open(partial, 'w');
    await handle.writeFile(writer.getBytes());
    await handle.sync();
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  await rename(partial, filePath);
  return filePath;
}

/** Whole numbers of 64 bits are bigints to the writer. */
function withBigInts(value: unknown): unknown {
  if (typeof value === 'number') return BigInt(value);
  if (Array.isArray(value)) return value.map(withBigInts);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withBigInts(inner)]));
}
