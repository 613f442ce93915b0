import type { TokenChoice } from '../../generation/token-choice.ts';

/** Watches greedy choices for how narrow they were. */
export interface MarginWatch {
  readonly choose: TokenChoice;
  /** The smallest lead of a likeliest token over the next one, in logits; undefined before the first choice. */
  readonly smallest: () => number | undefined;
}

/** Wraps a greedy choice. */
export function marginWatch(choose: TokenChoice): MarginWatch {
  let smallest: number | undefined;
  return {
    choose: (logits) => {
      const chosen = choose(logits);
      let next = -Infinity;
      for (let id = 0; id < logits.length; id++) {
        const logit = logits[id] ?? -Infinity;
        if (id !== chosen && logit > next) next = logit;
      }
      const lead = (logits[chosen] ?? 0) - next;
      smallest = smallest === undefined ? lead : Math.min(smallest, lead);
      return chosen;
    },
    smallest: () => smallest,
  };
}
