import type { TokenChoice } from '../../generation/token-choice.ts';

/** Watches greedy choices for how narrow they were. */
export interface MarginWatch {
  readonly choice: TokenChoice;
  /** The smallest lead of a likeliest token over the next one, in logits; undefined before the first choice. */
  readonly smallest: () => number | undefined;
}

/** Wraps a greedy choice. What is chosen on a device shows no margin: its logits never come back. */
export function marginWatch(choice: TokenChoice): MarginWatch {
  let smallest: number | undefined;
  const watched: TokenChoice = {
    ...choice,
    choose(logits) {
      const chosen = choice.choose(logits);
      let next = -Infinity;
      for (let id = 0; id < logits.length; id++) {
        const logit = logits[id] ?? -Infinity;
        if (id !== chosen && logit > next) next = logit;
      }
      const lead = (logits[chosen] ?? 0) - next;
      smallest = smallest === undefined ? lead : Math.min(smallest, lead);
      return chosen;
    },
  };
  return { choice: watched, smallest: () => smallest };
}
