import { decodeText, suppositions } from '../../../text-files/decode-text.ts';
import type { AnnotationFolder, AnnotationPiece } from '../reading/annotation-files.ts';
import { readFileBytes, readJsonLinesOf } from '../reading/annotation-files.ts';

/**
 * One's own annotations with a JSON value on each line, in whatever encoding.
 * @param assume is told what had to be supposed of the file as a whole
 * @throws EngineError as `readFileBytes`
 */
export async function* readOwnLines(
  folder: AnnotationFolder,
  file: string,
  assume: (what: string) => void,
): AsyncGenerator<AnnotationPiece> {
  const decoded = decodeText(await readFileBytes(folder, file));
  for (const supposed of suppositions(decoded)) assume(supposed);
  yield* readJsonLinesOf(folder, file, decoded.text);
}
