import { readFile, stat } from 'node:fs/promises';
import { EngineError } from '../../protocol/errors.ts';
import { decodeText } from '../../text-files/decode-text.ts';
import type { RunWarning } from '../../protocol/run-record.ts';
import type { ParsedSubtitles } from './parse-subtitles.ts';
import { parseSubtitles } from './parse-subtitles.ts';

/** Longer files are no subtitles (a day of talk has about 2 MB). */
const maxFileBytes = 64 * 2 ** 20;

/** What a file of subtitles says. */
export interface SubtitlesFile extends ParsedSubtitles {
  /** Its name by the WHATWG. */
  readonly encoding: string;
  /** False where another encoding is possible: a person may choose. */
  readonly encodingCertain: boolean;
}

/**
 * Reads a file of subtitles: SRT, WebVTT, SubStation Alpha, SBV or MicroDVD, in any encoding that is known.
 * @param options.encoding goes before what the file looks like.
 * @throws EngineError SUBTITLES_INVALID when the file cannot be read or nothing of it can; ARGUMENT_INVALID for an encoding
 *   that is not known.
 */
export async function readSubtitles(
  subtitlesPath: string,
  options: { readonly encoding?: string | undefined } = {},
): Promise<SubtitlesFile> {
  const decoded = decodeText(await readBytes(subtitlesPath), options.encoding);
  const { text, encoding, damaged, assumed } = decoded;
  const parsed = parseSubtitles(text, subtitlesPath);
  const warnings: RunWarning[] = [...parsed.warnings];
  if (assumed !== undefined) {
    const message = `${assumed.charAt(0).toUpperCase()}${assumed.slice(1)}. If its letters look wrong, choose another encoding.`;
    warnings.unshift({ code: 'SUBTITLES_ENCODING_GUESSED', message });
  }
  if (damaged === true) {
    const message = `Not all of the file is text in ${encoding}; what is not is shown as �.`;
    warnings.unshift({ code: 'SUBTITLES_DAMAGED', message });
  }
  return { ...parsed, warnings, encoding, encodingCertain: assumed === undefined };
}

/** What a run says of subtitles that it was given: their own warnings, and one of what was left out. */
export function warningsOf({ skipped, warnings }: SubtitlesFile, subtitlesPath: string): RunWarning[] {
  const [first] = skipped;
  if (first === undefined) return [...warnings];
  const message = `${skipped.length} subtitles of ${subtitlesPath} were left out; line ${first.line}: ${first.reason}`;
  return [...warnings, { code: 'SUBTITLES_SKIPPED', message }];
}

async function readBytes(subtitlesPath: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(subtitlesPath);
    if (size > maxFileBytes) throw new Error(`it has ${size} bytes, too many for subtitles`);
    return await readFile(subtitlesPath);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError('SUBTITLES_INVALID', `The subtitles ${subtitlesPath} cannot be read: ${reason}.`, {
      remedy: 'Check the path of the subtitles.',
      cause: error,
    });
  }
}
