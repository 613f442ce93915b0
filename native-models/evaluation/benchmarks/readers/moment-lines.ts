import { z } from 'zod';
import type { AnnotationReader, Draft, ReadContext } from '../data-set.ts';
import { type AnnotationPiece, readJsonLines } from '../reading/annotation-files.ts';
import {
  draftItems,
  durationSchema,
  skip,
  spanSchema,
  spansSchema,
  textSchema,
} from '../reading/item-drafts.ts';

/** Kept as it is written, number or text: servers compare it with their own. */
const rawId = z.union([textSchema, z.number()]);

const windowLine = z.object({
  vid: rawId,
  qid: rawId.optional(),
  query: textSchema,
  duration: durationSchema,
  relevant_windows: spansSchema.optional(),
});

const spanLine = z.object({ vid: rawId, query: textSchema, duration: durationSchema, span: spanSchema });

/** How one data set's lines with `relevant_windows` are taken. */
interface WindowLineOptions {
  readonly videoPath: (vid: string) => string;
  /** `all`: several moments a query; `one`: exactly one; `single`: queries with more are no part of the set. */
  readonly windows: 'all' | 'one' | 'single';
  /** Keep `vid` and `qid`, which the benchmark's server asks for. */
  readonly keepIds?: boolean;
}

/** QVHighlights, TACoS, Ego4D-NLQ: lines of vid, query, duration, relevant_windows. */
export function windowLines({ videoPath, windows, keepIds = false }: WindowLineOptions): AnnotationReader {
  return (context) =>
    draftItems(readLinesOfFiles(context), windowLine, (line, place) => {
      const { vid, qid, relevant_windows: spans } = line;
      if (spans === undefined && context.splitFile.truth !== 'withheld') {
        return [skip(place, 'spans-missing', 'relevant_windows is missing')];
      }
      if (spans !== undefined && spans.length > 1 && windows !== 'all') {
        const reason = windows === 'single' ? 'several-spans' : 'field-invalid';
        return [skip(place, reason, `relevant_windows holds ${spans.length} moments in place of one`)];
      }
      const draft: Draft = {
        kind: 'draft',
        place,
        ...(qid !== undefined && { id: String(qid) }),
        videos: [videoPath(String(vid))],
        durationSec: line.duration,
        query: line.query,
        spans: spans ?? null,
        ...(keepIds && { extra: { vid, ...(qid !== undefined && { qid }) } }),
      };
      return [draft];
    });
}

/** COSMO-Cap, InternVid-VTime, Vid-Morp: lines of vid, query, span, duration. */
export function spanLines(videoPath: (vid: string) => string): AnnotationReader {
  return (context) =>
    draftItems(readLinesOfFiles(context), spanLine, (line, place) => [
      {
        kind: 'draft',
        place,
        videos: [videoPath(String(line.vid))],
        durationSec: line.duration,
        query: line.query,
        spans: [line.span],
      },
    ]);
}

async function* readLinesOfFiles(context: ReadContext): AsyncGenerator<AnnotationPiece> {
  for (const file of context.splitFile.files) yield* readJsonLines(context, file);
}
