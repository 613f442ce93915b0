import { spaceClass, strip } from '../../metrics/python-text.ts';

const spaces = new RegExp(`${spaceClass}+`, 'gu');

/** A question as it is asked: whitespace collapsed (reference metrics, `helpers.json`). */
export function cleanQuestion(text: string): string {
  return strip(text.replace(spaces, ' '));
}

/** A query as it is grounded: whitespace collapsed, dots around it stripped (reference metrics, `helpers.json`). */
export function cleanQuery(text: string): string {
  return strip(cleanQuestion(text).replace(/^\.+|\.+$/g, ''));
}

/** The first character in upper case, the rest as it is. */
export function capitalize(text: string): string {
  const first = text.at(0) ?? '';
  return first.toUpperCase() + text.slice(first.length);
}

/** Words between whitespace. */
export function countWords(text: string): number {
  const cleaned = cleanQuestion(text);
  return cleaned === '' ? 0 : cleaned.split(' ').length;
}

/** Letter of an option, A for the first. */
export function optionLetter(index: number): string {
  return String.fromCharCode('A'.charCodeAt(0) + index);
}
