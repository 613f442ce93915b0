import path from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { programPath, type ShellKind } from './shells/find-shells.ts';
import type { Shell } from './shells/shell.ts';

const example = path.join(programPath, 'assets', 'example');

/** Half-way through a change of colours or of opacity nothing has its contrast; what goes on for ever (a spinner) may go on. */
const nothingFades = `document.getAnimations().every((each) =>
  each.playState !== 'running' || each.effect.getComputedTiming().endTime === Infinity)`;

/** The program as a person sees it: what can be read off its window and done with it, in words of the window. */
export class App {
  readonly #shell: Shell;
  /** What the page complained about: errors of scripts, refusals of the content security policy. */
  readonly problems: readonly string[];

  constructor(shell: Shell, problems: readonly string[]) {
    this.#shell = shell;
    this.problems = problems;
  }

  get kind(): ShellKind {
    return this.#shell.kind;
  }

  get page(): Page {
    return this.#shell.page;
  }

  get processId(): number {
    return this.#shell.processId;
  }

  /** From the first window to the demo clip with its question. */
  async startDemo(): Promise<void> {
    await this.page.getByRole('button', { name: 'Start the demo' }).click();
    await expect(this.question).not.toBeEmpty();
    await expect(this.askButton).toBeEnabled();
  }

  /** From the first window to the toy, taken as a person's own folder: small, with all four roles. */
  async startToy(video = path.join(example, 'clip.mp4')): Promise<void> {
    await this.#shell.chooseFiles([path.join(example, 'package')], () =>
      this.page.getByRole('button', { name: 'Choose a folder…' }).click(),
    );
    await this.addVideos([video]);
    await this.question.fill('Which shape moves to the right?');
    await expect(this.askButton).toBeEnabled();
  }

  async restart(): Promise<void> {
    await this.#shell.restart();
  }

  /** Adds files to the project through the file dialog. */
  async addVideos(paths: readonly string[]): Promise<void> {
    const library = this.page.getByRole('complementary', { name: 'Library' });
    await this.#shell.chooseFiles(paths, () =>
      library.getByRole('button', { name: 'Add videos…' }).first().click(),
    );
  }

  /** Lets the file dialog that `open` brings up give these paths. */
  async chooseFiles(paths: readonly string[], open: () => Promise<void>): Promise<void> {
    await this.#shell.chooseFiles(paths, open);
  }

  /** Has `write` write a file, and where the page `offered` it as a link, saves that; gives the path of the file. */
  async saveFile(write: () => Promise<void>, offered?: Locator): Promise<string> {
    return this.#shell.saveFile(write, offered);
  }

  get question(): Locator {
    return this.page.getByRole('textbox', { name: 'Question', exact: true });
  }

  get askButton(): Locator {
    return this.page.getByRole('tabpanel', { name: 'Ask' }).getByRole('button', { name: /^Ask/ });
  }

  /** Shows the window in a theme; done when no colour is on its way any more. */
  async showIn(theme: 'dark' | 'light'): Promise<void> {
    await this.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    await expect(this.page.locator('html')).toHaveAttribute('data-theme', theme);
    await expect.poll(() => this.page.evaluate(nothingFades)).toBe(true);
  }

  /** The window as a file, with nothing lit up under the pointer and every picture there. */
  async takePicture(file: string): Promise<void> {
    const { page } = this;
    await expect
      .poll(() => page.evaluate('[...document.images].every((image) => image.complete)'))
      .toBe(true);
    const strip = this.timeline.locator('canvas[data-pictures]');
    if ((await strip.count()) > 0) {
      await expect(strip).toHaveAttribute('data-pictures', 'complete');
      await expect(strip).toHaveAttribute('data-sound', 'complete');
    }
    await page.mouse.move(620, 4);
    await page.screenshot({ path: file, animations: 'disabled' });
  }

  /** What stands in the panel on the right. */
  panel(name: 'Ask' | 'Run' | 'Review' | 'Compare'): Locator {
    return this.page.getByRole('tabpanel', { name });
  }

  async openPanel(name: 'Ask' | 'Run' | 'Review' | 'Compare'): Promise<Locator> {
    await this.page.getByRole('tablist', { name: 'Questions and review' }).getByRole('tab', { name }).click();
    return this.panel(name);
  }

  /**
   * Puts the question that stands there; done when its run is shown. The program opens the panel of runs by itself then:
   * whoever opens it sooner may find the run before.
   */
  async ask(question?: string): Promise<Locator> {
    await this.openPanel('Ask');
    if (question !== undefined) await this.question.fill(question);
    await this.askButton.click();
    await expect(this.panel('Run')).toBeVisible();
    return this.panel('Run');
  }

  get answer(): Locator {
    return this.panel('Run').getByRole('region', { name: 'Answer', exact: true });
  }

  /** The moment that proves the answer. */
  get citation(): Locator {
    return this.answer.getByRole('button', { name: /^Go to/ });
  }

  /** Rows of the table of candidates, best first. */
  get candidates(): Locator {
    return this.panel('Run')
      .getByRole('region', { name: 'Candidate moments' })
      .getByRole('row', { name: /Go to/ });
  }

  get player(): Locator {
    return this.page.getByRole('region', { name: 'Player', exact: true });
  }

  get timeline(): Locator {
    return this.page.getByRole('region', { name: 'Timeline', exact: true });
  }

  /** The moments of the timeline, as screen readers find them. */
  get moments(): Locator {
    return this.timeline.getByRole('listbox', { name: 'Moments on the timeline' }).getByRole('option');
  }

  /** Where the player says it is, in seconds. */
  async playerSec(): Promise<number> {
    const text = await this.player.getByTestId('player-time').innerText();
    return text.split(':').reduce((sum, part) => 60 * sum + Number(part), 0);
  }

  /** Where the media element really is, on its own clock, with nothing under way. */
  async mediaSec(): Promise<number> {
    return this.page.evaluate<number>(
      `(() => { const video = document.querySelector('video'); return video.seeking ? -1 : video.currentTime; })()`,
    );
  }

  /** Presses keys as the keyboard map names them, with the focus in no field. */
  async press(keys: string): Promise<void> {
    await this.page.evaluate('document.activeElement?.blur()');
    await this.page.keyboard.press(keys);
  }
}
