import { z } from 'zod';
import type { Draft, ReadContext, SampleDraft } from '../data-set.ts';
import { readJsonList } from '../reading/annotation-files.ts';
import { answerByText } from '../reading/answer-by-text.ts';
import { optionLetter } from '../reading/clean-text.ts';
import { draftItems, idSchema, optionsSchema, skip, textSchema } from '../reading/item-drafts.ts';
import { episodicReasoning, mvBenchFolders, mvBenchTitle } from './mvbench-tasks.ts';
import { chooseFrames, fewestFrames } from './frame-folder.ts';

/* MVBench, LongVideoBench: lists of questions with `candidates`. */

const candidateItem = z.object({
  video: textSchema,
  question: textSchema,
  candidates: optionsSchema,
  answer: textSchema,
});

/** MVBench: a list a task, the answer as text; one task's videos are folders of pictures. Files: TASK.json. */
export async function* mvBench(context: ReadContext): AsyncGenerator<Draft> {
  for (const file of context.splitFile.files) {
    const task = stem(file);
    const folder = `mvbench/video/${mvBenchFolders[task] ?? task}`;
    yield* draftItems(readJsonList(context, file), candidateItem, async (item, place) => {
      const draft: SampleDraft = {
        kind: 'draft',
        place,
        videos: [`${folder}/${item.video}`],
        ...question(item),
        categories: [mvBenchTitle(task)],
      };
      if (task !== episodicReasoning) return [draft];
      const names = await context.videos.list(`${folder}/${item.video}`);
      const pictures = names.filter((name) => /\.(jpe?g|png)$/i.test(name));
      if (pictures.length === 0) return [draft]; // the whole folder is missing, which is told like any missing video
      if (pictures.length < fewestFrames && context.asPublished) {
        const detail = `${item.video} has ${pictures.length} pictures, fewer than ${fewestFrames}`;
        return [skip(place, 'field-invalid', detail)];
      }
      const frames = chooseFrames(pictures).map((name) => `${folder}/${item.video}/${name}`);
      const detail = `${pictures.length} pictures, fewer than ${fewestFrames}: all are shown`;
      const few = pictures.length < fewestFrames && ({ kind: 'too-few-frames', detail } as const);
      return [{ ...draft, frames, ...(few && { notes: [few] }) }];
    });
  }
}

const longVideoItem = z.object({
  id: idSchema.optional(),
  video_id: textSchema,
  question: textSchema,
  candidates: optionsSchema,
  correct_choice: z.number().int().nonnegative().optional(),
  duration_group: idSchema,
  level: textSchema,
  question_category: textSchema,
});

/** Names with an @ are long; their files carry the last characters alone. */
const longNameEnd = 19;

/** LongVideoBench: the answer as an index; the group of durations is the category. Files: list. */
export async function* longVideoBench(context: ReadContext): AsyncGenerator<Draft> {
  const [file = ''] = context.splitFile.files;
  yield* draftItems(readJsonList(context, file), longVideoItem, (item, place) => {
    const { video_id: name, candidates: options, correct_choice: index } = item;
    const answer = index === undefined ? undefined : options[index];
    if (answer === undefined && context.splitFile.truth !== 'withheld') {
      return [
        skip(
          place,
          'answer-missing',
          `correct_choice is ${index ?? 'missing'} of ${options.length} candidates`,
        ),
      ];
    }
    const video = name.includes('@') ? name.slice(-longNameEnd) : name;
    const draft: Draft = {
      kind: 'draft',
      place,
      ...(item.id !== undefined && { id: item.id }),
      videos: [`longvideobench/videos/${video}.mp4`],
      question: item.question,
      options,
      ...(answer !== undefined && index !== undefined && { answer, answerLetter: optionLetter(index) }),
      categories: [item.duration_group],
      extra: { level: item.level, question_category: item.question_category },
    };
    return [draft];
  });
}

function question(
  item: z.infer<typeof candidateItem>,
): Pick<SampleDraft, 'question' | 'options' | 'answer' | 'answerLetter'> {
  const { candidates: options } = item;
  return { question: item.question, options, ...answerByText(item.answer, options) };
}

function stem(file: string): string {
  return (file.split('/').at(-1) ?? file).replace(/\.json$/, '');
}
