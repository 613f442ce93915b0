import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { momentSchema } from '../../native-models/protocol/moments.ts';
import { roleSchema } from '../../native-models/protocol/roles.ts';
import { searchModeSchema, speedSchema } from '../../native-models/protocol/search-request.ts';

/** A line of a batch: a question, and what of the command's options is otherwise for it, by the options' names. */
const lineSchema = z.strictObject({
  id: z
    .union([z.string().min(1), z.number()])
    .transform(String)
    .optional(),
  video: z.string().min(1),
  question: z.string(),
  options: z.array(z.string()).optional(),
  roles: z.array(roleSchema).optional(),
  candidates: z.number().int().min(1).max(100).optional(),
  claim: z.array(momentSchema).min(1).max(100).optional(),
  temperature: z.number().nonnegative().optional(),
  seed: z.number().int().nonnegative().optional(),
  maxTokens: z.number().int().positive().optional(),
  videoStream: z.number().int().nonnegative().optional(),
  subtitles: z.string().min(1).optional(),
  subtitlesEncoding: z.string().optional(),
  start: z.number().nonnegative().optional(),
  end: z.number().positive().optional(),
  search: searchModeSchema.optional(),
  windowSec: z.number().positive().optional(),
  sampleFps: z.number().positive().optional(),
  speed: speedSchema.optional(),
});

/** One question of a batch, or what is wrong with its line. */
export type BatchLine =
  | { readonly id: string; readonly asked: Omit<z.output<typeof lineSchema>, 'id'> }
  | { readonly id: string; readonly error: EngineError };

/**
 * Reads a batch: JSON, a question a line; empty lines are none. A line that cannot be read is kept as a failure, called after
 * its number like every line without an id.
 *
 * @param file `-` for stdin
 * @throws EngineError ARGUMENT_INVALID for a file that cannot be read, holds no line, or has an id twice
 */
export async function readBatch(file: string): Promise<BatchLine[]> {
  const content = file === '-' ? await text(process.stdin) : await readText(file);
  const lines = content
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .flatMap((line, index) => (line.trim() === '' ? [] : [readLine(line, index + 1)]));
  if (lines.length === 0) throw invalid(`${file} holds no question.`);
  const seen = new Set<string>();
  for (const { id } of lines) {
    if (seen.has(id)) throw invalid(`${file} has the id "${id}" twice.`);
    seen.add(id);
  }
  return lines;
}

function readLine(line: string, number: number): BatchLine {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { id: String(number), error: invalid(`Line ${number} is not JSON.`) };
  }
  const read = lineSchema.safeParse(value);
  if (!read.success) {
    const { id = number } = (value ?? {}) as { readonly id?: unknown };
    const named = typeof id === 'string' || typeof id === 'number' ? String(id) : String(number);
    return { id: named, error: invalid(`Line ${number}: ${z.prettifyError(read.error)}`) };
  }
  const { id = String(number), ...asked } = read.data;
  return { id, asked };
}

async function readText(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new EngineError('ARGUMENT_INVALID', `The questions ${file} cannot be read.`, {
      remedy: 'Check the path after --batch.',
      cause,
    });
  });
}

function invalid(message: string): EngineError {
  return new EngineError('ARGUMENT_INVALID', message, {
    remedy: 'Give a question a line, such as {"id": "1", "video": "talk.mp4", "question": "Who speaks?"}.',
  });
}
