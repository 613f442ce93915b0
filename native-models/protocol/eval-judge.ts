import { z } from 'zod';
import { benchmarkNameSchema } from './eval-task.ts';

/** Which answers of a folder of predictions a judge is to read. */
export const evalJudgeItemsRequestSchema = z.object({
  predictionsPath: z.string(),
  /** Of which benchmark they are: one whose figures have no use for verdicts is refused. */
  benchmark: benchmarkNameSchema,
  /** Only answers to open questions; else all, as the reference's judge does. */
  openOnly: z.boolean().default(false),
});
export type EvalJudgeItemsRequest = z.infer<typeof evalJudgeItemsRequestSchema>;

/** Whether a verdict stands in a judge's reply: a 1 or a 0. Anything else is asked for again. */
export function isVerdict(reply: string): boolean {
  return /[01]/u.test(reply);
}

/** What a judge is asked about one answer. */
export const judgeItemSchema = z.object({
  /** The same question, truth and answer have the same key: they are judged once. */
  key: z.string(),
  prompt: z.string(),
});
export type JudgeItem = z.infer<typeof judgeItemSchema>;

export const evalJudgeItemsResultSchema = z.object({
  /** Answers that the items stand for. */
  answers: z.number().int(),
  items: z.array(judgeItemSchema),
});
export type EvalJudgeItems = z.infer<typeof evalJudgeItemsResultSchema>;
