import { maxNameCharacters, numberPattern, readNumbers } from './written-place.ts';
import type { WrittenPlace } from './written-place.ts';

const numbers = (count: number): string =>
  String.raw`\[\s{0,8}(${numberPattern}(?:\s{0,8},\s{0,8}${numberPattern}){${count - 1}})\s{0,8}\]`;
/** The keys that Qwen's models write, and a list of numbers behind each. */
const boxPattern = new RegExp(String.raw`["'](?:bbox_2d|bbox|box_2d)["']\s{0,8}:\s{0,8}${numbers(4)}`, 'iu');
const pointPattern = new RegExp(String.raw`["'](?:point_2d|point)["']\s{0,8}:\s{0,8}${numbers(2)}`, 'iu');
const labelPattern = new RegExp(
  String.raw`["'](?:label|name|object|text_content)["']\s{0,8}:\s{0,8}(?:"([^"\\]{0,${maxNameCharacters}})"|'([^'\\]{0,${maxNameCharacters}})')`,
  'iu',
);
const timePattern =
  /["'](?:time|timestamp|time_sec|seconds)["']\s{0,8}:\s{0,8}["']?(\d{1,6}(?:\.\d{1,6})?)\s?s?(?:ec|econds)?["']?(?=[\s,}])/iu;
/** An object that holds no other, as the lists of these models are; longer ones are none of theirs. */
const objectPattern = /\{[^{}]{1,1000}\}/gu;

/**
 * Qwen's places: JSON objects with `bbox_2d` or `point_2d`, perhaps a `label` and a `time`, alone or in lists, in text or in a code block. Each
 * is read for itself, so that one that is broken or cut spoils no other.
 */
export function jsonPlaces(text: string): WrittenPlace[] {
  const places: WrittenPlace[] = [];
  for (const { 0: object, index } of text.matchAll(objectPattern)) {
    const [, listed] = boxPattern.exec(object) ?? pointPattern.exec(object) ?? [];
    if (listed === undefined) continue;
    const [, double, single = ''] = labelPattern.exec(object) ?? [];
    const [, sec] = timePattern.exec(object) ?? [];
    places.push({
      name: (double ?? single).trim(),
      numbers: readNumbers(listed),
      ...(sec === undefined ? {} : { sec: Number(sec) }),
      text: object,
      start: index,
    });
  }
  return places;
}
