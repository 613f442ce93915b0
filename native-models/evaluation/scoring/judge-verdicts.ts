import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import { isVerdict } from '../../protocol/eval-judge.ts';
import { judgeRequest, judgeSaysCorrect } from '../metrics/videokr-eval.ts';
import type { VideoKrQuestion } from '../metrics/videokr-eval.ts';
import type { IssueLog } from './issue-log.ts';
import { readObjects } from './prediction-files.ts';

/** Whether a judge found an answer right, by `verdictKey`. */
export type JudgeVerdicts = ReadonlyMap<string, boolean>;

/** Names what a judge is asked: the same question, truth and answer text are judged once. */
export function verdictKey(question: VideoKrQuestion, reply: string): string {
  const { question: text, answer, prediction } = judgeRequest(question, reply);
  return createHash('sha256')
    .update(JSON.stringify([text, answer, prediction]))
    .digest('base64url')
    .slice(0, 32);
}

/** Reads a file of a judge's replies, lines of `{key, reply, …}`; the later line counts. Broken ones are reported. */
export async function readVerdicts(
  path: string,
  issues: IssueLog,
  signal?: AbortSignal,
): Promise<JudgeVerdicts> {
  const verdicts = new Map<string, boolean>();
  for await (const batch of readObjects(path, basename(path), issues, signal)) {
    for (const { place, fields } of batch) {
      const { key, reply } = fields;
      if (typeof key === 'string' && typeof reply === 'string') {
        // What holds no verdict leaves the answer without one, which the scorer says.
        if (isVerdict(reply)) verdicts.set(key, judgeSaysCorrect(reply));
      } else issues.add('not-a-sample', place, 'This is no reply of a judge.');
    }
  }
  return verdicts;
}
