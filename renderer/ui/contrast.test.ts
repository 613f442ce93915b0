import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const dark = tokensOf(css.slice(css.indexOf(':root {'), css.indexOf(":root[data-theme='light']")));
const light = { ...dark, ...tokensOf(css.slice(css.indexOf(":root[data-theme='light']"))) };

const surfaces = ['ground', 'pane', 'raised', 'hover', 'float'].map((name) => `--surface-${name}`);
const texts = ['--text', '--text-muted', '--text-faint', '--accent', '--good', '--warn', '--bad'].concat(
  ['planner', 'grounder', 'verifier', 'answerer', 'reasoner'].map((role) => `--role-${role}`),
  Array.from({ length: 8 }, (_, index) => `--label-${index}`),
);

describe.each([
  ['dark', dark],
  ['light', light],
])('%s theme', (_, tokens) => {
  test.each(texts)('%s is readable on every surface (WCAG AA, 4.5:1)', (text) => {
    for (const surface of surfaces)
      expect(contrast(tokens, text, surface), surface).toBeGreaterThanOrEqual(4.5);
  });

  test('text on the accent, and coloured text on its soft ground, is readable', () => {
    expect(contrast(tokens, '--text-on-accent', '--accent')).toBeGreaterThanOrEqual(4.5);
    for (const name of ['accent', 'good', 'warn', 'bad']) {
      expect(contrast(tokens, `--${name}`, `--${name}-soft`), name).toBeGreaterThanOrEqual(4.5);
      expect(contrast(tokens, '--text', `--${name}-soft`), name).toBeGreaterThanOrEqual(4.5);
    }
  });

  test('borders of controls and the focus ring stand out (3:1)', () => {
    for (const line of ['--border-control', '--focus']) {
      for (const surface of surfaces)
        expect(contrast(tokens, line, surface), surface).toBeGreaterThanOrEqual(3);
    }
  });
});

function tokensOf(block: string): Record<string, string> {
  return Object.fromEntries(
    [...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map((match) => [match[1], match[2]]),
  ) as Record<string, string>;
}

/** WCAG 2.2, contrast ratio. */
function contrast(tokens: Record<string, string>, first: string, second: string): number {
  const [bright, faint] = [luminance(tokens[first]), luminance(tokens[second])].toSorted((a, b) => b - a) as [
    number,
    number,
  ];
  return (bright + 0.05) / (faint + 0.05);
}

function luminance(color: string | undefined): number {
  if (color === undefined) throw new Error('a token is missing');
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
