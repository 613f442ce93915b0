import { escapeMarkup } from '../../../annotation-forms/escape-markup.ts';
import { isRight } from '../scored-samples.ts';
import type { ScoredSample } from '../scored-samples.ts';
import { caseOf } from '../worst-cases.ts';
import { htmlTable, seconds, section } from './markup.ts';

/** So many lie behind one heading: a browser lays out what is opened and no more. */
const samplesPerPart = 250;
/** Longer texts are cut here; the predictions have all of them. */
const mostCharacters = 300;

/** Every sample of the run, in the order of their ids, in parts that open with a click. */
export function samplesSection(samples: readonly ScoredSample[]): string {
  const parts: string[] = [];
  for (let from = 0; from < samples.length; from += samplesPerPart) {
    const part = samples.slice(from, from + samplesPerPart);
    const wrong = part.filter((sample) => sign(sample) === '✗').length;
    const [first, last] = [part[0]?.id ?? '', part.at(-1)?.id ?? ''];
    const title = `${first}${part.length > 1 ? ` – ${last}` : ''}: ${part.length} ${part.length === 1 ? 'sample' : 'samples'}, ${wrong} wrong`;
    parts.push(`<details><summary>${escapeMarkup(title)}</summary>${samplesTable(part)}</details>`);
  }
  const note =
    'What was asked, said and right of each; a moment is right (✓) from half an overlap on, an answer if it is the right one.';
  return section('All samples', note, parts.join(''));
}

function samplesTable(samples: readonly ScoredSample[]): string {
  const rows = samples.map((sample) => {
    const { id, video, text, truths, guess, iou, reply, answer, error } = caseOf(sample);
    const found = guess === undefined || error !== undefined ? [] : [`${span(guess)}${overlap(iou)}`];
    return [
      `${cut(id)}<br><small>${cut(video)}</small>`,
      cut(text),
      [
        ...(error === undefined ? [] : [cut(error)]),
        ...(reply === undefined ? [] : [cut(reply)]),
        ...found,
      ].join('<br>'),
      [...(answer === undefined ? [] : [cut(answer)]), ...truths.map(span)].join('<br>'),
      sign(sample),
    ];
  });
  return `<div class="samples">${htmlTable(['Sample', 'Asked', 'Said and found', 'Right', ''], rows)}</div>`;
}

function sign(sample: ScoredSample): string {
  const right = isRight(sample);
  return right === undefined ? '' : right ? '✓' : '✗';
}

function span([start, end]: readonly [number, number]): string {
  return `${seconds(start)} – ${seconds(end)}`;
}

function overlap(iou: number | undefined): string {
  return iou === undefined ? '' : ` (IoU ${iou.toFixed(2)})`;
}

function cut(text: string): string {
  return escapeMarkup(text.length > mostCharacters ? `${text.slice(0, mostCharacters)} …` : text);
}
