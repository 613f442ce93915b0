const lanes = 8;
const partialSums = 4;

/**
 * Sums in float32 in the order of the published scorer's library (PyTorch on a CPU with 8-lane vectors): float32 addition
 * depends on its order, and whether verification raised a pooled IoU can hang on the last bit. Eight lanes are added up
 * row by row, four partial sums at a time, then the values after the last full row, then the lanes. Exact for fewer than
 * 512 values, far more than a question has pairs of intervals; above, only the order of additions may differ.
 */
export function float32Sum(values: readonly number[]): number {
  if (values.length < lanes) return interleavedSum(values);
  const rows = Math.floor(values.length / lanes);
  const sums = Array.from({ length: lanes }, (_, lane) =>
    interleavedSum(Array.from({ length: rows }, (_row, row) => values[row * lanes + lane] ?? 0)),
  );
  return inSequence([...values.slice(rows * lanes), ...sums]);
}

/** Four partial sums taken in turn; what is left over joins the first. */
function interleavedSum(values: readonly number[]): number {
  const full = values.length - (values.length % partialSums);
  const partials = Array.from({ length: partialSums }, (_, partial) =>
    inSequence(values.slice(0, full).filter((_value, index) => index % partialSums === partial)),
  );
  const [first = 0, ...others] = partials;
  return inSequence([inSequence([first, ...values.slice(full)]), ...others]);
}

function inSequence(values: readonly number[]): number {
  return values.reduce((sum, value) => Math.fround(sum + value), 0);
}
