import { porterStem } from './porter-stemmer.ts';

/** Agreement of a text with its reference: shares of n-grams, or of the longest common subsequence. */
export interface RougeScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** ROUGE-1, ROUGE-2 and ROUGE-L (C.-Y. Lin, 2004) as the `rouge-score` package computes them with stemming. */
export interface RougeScores {
  readonly rouge1: RougeScore;
  readonly rouge2: RougeScore;
  readonly rougeL: RougeScore;
}

/** Scores a text against its reference; nothing in common, or no words at all, is 0. */
export function rouge(reference: string, hypothesis: string): RougeScores {
  const wanted = rougeTokens(reference);
  const given = rougeTokens(hypothesis);
  return {
    rouge1: scoreNgrams(wanted, given, 1),
    rouge2: scoreNgrams(wanted, given, 2),
    rougeL: score(longestCommonSubsequence(wanted, given), wanted.length, given.length),
  };
}

/** Mean F1 of ROUGE-1, -2 and -L: how VideoKR scores open answers (fixtures/README.md, "VideoKR reward"). */
export function meanRougeF1(reference: string, hypothesis: string): number {
  const { rouge1, rouge2, rougeL } = rouge(reference, hypothesis);
  return (rouge1.f1 + rouge2.f1 + rougeL.f1) / 3;
}

/** Lower case; anything but a–z and 0–9 separates; tokens over three characters are stemmed. */
export function rougeTokens(text: string): readonly string[] {
  return (text.toLowerCase().match(/[a-z0-9]+/g) ?? []).map((token) =>
    token.length > 3 ? porterStem(token) : token,
  );
}

function scoreNgrams(wanted: readonly string[], given: readonly string[], size: number): RougeScore {
  const open = new Map<string, number>();
  for (const gram of ngrams(wanted, size)) open.set(gram, (open.get(gram) ?? 0) + 1);
  const grams = ngrams(given, size);
  let common = 0;
  for (const gram of grams) {
    const left = open.get(gram) ?? 0;
    if (left === 0) continue;
    open.set(gram, left - 1);
    common++;
  }
  return score(common, Math.max(0, wanted.length - size + 1), grams.length);
}

function ngrams(tokens: readonly string[], size: number): readonly string[] {
  return tokens.slice(size - 1).map((_, start) => tokens.slice(start, start + size).join(' '));
}

function score(common: number, wantedCount: number, givenCount: number): RougeScore {
  if (common === 0) return { precision: 0, recall: 0, f1: 0 };
  const precision = common / givenCount;
  const recall = common / wantedCount;
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

function longestCommonSubsequence(a: readonly string[], b: readonly string[]): number {
  let previous = new Uint32Array(b.length + 1);
  for (const token of a) {
    const current = new Uint32Array(b.length + 1);
    for (let index = 0; index < b.length; index++) {
      const extended = (previous[index] ?? 0) + 1;
      current[index + 1] =
        token === b[index] ? extended : Math.max(current[index] ?? 0, previous[index + 1] ?? 0);
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
