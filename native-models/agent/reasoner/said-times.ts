/** A time that a text names, in seconds as it says them; an instant starts and ends at once. */
export interface SaidTime {
  readonly startSec: number;
  readonly endSec: number;
  /** Both count back from the end: "the last 5 seconds" are from 5 to 0. */
  readonly fromEnd: boolean;
  /** The words, as they stand in the text. */
  readonly text: string;
}

/** A number in a text that may be a time. */
interface Mark {
  readonly start: number;
  readonly end: number;
  /** `bare` has no unit: a time only where the end of its range has one. */
  readonly kind: 'clock' | 'unit' | 'bare';
  readonly seconds: number;
}

/** Longer texts are read up to here; replies have a few ten thousand characters at most. */
const maxLength = 200_000;
const maxTimes = 200;

const number = String.raw`\d{1,6}(?:\.\d{1,6})?`;
const secondUnit = 's(?:ec(?:ond)?s?)?';
const minuteUnit = 'm(?:in(?:ute)?s?)?';
/** All repetitions are bounded, so that no text takes long. */
const markPattern = new RegExp(
  // Tags say where a time begins and ends, whatever stands beside them: "at<t>4.5</t>s".
  String.raw`<t>\s{0,4}(?<tagged>${number})\s{0,4}</t>(?:\s?${secondUnit}(?!\w))?` +
    String.raw`|(?<![\w.:])(?:` +
    String.raw`(?<clock>(?:\d{1,2}:)?\d{1,2}:[0-5]\d(?:\.\d{1,6})?)(?:\s?${secondUnit})?` +
    String.raw`|(?<minutes>${number})[\s-]?${minuteUnit}(?:[\s,]{0,2}(?:and\s)?(?<rest>${number})[\s-]?${secondUnit})?` +
    String.raw`|(?<seconds>${number})[\s-]?${secondUnit}` +
    String.raw`|(?<bare>${number})` +
    String.raw`)(?![\w:]|\.\d)`,
  'giu',
);
/** What may stand between the two ends of a range. */
const connector =
  /^[\s<>[\]()"“”*]{0,4}(-|–|—|−|~|\.{2,3}|…|to|until|till|through|up to|and)[\s<>[\]()"“”*]{0,4}$/iu;
const durationBefore =
  /\b(?:for|lasts?|lasted|lasting|takes?|took|within|every|another|next|only|over)\s(?:about|around|roughly|almost|nearly|approximately|just|the|a)?\s?$/iu;
const durationAfter =
  /^\s?(?:long|later|earlier|before|after|each|apart|ago|of|per|duration|in length|clips?|videos?|intervals?)\b/iu;

/**
 * The times that a text names, in order, each once: instants ("at 12.5 s", "<12.5 seconds>", "01:05") and ranges ("from 12.5 s
 * to 20 s", "[00:12–00:20]", "between 3 and 7 seconds", "the first 10 seconds"). Lengths of time ("for 5 seconds",
 * "5 seconds later") are none.
 */
export function saidTimes(text: string): SaidTime[] {
  const read = text.slice(0, maxLength);
  const marks = findMarks(read);
  const times: SaidTime[] = [];
  const known = new Set<string>();
  for (let index = 0; index < marks.length && times.length < maxTimes; index++) {
    const mark = marks[index];
    const next = marks[index + 1];
    if (mark === undefined) break;
    const range = next === undefined ? undefined : asRange(read, mark, next);
    const time = range ?? asInstant(read, mark);
    if (range !== undefined) index++;
    if (time === undefined) continue;
    const key = `${time.startSec} ${time.endSec} ${time.fromEnd}`;
    if (!known.has(key)) times.push(time);
    known.add(key);
  }
  return times;
}

function findMarks(text: string): Mark[] {
  return Array.from(text.matchAll(markPattern), (match): Mark => {
    const { clock, minutes, rest, seconds = match.groups?.['tagged'], bare } = match.groups ?? {};
    const place = { start: match.index, end: match.index + match[0].length };
    if (clock !== undefined) return { ...place, kind: 'clock', seconds: clockSeconds(clock) };
    if (minutes !== undefined)
      return { ...place, kind: 'unit', seconds: Number(minutes) * 60 + Number(rest ?? 0) };
    if (seconds !== undefined) return { ...place, kind: 'unit', seconds: Number(seconds) };
    return { ...place, kind: 'bare', seconds: Number(bare) };
  });
}

function clockSeconds(clock: string): number {
  return clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** "12–20 s": the first may leave its unit to the second. "and" makes a range only after "between". */
function asRange(text: string, first: Mark, second: Mark): SaidTime | undefined {
  const word = connector.exec(text.slice(first.end, second.start))?.[1]?.toLowerCase();
  if (word === undefined || second.kind === 'bare') return undefined;
  if (first.kind === 'bare' && second.kind === 'clock') return undefined;
  const before = text.slice(Math.max(0, first.start - 24), first.start);
  if (word === 'and' && !/\bbetween[\s<[("“]{1,4}(?:about |around )?$/iu.test(before)) return undefined;
  if (first.seconds > second.seconds) return undefined;
  const said = { startSec: first.seconds, endSec: second.seconds, fromEnd: false };
  return { ...said, text: text.slice(first.start, second.end) };
}

function asInstant(text: string, mark: Mark): SaidTime | undefined {
  if (mark.kind === 'bare') return undefined;
  const before = text.slice(Math.max(0, mark.start - 32), mark.start);
  const said = { text: text.slice(mark.start, mark.end), fromEnd: false };
  const { seconds } = mark;
  if (mark.kind === 'unit') {
    if (/\bfirst\s$/iu.test(before)) return { ...said, startSec: 0, endSec: seconds };
    if (/\b(?:last|final)\s$/iu.test(before)) return { ...said, startSec: seconds, endSec: 0, fromEnd: true };
    if (durationBefore.test(before) || durationAfter.test(text.slice(mark.end, mark.end + 16)))
      return undefined;
  }
  return { ...said, startSec: seconds, endSec: seconds };
}
