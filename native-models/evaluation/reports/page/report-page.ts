import { escapeMarkup } from '../../../annotation-forms/escape-markup.ts';
import { breakdownColumns, breakdownValues, rangeNote } from '../../../protocol/eval-report.ts';
import type { BreakdownRow, EvalReport, Figure, ToolUse, WorstCase } from '../../../protocol/eval-report.ts';
import { calibrationChart, momentStrip, rangeStrip, recallChart } from './charts.ts';
import { framesBlock, htmlTable, percent, seconds, section } from './markup.ts';
import type { ScoredSample } from '../scored-samples.ts';
import { pageStyle } from './page-style.ts';
import { samplesSection } from './samples-section.ts';

/** The report as one HTML page that needs nothing else: no scripts, no fonts, pictures inside. */
export function reportPage(report: EvalReport, samples: readonly ScoredSample[]): string {
  const title = `${report.benchmark}: evaluation`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeMarkup(title)}</title><style>${pageStyle}</style></head><body>
<header><h1>${escapeMarkup(title)}</h1>${facts(report)}${doubtBox(report)}</header>
${section('Figures', figureNote(report), figureTable(report.figures))}
${toolSection(report.toolUse)}
${curvesSection(report)}
${section('By length of the true moment', 'Short moments are the hard ones.', breakdown(report.byMomentLength))}
${section('By place of the true moment', 'Where in the video its middle lies.', breakdown(report.byMomentPosition))}
${section('By category', 'As the annotations divide the samples.', breakdown(report.byCategory))}
${worstSection(report.worstCases)}
${samplesSection(samples)}
</body></html>
`;
}

function facts({ facts: known, score }: EvalReport): string {
  const { coverage } = score;
  const entries: readonly (readonly [string, string | undefined])[] = [
    ['Model', known.model],
    ['Precision', known.precision],
    ['Device', known.device],
    ['Roles', known.roles?.join(', ')],
    ['Split', known.split],
    ['Samples', String(coverage.samples)],
    ['Moments scored', coverage.grounding.scored > 0 ? String(coverage.grounding.scored) : undefined],
    ['Answers scored', coverage.answers.scored > 0 ? String(coverage.answers.scored) : undefined],
  ];
  const items = entries.flatMap(([name, value]) =>
    value === undefined ? [] : [`<div><dt>${name}</dt><dd>${escapeMarkup(value)}</dd></div>`],
  );
  return `<dl>${items.join('')}</dl>`;
}

function doubtBox({ trustworthy, doubts }: EvalReport): string {
  if (doubts.length === 0) return '';
  const items = doubts.map(({ message }) => `<p>${escapeMarkup(message)}</p>`).join('');
  const title = trustworthy ? 'To be known:' : 'Do not quote these figures before this is looked into.';
  return `<div class="doubt"><strong>${title}</strong>${items}</div>`;
}

function figureNote({ figures, resamples }: EvalReport): string {
  const resampled = `In percent. The range holds 95 % of ${resamples} resampled runs (bootstrap over samples).`;
  const ranges = [resampled, rangeNote(figures) ?? ''].join(' ').trimEnd();
  const isPublished = figures.some(({ published }) => published.length > 0);
  return isPublished
    ? `${ranges} Orange ticks are published values; where documents disagree, all of them are shown.`
    : `${ranges} Nothing is published for this benchmark.`;
}

function figureTable(figures: readonly Figure[]): string {
  if (figures.length === 0) return '<p>There is nothing to score.</p>';
  const models = [...new Set(figures.flatMap(({ published }) => published.map(({ model }) => model)))].sort();
  const rows = figures.map((figure) => [
    escapeMarkup(figure.name),
    `<strong>${percent(figure.value)}</strong>`,
    figure.lowest === undefined || figure.highest === undefined
      ? '–'
      : `${percent(figure.lowest)} – ${percent(figure.highest)}`,
    rangeStrip(figure),
    String(figure.samples),
    ...models.map((model) => publishedCell(figure, model)),
  ]);
  return htmlTable(['Measure', 'This run', '95 % range', '', 'Samples', ...models], rows);
}

function publishedCell({ published }: Figure, model: string): string {
  const values = published.filter((one) => one.model === model);
  const text = values.map(
    ({ value, sources }) => `<span title="${escapeMarkup(sources.join(', '))}">${percent(value)}</span>`,
  );
  return text.length === 0 ? '–' : text.join(' / ');
}

function curvesSection(report: EvalReport): string {
  const { curves, calibration } = report;
  const parts = [
    curves.length === 0
      ? ''
      : `<div><h2>Recall against overlap</h2><p class="note">Samples of which one of the first 1, 3, 5 moments reaches an IoU.</p>${recallChart(curves)}</div>`,
    calibration === undefined
      ? ''
      : `<div><h2>What the verifier’s score is worth</h2><p class="note">On the dashed line a score says how often its candidate hits (IoU ≥ 0.5). Mean distance: ${(calibration.error * 100).toFixed(1)} points.</p>${calibrationChart(calibration)}</div>`,
  ];
  return parts.every((part) => part === '') ? '' : `<div class="charts">${parts.join('')}</div>`;
}

function toolSection(use: ToolUse | undefined): string {
  if (use === undefined) return '';
  const note = `Of ${use.samples} ${use.samples === 1 ? 'question that was' : 'questions that were'} asked with tools. A stretch overlaps the truth if any of a true moment was looked at.`;
  const rows = use.measures.map(({ name, value, unit }) => [
    escapeMarkup(name),
    unit === 'percent' ? barCell(value) : value.toFixed(2),
  ]);
  return section('Tools', note, htmlTable(['', 'This run'], rows));
}

function breakdown(rows: readonly BreakdownRow[]): string {
  if (rows.length === 0) return '';
  const values = rows.map(breakdownValues);
  const columns = breakdownColumns(rows);
  return htmlTable(
    ['', 'Samples', ...columns],
    rows.map((row, index) => [
      escapeMarkup(row.name),
      String(row.samples),
      ...columns.map((column) => {
        const value = values[index]?.[column];
        return value === undefined ? '–' : barCell(value);
      }),
    ]),
  );
}

function barCell(value: number): string {
  return `<span class="track"><span class="bar" style="width:${value.toFixed(1)}%"></span></span><span>${percent(value)}</span>`;
}

function worstSection(cases: readonly WorstCase[]): string {
  const note = 'Failures first, then the least overlap; each video once. Green: true, orange: found.';
  const articles = cases.map(worstArticle).join('');
  return section('Worst cases', note, cases.length === 0 ? '' : `<div class="cases">${articles}</div>`);
}

function worstArticle(one: WorstCase): string {
  const { text, video, truths, guess, iou, reply, answer, error, frames } = one;
  const span = ([start, end]: readonly [number, number]): string => `${seconds(start)} – ${seconds(end)}`;
  const lines = [
    ...(error === undefined ? [] : [`<span style="color:var(--bad)">${escapeMarkup(error)}</span>`]),
    ...(truths.length === 0 ? [] : [`True: ${truths.map(span).join(', ')}`]),
    ...(guess === undefined || error !== undefined
      ? []
      : [`Found: ${span(guess)}${iou === undefined ? '' : ` (IoU ${iou.toFixed(2)})`}`]),
    ...(reply === undefined ? [] : [`Reply: ${escapeMarkup(reply.slice(0, 200))}`]),
    ...(answer === undefined ? [] : [`Right: ${escapeMarkup(answer)}`]),
  ];
  return (
    `<article><h3>${escapeMarkup(text)}</h3><p class="note">${escapeMarkup(video)}</p>${momentStrip(one)}` +
    lines.map((line) => `<p>${line}</p>`).join('') +
    framesBlock(frames) +
    '</article>'
  );
}
