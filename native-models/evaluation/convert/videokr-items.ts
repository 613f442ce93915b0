import { z } from 'zod';
import { textSchema } from '../benchmarks/reading/item-drafts.ts';

/** A line of VideoKR's training files, as far as its trainers read it. */
export const videoKrLineSchema = z
  .object({
    id: z.union([z.string(), z.number()]).optional(),
    question: textSchema,
    options: z.union([z.array(z.string()), z.record(z.string(), z.string())]).nullish(),
    option: z.union([z.array(z.string()), z.record(z.string(), z.string())]).nullish(),
    think: z.string().nullish(),
    solution: z.union([z.string(), z.number()]).nullish(),
    video_path: z.string().nullish(),
    path: z.string().nullish(),
    file_name: z.string().nullish(),
    problem_type: z.string().nullish(),
    data_source: z.string().nullish(),
  })
  .transform((line) => ({
    ...line,
    videoPath: [line.video_path, line.path, line.file_name].find((name) => (name ?? '') !== '') ?? undefined,
    listedOptions: listOptions(line.options ?? line.option ?? []),
    answer: withoutTags(String(line.solution ?? ''), 'answer'),
    reasoning: withoutTags(line.think ?? '', 'think'),
  }));
export type VideoKrLine = z.output<typeof videoKrLineSchema>;

/** Supervised fine-tuning: a chat with the video it is about. */
export interface VideoKrChat {
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
  readonly videos: readonly string[];
}

/** What the trainer samples of a video, and how it is asked for in reinforcement learning. */
export const videoKrBudget = { fps: 2, max_frames: 128, min_frames: 4, pixels: 100_352 } as const;

/** Told to the model in both trainings: the reply's form is rewarded. */
const instruction =
  'Reason about the video step by step inside <think> </think>, then give the final answer inside <answer> </answer>.';

/** A chat for supervised fine-tuning, or undefined without reasoning, answer or video. */
export function toVideoKrChat(line: VideoKrLine): VideoKrChat | undefined {
  const { answer, reasoning, videoPath } = line;
  if (answer === '' || reasoning === '' || videoPath === undefined) return undefined;
  return {
    messages: [
      { role: 'user', content: userText(line) },
      { role: 'assistant', content: `<think>${reasoning}</think>\n<answer>${answer}</answer>` },
    ],
    videos: [videoPath],
  };
}

/** A row of GRPO training. */
export interface VideoKrRow {
  readonly data_source: string;
  readonly prompt: readonly { readonly role: string; readonly content: string }[];
  readonly videos: readonly {
    readonly video: string;
    readonly fps: number;
    readonly max_frames: number;
    readonly min_frames: number;
    readonly min_pixels: number;
    readonly max_pixels: number;
  }[];
  readonly ability: string;
  readonly reward_model: { readonly style: string; readonly ground_truth: string };
  readonly extra_info: {
    readonly problem_id: string;
    readonly problem_type: 'multiple choice' | 'open-ended';
    readonly answer: string;
    readonly question: string;
    readonly split: string;
    readonly index: number;
  };
}

/** A row for GRPO, or undefined without answer or video. @param index place among the rows of all splits */
export function toVideoKrRow(
  line: VideoKrLine,
  split: 'train' | 'val',
  index: number,
): VideoKrRow | undefined {
  const { answer, videoPath } = line;
  if (answer === '' || videoPath === undefined) return undefined;
  const { fps, max_frames, min_frames, pixels } = videoKrBudget;
  return {
    data_source: line.data_source ?? 'videokr',
    prompt: [{ role: 'user', content: userText(line) }],
    videos: [{ video: videoPath, fps, max_frames, min_frames, min_pixels: pixels, max_pixels: pixels }],
    ability: 'video_reasoning',
    reward_model: { style: 'rule', ground_truth: `<answer>${answer}</answer>` },
    extra_info: {
      problem_id: String(line.id ?? index),
      problem_type: problemType(line),
      answer,
      question: line.question,
      split,
      index,
    },
  };
}

function userText({ question, listedOptions }: VideoKrLine): string {
  return [`<video>${question}`, ...listedOptions, instruction].join('\n');
}

function problemType(line: VideoKrLine): 'multiple choice' | 'open-ended' {
  const written = (line.problem_type ?? '').toLowerCase().replace(/[\s_-]+/g, ' ');
  if (written === '') return line.listedOptions.length > 0 ? 'multiple choice' : 'open-ended';
  return written === 'multiple choice' || written === 'mcq' ? 'multiple choice' : 'open-ended';
}

/** Options as they are shown; a map by its keys, sorted. */
function listOptions(options: readonly string[] | Readonly<Record<string, string>>): string[] {
  if (Array.isArray(options)) return [...(options as readonly string[])];
  return Object.entries(options as Readonly<Record<string, string>>)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([letter, text]) => `${letter}. ${text}`);
}

/** The text between a pair of tags, or the whole where there are none. */
function withoutTags(text: string, tag: string): string {
  return (new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(text)?.[1] ?? text).trim();
}
