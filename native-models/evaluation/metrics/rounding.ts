/**
 * Rounds to a number of decimals as Python's `round` and its `%.2f` do: from the exact binary value, and an exact tie
 * goes to the even neighbour (3.125 → 3.12, where `toFixed` says 3.13). Source: fixtures/README.md, "Printing".
 *
 * @param digits decimals, 0 to 20
 */
export function formatHalfToEven(value: number, digits: number): string {
  const text = value.toFixed(digits);
  if (!isTie(value, digits)) return text;
  const lastDigit = Number(text.at(-1));
  if (lastDigit % 2 === 0) return text;
  // `toFixed` rounds ties away from zero, so the even neighbour is one unit nearer to it.
  const nearer = Math.abs(Number(text)) - 10 ** -digits;
  return (value < 0 ? -nearer : nearer).toFixed(digits);
}

/** As `formatHalfToEven`, as a number. */
export function roundHalfToEven(value: number, digits: number): number {
  return Number(formatHalfToEven(value, digits));
}

/** A share as a percentage with two decimals, "0.00" when there is nothing to share. */
export function formatPercent(part: number, whole: number): string {
  return whole === 0 ? '0.00' : formatHalfToEven((part / whole) * 100, 2);
}

/** A share in [0, 1] as a percentage with two decimals. */
export function percentOf(share: number): number {
  return roundHalfToEven(share * 100, 2);
}

/**
 * x·10^d ends in exactly one half just when x·2^(d+1) is an odd integer: the denominator 2·10^d can only hold powers of
 * two if x is a binary fraction. Scaling by a power of two is exact.
 */
function isTie(value: number, digits: number): boolean {
  const scaled = Math.abs(value) * 2 ** (digits + 1);
  return Number.isInteger(scaled) && scaled % 2 === 1;
}
