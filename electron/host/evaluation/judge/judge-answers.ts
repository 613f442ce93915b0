import { isVerdict } from '../../../../native-models/protocol/eval-judge.ts';
import type { JudgeItem } from '../../../../native-models/protocol/eval-judge.ts';
import { toEngineError } from '../../../../native-models/protocol/errors.ts';
import type { ChatEndpoint } from '../chat/chat-endpoint.ts';
import { askChat } from '../chat/chat-endpoint.ts';
import { Pace } from '../chat/pace.ts';
import { VerdictFile } from './verdict-file.ts';

export interface JudgeOptions {
  /** Requests at once. */
  readonly concurrency: number;
  readonly perMinute?: number | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number) => void;
}

/** What judging came to. */
export interface JudgeOutcome {
  /** Answered now, and known from before. */
  readonly asked: number;
  readonly kept: number;
  /** Without a reply after all tries: they can be asked for again. */
  readonly failed: number;
  /** Replies without a verdict in them: not kept, so they can be asked for again; they count as wrong until then. */
  readonly unreadable: number;
  readonly firstUnreadable?: string;
  /** Why the first of the failed ones failed. */
  readonly firstFailure?: string;
  /** Of those asked now. */
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** So many failures one after the other, with nothing answered between them, and the rest is not tried. */
const hopelessFailures = 5;

/**
 * Asks a judge about every item that the file has no reply of it for. Replies are on the disk as they come.
 *
 * @throws EngineError JUDGE_FAILED when nothing is answered at all, CANCELLED
 */
export async function judgeAnswers(
  items: readonly JudgeItem[],
  endpoint: ChatEndpoint,
  filePath: string,
  { concurrency, perMinute, signal, onProgress }: JudgeOptions,
): Promise<JudgeOutcome> {
  const file = await VerdictFile.open(filePath, endpoint.model);
  try {
    const open = items.filter(({ key }) => !file.has(key));
    const pace = new Pace(perMinute);
    const sums = {
      asked: 0,
      unreadable: 0,
      failed: 0,
      promptTokens: 0,
      completionTokens: 0,
      failedInARow: 0,
    };
    let firstFailure: unknown;
    let firstUnreadable: string | undefined;
    const queue = open.values();
    const work = async (): Promise<void> => {
      for (const { key, prompt } of queue) {
        if (sums.failedInARow >= hopelessFailures) {
          sums.failed++;
          continue;
        }
        try {
          const { text, promptTokens, completionTokens } = await askChat(endpoint, prompt, pace, signal);
          if (isVerdict(text)) {
            await file.append({ key, reply: text, judge: endpoint.model, promptTokens, completionTokens });
            sums.asked++;
          } else {
            sums.unreadable++;
            firstUnreadable ??= text;
          }
          sums.failedInARow = 0;
          sums.promptTokens += promptTokens;
          sums.completionTokens += completionTokens;
        } catch (error) {
          if (signal.aborted) throw error;
          firstFailure ??= error;
          sums.failed++;
          sums.failedInARow++;
        }
        onProgress(sums.asked + sums.unreadable + sums.failed, open.length);
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    if (firstFailure !== undefined && sums.asked + sums.unreadable === 0) throw toEngineError(firstFailure);
    const { asked, unreadable, failed, promptTokens, completionTokens } = sums;
    return {
      ...{ asked, kept: items.length - open.length, failed, promptTokens, completionTokens },
      unreadable,
      ...(firstUnreadable === undefined ? {} : { firstUnreadable }),
      ...(firstFailure === undefined ? {} : { firstFailure: toEngineError(firstFailure).message }),
    };
  } finally {
    await file.close();
  }
}
