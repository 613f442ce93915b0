/** Length of every generated clip, in seconds. */
export const clipSec = 8;

/** The files of a tiny benchmark, relative to the data folder. */
export interface TinyFiles {
  /** Annotation files by path. */
  readonly texts?: Readonly<Record<string, string>>;
  readonly bytes?: Readonly<Record<string, Uint8Array>>;
  /** Where clips belong. */
  readonly clips?: readonly string[];
  /** Folders of so many pictures. */
  readonly pictureFolders?: Readonly<Record<string, number>>;
}

/** Lines of JSON. */
export function jsonLines(...items: readonly unknown[]): string {
  return items.map((item) => `${JSON.stringify(item)}\n`).join('');
}

/** Names of the two videos that most tiny benchmarks have. */
export const clipNames = ['clip_a', 'clip_b'] as const;

/** Texts, moments and videos of tiny grounding samples: two on the first video, one on the second. */
export const tinyMoments = [
  { name: clipNames[0], text: 'a counter starts', span: [0, 3] },
  { name: clipNames[0], text: 'the squares change', span: [2, 6.5] },
  { name: clipNames[1], text: 'the picture moves', span: [1, 4] },
] as const;

/** Options of tiny questions; the first sample's answer is the first option, and so on. */
export const tinyOptions = ['a counter', 'a dog', 'a river', 'a house', 'a train'] as const;

/** Letters of those options. */
export const tinyLetters = ['A', 'B', 'C', 'D', 'E'] as const;
