import { z } from 'zod';

/** Which answers of a folder of predictions a judge is to read. */
export const evalJudgeItemsRequestSchema = z.object({
  predictionsPath: z.string(),
  /** Only answers to open questions; else all, as the reference's judge does. */
  openOnly: z.boolean().default(false),
});
export type EvalJudgeItemsRequest = z.infer<typeof evalJudgeItemsRequestSchema>;

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
