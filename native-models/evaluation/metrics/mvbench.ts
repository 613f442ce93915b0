import { letterIn, lettersUpTo, replyLetter } from './reply-letter.ts';

/** One answered question of an MVBench task. */
export interface MvBenchReply {
  readonly reply: string;
  readonly options: readonly string[];
  /** The text of the right option. */
  readonly truth: string;
}

/** Percent of right answers among replies that are not empty. */
export interface MvBenchTaskScore {
  readonly accuracy: number;
  /** Replies that count. */
  readonly count: number;
  readonly emptyReplies: number;
}

/**
 * The letter of the right option: the first whose text equals the truth, or undefined, which no reply can hit
 * (fixtures/README.md, "answer by text").
 */
export function truthLetter(truth: string, options: readonly string[]): string | undefined {
  const index = options.indexOf(truth);
  return index === -1 ? undefined : letterIn(lettersUpTo(26).charAt(index), lettersUpTo(5));
}

/** Scores one task by rule, letters A–E (fixtures/README.md, "VideoKR evaluation"). */
export function scoreMvBenchTask(replies: readonly MvBenchReply[]): MvBenchTaskScore {
  const counted = replies.filter(({ reply }) => reply !== '');
  const right = counted.filter(({ reply, options, truth }) => {
    const wanted = truthLetter(truth, options);
    return wanted !== undefined && replyLetter(reply, lettersUpTo(5)) === wanted;
  });
  return {
    accuracy: counted.length === 0 ? 0 : (right.length / counted.length) * 100,
    count: counted.length,
    emptyReplies: replies.length - counted.length,
  };
}

/** Accuracy of a group of tasks: their mean weighted by size, percent. */
export function meanOfTasks(tasks: readonly MvBenchTaskScore[]): number {
  const count = tasks.reduce((sum, task) => sum + task.count, 0);
  if (count === 0) return 0;
  return tasks.reduce((sum, task) => sum + task.accuracy * task.count, 0) / count;
}
