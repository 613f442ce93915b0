/**
 * What takes time, and what it is counted in: decoding in megapixels of the video, the tower in patches of frame pairs, reading in
 * tokens, and the rest (replies, what is kept being found) in replies.
 */
export const workKinds = ['decoded', 'encoded', 'read', 'said'] as const;
/** How much of each there is. */
export type Amounts = Readonly<Record<(typeof workKinds)[number], number>>;

/** No work. */
export const noWork: Amounts = { decoded: 0, encoded: 0, read: 0, said: 0 };

/** Two amounts together. */
export function sumOf(one: Amounts, other: Amounts): Amounts {
  const add = (kind: keyof Amounts) => one[kind] + other[kind];
  return { decoded: add('decoded'), encoded: add('encoded'), read: add('read'), said: add('said') };
}
