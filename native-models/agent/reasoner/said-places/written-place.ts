/** A box or a point as a text writes it. */
export interface WrittenPlace {
  /** What is there; empty where the text does not say. */
  readonly name: string;
  /** Left, top, right, bottom; of a point its two. */
  readonly numbers: readonly number[];
  /** When, in seconds as the text counts them. */
  readonly sec?: number | undefined;
  /** The words that name it, as they stand in the text. */
  readonly text: string;
  /** Where those begin. */
  readonly start: number;
}

/** A number as it may stand in a list of coordinates. */
export const numberPattern = String.raw`-?\d{1,6}(?:\.\d{1,12})?`;
/** What is longer is no name. */
export const maxNameCharacters = 200;
/** No more of the words of one place is kept: one name may stand before thousands of boxes. */
export const maxTextCharacters = 1000;

/** "1, 2.5, 3, 4" as numbers. */
export function readNumbers(list: string): number[] {
  return list.split(',').map(Number);
}
