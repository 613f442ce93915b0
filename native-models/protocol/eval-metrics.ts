import { z } from 'zod';
import { benchmarkNameSchema } from './eval-task.ts';

/** Which predictions the commands of a task are to measure. */
export const evalMetricItemsRequestSchema = z.object({
  predictionsPath: z.string(),
  benchmark: benchmarkNameSchema,
});
export type EvalMetricItemsRequest = z.infer<typeof evalMetricItemsRequestSchema>;

/** Each command with the lines that it is to be given. */
export const evalMetricItemsSchema = z.object({
  metrics: z.array(
    z.object({
      name: z.string(),
      command: z.array(z.string()),
      /** `key` names command and line together: a value that is kept under it holds for nothing else. */
      items: z.array(z.object({ key: z.string(), line: z.string() })),
    }),
  ),
});
export type EvalMetricItems = z.infer<typeof evalMetricItemsSchema>;
