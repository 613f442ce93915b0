import { escapeMarkup } from '../../../annotation-forms/escape-markup.ts';
import type { WorstCase } from '../../../protocol/eval-report.ts';

/** A percentage with one decimal. */
export function percent(value: number): string {
  return value.toFixed(1);
}

/** Seconds with one decimal. */
export function seconds(value: number): string {
  return `${value.toFixed(1)} s`;
}

/** A section with a heading and a line that says how to read it; nothing without content. */
export function section(title: string, explanation: string, content: string): string {
  if (content === '') return '';
  return `<section><h2>${escapeMarkup(title)}</h2><p class="note">${escapeMarkup(explanation)}</p>${content}</section>`;
}

/** A table; cells are HTML, the first column is text and the others are numbers. */
export function htmlTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: 'th' | 'td', values: readonly string[]): string =>
    values.map((value) => `<${tag}>${value}</${tag}>`).join('');
  const body = rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('');
  return `<div class="scroll"><table><thead><tr>${cells('th', headings.map(escapeMarkup))}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** Labelled pictures beside each other; nothing without any. */
export function framesBlock(frames: WorstCase['frames']): string {
  const pictures = frames.map(
    ({ label, url }) =>
      `<figure><img src="${url}" alt="${escapeMarkup(label)}"><figcaption>${escapeMarkup(label)}</figcaption></figure>`,
  );
  return pictures.length === 0 ? '' : `<div class="frames">${pictures.join('')}</div>`;
}
