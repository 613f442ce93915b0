import { counted } from '../../../protocol/counted.ts';
import { escapeMarkup } from '../../../annotation-forms/escape-markup.ts';
import type { EvalComparison } from '../../../protocol/eval-report.ts';
import { framesBlock, htmlTable, seconds, section } from './markup.ts';
import { pageStyle } from './page-style.ts';

type Flipped = NonNullable<EvalComparison['flipped']>['samples'][number];

/** A comparison as one page that needs nothing else: the differences, and the samples that one run alone has right. */
export function comparePage(comparison: EvalComparison): string {
  const { benchmark, shared, figures, flipped, doubts } = comparison;
  const title = escapeMarkup(`${benchmark}: two runs compared`);
  const signed = (value: number): string => `${value >= 0 ? '+' : ''}${value.toFixed(1)}`;
  const rows = figures.map((figure) => [
    ...[escapeMarkup(figure.name), figure.a.toFixed(1), figure.b.toFixed(1), signed(figure.difference)],
    `${signed(figure.lowest)} … ${signed(figure.highest)}`,
    figure.pValue < 0.001 ? '&lt; 0.001' : figure.pValue.toFixed(3),
    figure.test,
  ]);
  const samples = flipped?.samples ?? [];
  const notes = doubts.map(({ run, message }) => `<p>${run}: ${escapeMarkup(message)}</p>`).join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${title}</title><style>${pageStyle}</style></head><body>
<header><h1>${title}</h1>${notes === '' ? '' : `<div class="doubt">${notes}</div>`}</header>
${section('Figures', `In percent, over the ${counted(shared, 'sample')} that both runs have.`, htmlTable(['Measure', 'A', 'B', 'B − A', '95 % range', 'p', 'Test'], rows))}
${section(
  'Right in one alone',
  `${samples.length} by ${flipped?.measure ?? 'any measure'}. Pictures are of the beginning and the middle of each moment.`,
  samples.length === 0 ? '' : `<div class="cases">${samples.map(flippedArticle).join('')}</div>`,
)}
</body></html>
`;
}

function flippedArticle({ id, text, video, right, truths, frames, ...said }: Flipped): string {
  const line = (run: 'A' | 'B'): string => {
    const moment = said[`moment${run}`];
    const parts = [said[`reply${run}`]?.slice(0, 300), moment === undefined ? undefined : span(moment)];
    const words = parts.filter((part) => part !== undefined).join(', ');
    return `<p>${run} ${right === run ? '✓' : '✗'}: ${escapeMarkup(words)}</p>`;
  };
  const truth = truths.length === 0 ? '' : `<p>True: ${truths.map(span).join(', ')}</p>`;
  return `<article><h3>${escapeMarkup(text)}</h3><p class="note">${escapeMarkup(`${id}, ${video}`)}</p>${line('A')}${line('B')}${truth}${framesBlock(frames)}</article>`;
}

function span([start, end]: readonly [number, number]): string {
  return `${seconds(start)} – ${seconds(end)}`;
}
