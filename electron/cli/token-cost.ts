/** Prices of a million tokens, in whatever currency. */
export interface TokenPrices {
  readonly promptPrice?: number;
  readonly replyPrice?: number;
}

/** Tokens that an endpoint has counted. */
export interface Tokens {
  readonly prompt: number;
  readonly completion: number;
}

/** What tokens cost; undefined without a price. */
export function costOf(
  { prompt, completion }: Tokens,
  { promptPrice, replyPrice }: TokenPrices,
): number | undefined {
  if (promptPrice === undefined && replyPrice === undefined) return undefined;
  return (prompt * (promptPrice ?? 0) + completion * (replyPrice ?? 0)) / 1e6;
}

/** Tokens and their cost in a line. */
export function tokenText({ prompt, completion }: Tokens, cost: number | undefined): string {
  return `${prompt} prompt tokens, ${completion} reply tokens${cost === undefined ? '' : `, cost ${cost.toFixed(4)}`}.`;
}
