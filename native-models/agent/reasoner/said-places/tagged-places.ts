import { maxNameCharacters, maxTextCharacters, numberPattern, readNumbers } from './written-place.ts';
import type { WrittenPlace } from './written-place.ts';

const list = (name: string, count: number): string =>
  String.raw`\s{0,4}[[(]?\s{0,4}(?<${name}>${numberPattern}(?:\s{0,4},\s{0,4}${numberPattern}){${count - 1}})\s{0,4}[\])]?\s{0,4}`;

/** All repetitions are bounded, so that no text takes long. */
const tags = new RegExp(
  [
    String.raw`<obj>(?<name>[^<]{0,${maxNameCharacters}})</obj>`,
    String.raw`<box>${list('box', 4)}</box>`,
    String.raw`<point>${list('point', 2)}</point>`,
    String.raw`<t>\s{0,4}(?<sec>\d{1,6}(?:\.\d{1,6})?)\s{0,4}</t>`,
  ].join('|'),
  'giu',
);
/** What may stand between the tags of one place: "at", "s", commas, blanks. */
const between = /^[\s,;:]{0,8}(?:(?:at|and|s)[\s,;:]{0,8}){0,3}$/iu;
const mostBetween = 40;

/**
 * Open-o3 Video's places: `<obj>name</obj><box>[left,top,right,bottom]</box>at<t>seconds</t>s`; several boxes may follow one name, and one
 * time stands for all before it. A `<point>` is read alike.
 */
export function taggedPlaces(text: string): WrittenPlace[] {
  const places: WrittenPlace[] = [];
  let name = '';
  let open: Omit<WrittenPlace, 'text'>[] = [];
  let start = 0;
  let end = 0;
  const close = (sec?: number) => {
    for (const place of open)
      places.push({
        ...place,
        sec,
        text: text.slice(place.start, Math.min(end, place.start + maxTextCharacters)),
      });
    open = [];
  };
  for (const match of text.matchAll(tags)) {
    if (match.index - end > mostBetween || !between.test(text.slice(end, match.index))) {
      close();
      name = '';
    }
    end = match.index + match[0].length;
    const { name: named, sec, box, point } = match.groups ?? {};
    if (named !== undefined) {
      close();
      name = named.trim();
      start = match.index;
    } else if (sec !== undefined) {
      close(Number(sec));
    } else {
      open.push({ name, numbers: readNumbers(box ?? point ?? ''), start: name === '' ? match.index : start });
    }
  }
  close();
  return places;
}
