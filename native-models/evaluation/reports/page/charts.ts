import { escapeMarkup } from '../../../annotation-forms/escape-markup.ts';
import type { EvalReport, WorstCase } from '../../../protocol/eval-report.ts';
import { seconds } from './markup.ts';

/** Inline SVG drawings, coloured by the page's variables so that they follow its theme. */

const plot = { left: 44, top: 10, width: 300, height: 220 } as const;
const colours = ['var(--one)', 'var(--two)', 'var(--three)'];

const x = (share: number): number => plot.left + share * plot.width;
const y = (share: number): number => plot.top + (1 - share) * plot.height;

/** Recall against overlap, one line for each number of guesses. */
export function recallChart(curves: EvalReport['curves']): string {
  if (curves.length === 0) return '';
  const lines = curves.map(({ points }, index) => {
    const path = points.map(({ overlap, recall }) => `${x(overlap)},${y(recall / 100)}`).join(' ');
    return `<polyline points="${path}" fill="none" stroke="${colours[index] ?? ''}" stroke-width="2"/>`;
  });
  const legend = curves.map(
    ({ name }, index) =>
      `<span><i style="background:${colours[index] ?? ''}"></i>${escapeMarkup(name)}</span>`,
  );
  return `<div>${frame('IoU', 'recall, %', lines.join(''), 'Recall against overlap')}<div class="legend">${legend.join('')}</div></div>`;
}

/** Hit rate against the verifier's score; a dot's area follows the candidates in it, the diagonal is perfect. */
export function calibrationChart(calibration: EvalReport['calibration']): string {
  if (calibration === undefined) return '';
  const most = Math.max(1, ...calibration.bins.map(({ candidates }) => candidates));
  const diagonal = `<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="var(--faint)" stroke-dasharray="4 4"/>`;
  const dots = calibration.bins
    .filter(({ candidates }) => candidates > 0)
    .map(({ score, hits, candidates }) => {
      const radius = 3 + 9 * Math.sqrt(candidates / most);
      const title = `<title>score ${score.toFixed(2)}: ${(hits * 100).toFixed(1)} % of ${candidates} candidates hit</title>`;
      return `<circle cx="${x(score)}" cy="${y(hits)}" r="${radius.toFixed(1)}" fill="var(--band)" stroke="var(--one)">${title}</circle>`;
    });
  return frame('verifier’s score', 'hits, %', diagonal + dots.join(''), 'Calibration of the verifier');
}

function frame(xName: string, yName: string, content: string, title: string): string {
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const grid = ticks.map(
    (tick) =>
      `<line x1="${x(0)}" x2="${x(1)}" y1="${y(tick)}" y2="${y(tick)}" stroke="var(--line)"/>` +
      `<text x="${x(0) - 6}" y="${y(tick) + 4}" text-anchor="end">${tick * 100}</text>` +
      `<text x="${x(tick)}" y="${y(0) + 16}" text-anchor="middle">${tick}</text>`,
  );
  const names =
    `<text x="${x(0.5)}" y="${y(0) + 34}" text-anchor="middle">${escapeMarkup(xName)}</text>` +
    `<text transform="translate(11 ${y(0.5)}) rotate(-90)" text-anchor="middle">${escapeMarkup(yName)}</text>`;
  const [width, height] = [plot.left + plot.width + 12, plot.top + plot.height + 42];
  return `<svg role="img" aria-label="${escapeMarkup(title)}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${grid.join('')}${content}${names}</svg>`;
}

/** A figure's 95 % range on a scale of 0 to 100, published values as ticks. */
export function rangeStrip(figure: EvalReport['figures'][number]): string {
  const { value, lowest = value, highest = value, published } = figure;
  const at = (percent: number): number => 5 + (Math.min(100, Math.max(0, percent)) / 100) * 150;
  const ticks = published.map(
    ({ model, value: one }) =>
      `<line x1="${at(one)}" x2="${at(one)}" y1="2" y2="18" stroke="var(--two)"><title>${escapeMarkup(model)}: ${one}</title></line>`,
  );
  return (
    `<svg role="img" aria-label="${value.toFixed(1)}, range ${lowest.toFixed(1)} to ${highest.toFixed(1)}" width="160" height="20">` +
    '<line x1="2" x2="158" y1="10" y2="10" stroke="var(--line)"/>' +
    `<line x1="${at(lowest)}" x2="${at(highest)}" y1="10" y2="10" stroke="var(--one)" stroke-width="5" stroke-opacity=".45"/>` +
    `${ticks.join('')}<circle cx="${at(value)}" cy="10" r="4" fill="var(--one)"/></svg>`
  );
}

/** The whole video as a line: true moments above it, the guess below. */
export function momentStrip({ durationSec, truths, guess }: WorstCase): string {
  if (durationSec === undefined || durationSec <= 0 || truths.length === 0) return '';
  const at = (time: number): number => 1 + (Math.min(durationSec, Math.max(0, time)) / durationSec) * 358;
  const block = (
    [start, end]: readonly [number, number],
    top: number,
    colour: string,
    name: string,
  ): string =>
    `<rect x="${at(start)}" y="${top}" width="${Math.max(2, at(end) - at(start))}" height="7" rx="2" fill="${colour}"><title>${name}: ${seconds(start)} – ${seconds(end)}</title></rect>`;
  const blocks = [
    ...truths.map((span) => block(span, 1, 'var(--three)', 'true')),
    ...(guess === undefined ? [] : [block(guess, 14, 'var(--two)', 'found')]),
  ];
  return `<svg role="img" aria-label="true and found moments" viewBox="0 0 360 22" width="360" height="22"><line x1="1" x2="359" y1="11" y2="11" stroke="var(--line)"/>${blocks.join('')}</svg>`;
}
