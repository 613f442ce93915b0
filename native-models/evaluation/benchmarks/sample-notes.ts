import type { SampleNote } from './benchmark.ts';
import type { SampleDraft } from './data-set.ts';

/** What is odd about a sample's truth and options. */
export function sampleNotes(draft: SampleDraft): SampleNote[] {
  const notes: SampleNote[] = [];
  const { durationSec, options = [] } = draft;
  for (const [startSec, endSec] of draft.spans ?? []) {
    if (endSec < startSec) notes.push({ kind: 'span-inverted', detail: `${startSec}–${endSec} s` });
    if (
      durationSec !== undefined &&
      (Math.max(startSec, endSec) > durationSec || Math.min(startSec, endSec) < 0)
    ) {
      notes.push({
        kind: 'span-beyond-duration',
        detail: `${startSec}–${endSec} s in a video of ${durationSec} s`,
      });
    }
  }
  const repeated = options.find((option, index) => options.indexOf(option) !== index);
  if (repeated !== undefined) notes.push({ kind: 'repeated-options', detail: `"${repeated}" occurs again` });
  if (draft.answer !== undefined && options.length > 0 && draft.answerLetter === undefined) {
    notes.push({ kind: 'answer-not-among-options', detail: `"${draft.answer}" is none of the options` });
  }
  return notes;
}
