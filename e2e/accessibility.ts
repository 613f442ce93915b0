import { AxeBuilder } from '@axe-core/playwright';
import { expect } from '@playwright/test';
import type { App } from './app.ts';

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** How a screen is looked at. */
export interface Look {
  /** A selector of the part that is looked at; default: all that is shown. */
  readonly within?: string;
  /** Said with what is found. */
  readonly name?: string;
  /** Done in each theme, once it is looked at. */
  readonly then?: (theme: 'dark' | 'light') => Promise<void>;
}

/** Looks at what is shown in both themes: axe finds nothing (WCAG 2.2 A and AA). */
export async function expectAccessible(
  app: App,
  { within, name = '', then = () => Promise.resolve() }: Look = {},
): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await app.showIn(theme);
    // A desktop program's window cannot open another page, which axe would finish its work in. We embed no pages.
    const axe = new AxeBuilder({ page: app.page }).setLegacyMode(app.kind === 'electron');
    if (within !== undefined) axe.include(within);
    // Of a theme only the colours differ: for a whole screen the other rules are asked once.
    if (theme === 'dark' || within !== undefined) axe.withTags(rules);
    else axe.withRules(['color-contrast']);
    const { violations } = await axe.analyze();
    const found = violations.map(({ id, nodes }) => ({
      id,
      where: nodes.map(({ html }) => html.slice(0, 200)),
    }));
    expect.soft(found, `${name}, ${theme}`).toEqual([]);
    await then(theme);
  }
}
