import { fixedText } from '../../python-text/format-text.ts';
import type { AskRequest } from '../../protocol/ask-request.ts';
import type { Followed } from '../../protocol/followed.ts';
import type { RunWarning } from '../../protocol/run-record.ts';
import type { Bounds } from '../shown/spans.ts';

/** Where a question that goes on from another looks, as its words say. */
export type Relation = 'before' | 'after' | 'there';

/** Shorter stretches show a model next to nothing: the whole is looked at then, in seconds. */
const leastSec = 1;

/** The words of questions that mean the stretch before, behind or at the moment that was found. */
const wordsOf: Readonly<Record<Relation, RegExp>> = {
  before:
    /\b(?:before (?:that|this|it|then)|right before|just before|beforehand|earlier|previously|leading up to (?:that|this|it))\b/iu,
  after:
    /\b(?:after (?:that|this|it|wards?)|afterwards?|and then|then what|what then|next|later(?: on)?|subsequently|following (?:that|this))\b/iu,
  there:
    /\b(?:at (?:that|this) (?:moment|time|point)|in (?:that|this) (?:moment|scene|part)|during (?:that|this|it)|meanwhile|while (?:that|this) happens)\b/iu,
};

/** How a question relates to the moment before it; undefined where its words do not say. */
export function relationOf(question: string): Relation | undefined {
  return (['before', 'after', 'there'] as const).find((relation) => wordsOf[relation].test(question));
}

/**
 * The stretch that a question is asked about when it goes on from another: "after that" is what lies behind the moment that
 * was found, "before that" what lies before it. All of it where its words do not say, or next to nothing would be left.
 */
export function followedBounds(question: string, followed: Followed | undefined, bounds: Bounds): Bounds {
  const moment = followed?.moment;
  const relation = moment === undefined ? undefined : relationOf(question);
  if (moment === undefined || relation === undefined) return bounds;
  const within = (sec: number) => Math.min(bounds.endSec, Math.max(bounds.startSec, sec));
  const meant = {
    before: { startSec: bounds.startSec, endSec: within(moment.startSec) },
    after: { startSec: within(moment.endSec), endSec: bounds.endSec },
    there: { startSec: within(moment.startSec), endSec: within(moment.endSec) },
  }[relation];
  return meant.endSec - meant.startSec < leastSec ? bounds : meant;
}

/** Says where a question was looked for that goes on from another, where that is a part only. */
export function followedRangeNote(
  { follows }: Pick<AskRequest, 'follows'>,
  bounds: Bounds,
  whole: Bounds,
): RunWarning | undefined {
  if (follows === undefined) return undefined;
  if (bounds.startSec === whole.startSec && bounds.endSec === whole.endSec) return undefined;
  const sec = (value: number) => fixedText(value, 1);
  return {
    code: 'FOLLOWED_RANGE',
    message: `As the question goes on from the one before, ${sec(bounds.startSec)} s to ${sec(bounds.endSec)} s of the video were looked at.`,
  };
}
