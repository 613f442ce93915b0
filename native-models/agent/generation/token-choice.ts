import type { ChoiceRule } from '../../architectures/vision-language-model.ts';
import { EngineError } from '../../protocol/errors.ts';

/** Chooses the next token, from logits in memory or where they are on a device: the same one. */
export interface TokenChoice {
  /** From logits over the vocabulary. */
  choose(logits: Float32Array): number;
  /** By a device, which `ask` asks for the token that a rule chooses. */
  chooseOnDevice(ask: (rule: ChoiceRule) => Promise<number>): Promise<number>;
}

/** The most likely token, the first of equals. */
export function mostLikely(logits: Float32Array): number {
  let best = 0;
  let bestLogit = -Infinity;
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id] ?? -Infinity;
    if (logit > bestLogit) {
      best = id;
      bestLogit = logit;
    }
  }
  if (!Number.isFinite(bestLogit)) {
    throw new EngineError('WEIGHTS_NOT_FINITE', 'The network returned no finite logits.', {
      remedy: 'Import the checkpoint again; if it happens again, run on another device with --device cpu.',
    });
  }
  return best;
}

/** Probabilities over the vocabulary, with logits divided by `temperature`. */
export function softmax(logits: Float32Array, temperature = 1): Float64Array {
  const largest = logits[mostLikely(logits)] ?? 0;
  const exponentials = Float64Array.from(logits, (logit) => Math.exp((logit - largest) / temperature));
  const sum = exponentials.reduce((total, value) => total + value, 0);
  return exponentials.map((value) => value / sum);
}

/** The most likely token, always. */
export const greedyChoice: TokenChoice = {
  choose: mostLikely,
  chooseOnDevice: (ask) => ask({ temperature: 0, random: 0 }),
};

/** Greedy at temperature 0, else drawn from the softmax with `random` (0 up to 1, 1 excluded). */
export function tokenChoice(temperature: number, random: () => number): TokenChoice {
  if (temperature === 0) return greedyChoice;
  return {
    choose(logits) {
      const probabilities = softmax(logits, temperature);
      let left = random();
      for (let id = 0; id < probabilities.length; id++) {
        left -= probabilities[id] ?? 0;
        if (left < 0) return id;
      }
      return mostLikely(logits);
    },
    chooseOnDevice: (ask) => ask({ temperature, random: random() }),
  };
}

/**
 * Makes tokens that were read or generated less likely: a positive logit is divided by `penalty`, a negative one multiplied,
 * once per distinct token, in float32 (as transformers' `generate` does, prompt tokens included).
 */
export function withRepetitionPenalty(
  choice: TokenChoice,
  penalty: number,
  promptIds: readonly number[],
): TokenChoice {
  const seen = new Set(promptIds);
  return {
    choose(logits) {
      const penalized = logits.slice();
      for (const id of seen) {
        const logit = penalized[id] ?? 0;
        penalized[id] = logit < 0 ? logit * penalty : logit / penalty;
      }
      const chosen = choice.choose(penalized);
      seen.add(chosen);
      return chosen;
    },
    async chooseOnDevice(ask) {
      const chosen = await choice.chooseOnDevice((rule) =>
        ask({ ...rule, penalty: { ids: [...seen], factor: penalty } }),
      );
      seen.add(chosen);
      return chosen;
    },
  };
}

/** A generator of numbers from 0 up to 1 that a seed repeats exactly (SplitMix32 steps over both halves of the seed). */
export function seededRandom(seed: number): () => number {
  let state = (seed ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b)) >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}
