import { z } from 'zod';
import { bestOverlap } from '../../metrics/spans.ts';
import type { Draft, ReadContext } from '../data-set.ts';
import { readJsonLines, readJsonList } from '../reading/annotation-files.ts';
import {
  draftItems,
  durationSchema,
  skip,
  spanSchema,
  spansSchema,
  textSchema,
} from '../reading/item-drafts.ts';

/* What the roles of the agent are trained on: a grounder's own guesses, and plans. */

const guessesItem = z.object({
  video_path: textSchema,
  duration: durationSchema,
  query: textSchema,
  span: spansSchema,
  pred: z.array(spanSchema).min(1),
  task: z.union([z.string(), z.array(z.string())]).optional(),
});

/** The first so many guesses are verified, and those that overlap the truth by this are hits. */
const verifiedGuesses = 5;
const hitIou = 0.5;

/** Verification: a grounder's output list, one sample a guess. Files: one list, or all lists of a folder. */
export async function* verification(context: ReadContext): AsyncGenerator<Draft> {
  for (const file of await listFiles(context)) {
    yield* draftItems(readJsonList(context, file), guessesItem, (item, place) =>
      item.pred.slice(0, verifiedGuesses).map((moment): Draft => {
        const hit = bestOverlap(moment, item.span).iou >= hitIou;
        return {
          kind: 'draft',
          place,
          form: 'multimodal',
          videos: writtenPaths(item.video_path),
          durationSec: item.duration,
          query: item.query,
          spans: item.span,
          verification: { moment, hit },
          extra: { video_path: item.video_path, task: item.task ?? 'unknown', pred: moment, positive: hit },
        };
      }),
    );
  }
}

const planLine = z.object({
  source: textSchema.optional(),
  video_path: textSchema,
  duration: durationSchema,
  question: textSchema,
  query: textSchema.optional(),
  route: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]),
});

/** Planning: which way a question takes, and the query that the grounder is given. Files: lines. */
export async function* planning(context: ReadContext): AsyncGenerator<Draft> {
  for (const file of context.splitFile.files) {
    yield* draftItems(readJsonLines(context, file), planLine, (line, place) => {
      const { source, query, route } = line;
      const rephrases = route === 1 || route === 3;
      if (rephrases && query === undefined)
        return [skip(place, 'field-missing', `query: route ${route} rephrases`)];
      const draft: Draft = {
        kind: 'draft',
        place,
        form: 'multimodal',
        ...(source !== undefined && { source }),
        videos: writtenPaths(line.video_path),
        durationSec: line.duration,
        question: line.question,
        query,
        route,
        extra: { video_path: line.video_path },
      };
      return [draft];
    });
  }
}

/** Where a written path leads: it is relative to the folder above `data/`, or to `data/` itself. */
function writtenPaths(videoPath: string): string[] {
  return videoPath.startsWith('data/') ? [videoPath.slice('data/'.length), videoPath] : [videoPath];
}

/** `verifying_NAME.json`, or the lists in a folder of that name. */
async function listFiles(context: ReadContext): Promise<readonly string[]> {
  const [file = ''] = context.splitFile.files;
  const folder = file.replace(/\.json$/, '');
  if (await context.videos.has(file)) return [file];
  const names = (await context.videos.list(folder)).filter((name) => name.endsWith('.json'));
  return names.length === 0 ? [file] : names.map((name) => `${folder}/${name}`);
}
