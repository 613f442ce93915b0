import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expectAccessible } from '../accessibility.ts';
import type { App } from '../app.ts';
import { programPath } from '../shells/find-shells.ts';
import { expect, test } from '../test.ts';

const example = path.join(programPath, 'assets', 'example');

test('what two people changed differently is told before a project file is taken over, and each difference is decided', async ({
  app,
  folder,
}) => {
  await app.startToy();
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  const review = await app.openPanel('Review');
  for (const key of ['i', 'Shift+ArrowRight', 'o', 'Enter']) await app.press(key);
  await expect(app.moments).toHaveCount(1);
  const words = review.getByRole('textbox', { name: 'What is to be seen' });
  await words.fill('A square rises');
  await words.press('Tab');
  await expect(app.moments.first()).toContainText('A square rises');
  const file = path.join(folder, 'other.videomind');
  await copyFile(await app.saveFile(() => projectMenu(app, 'Save as project file…')), file);
  await words.press('Escape');
  await app.press('Control+z');
  await expect(words).toHaveValue('');
  await words.fill('A blue square rises');
  await words.press('Tab');
  await expect(app.moments.first()).toContainText('A blue square rises');

  await takeProject(app, file);
  const dialog = app.page.getByRole('dialog', { name: 'Open project file' });
  await expect(dialog).toContainText('is here already');
  await expect(dialog).toContainText('1 thing was changed on both sides');
  await expectAccessible(app, { within: '[role=dialog]', name: 'preview' });
  await dialog.getByRole('button', { name: 'Merge' }).click();

  const differences = app.page.getByRole('dialog', { name: 'Differences' });
  const row = differences.getByRole('row', { name: /^Words/u });
  await expect(row).toContainText('A blue square rises');
  await expect(row).toContainText('A square rises');
  await expectAccessible(app, { within: '[role=dialog]', name: 'differences' });
  await differences.getByRole('button', { name: /^Take over/u }).click();
  await expect(differences).toContainText('There is nothing to decide.');
  await app.page.keyboard.press('Escape');
  await expect(app.moments.first()).toContainText('A square rises');
  await expect(words).toHaveValue('A square rises');

  // What was decided is not asked again.
  await takeProject(app, file);
  await expect(dialog).toContainText('Nothing in it is new.');
});

test('the samples of an evaluation open one by one, right or wrong, beside the truth', async ({
  app,
  folder,
}) => {
  await app.startToy();
  const run = await evaluationRun(path.join(folder, 'run'), path.join(folder, 'sets'));
  await app.chooseFiles([run], () => projectMenu(app, 'Open evaluation run…'));
  const dialog = app.page.getByRole('dialog', { name: 'Open evaluation run' });
  await expect(dialog).toContainText('Each sample becomes a question');
  await expectAccessible(app, { within: '[role=dialog]', name: 'evaluation' });
  await dialog.getByRole('button', { name: 'Open' }).click();

  const row = (words: string) => app.page.getByRole('row').filter({ hasText: words });
  await expect(row('Which shape is red?')).toContainText('Accepted');
  await expect(row('Which shape rises?')).toContainText('Rejected');
  await expect(row('Which shape rises?')).toContainText('Right: A: the square');
  await row('Which shape rises?').getByText('Which shape rises?').dblclick();
  await expect(app.page.getByText('the circle').first()).toBeVisible();
  await expect(app.player.getByRole('button', { name: 'Play', exact: true })).toBeEnabled();
  await expect(app.page.getByText('Truth', { exact: true }).first()).toBeVisible();
});

/** A run of two samples, as `eval run own` leaves it. */
async function evaluationRun(folder: string, dataDir: string): Promise<string> {
  await mkdir(path.join(folder, 'predictions'), { recursive: true });
  await mkdir(dataDir, { recursive: true });
  await copyFile(path.join(example, 'clip.mp4'), path.join(dataDir, 'film.mp4'));
  const samples = [
    ['Which shape rises?', 'the circle'],
    ['Which shape is red?', 'the square'],
  ].map(([question = '', said = ''], index) => {
    const id = String(index);
    const video = { path: '/film.mp4', durationSec: 10, fps: 10, totalFrames: 100, width: 64, height: 48 };
    const moment = { startSec: 2, endSec: 5 };
    const prediction = {
      ...{ id, video_path: 'data/film.mp4', duration: 10, question, task: 'shapes' },
      ...{ options: ['the square', 'the circle'], answer: 'the square', ans: 'A', response: said },
      ...{ span: [[1, 4]], pred: [[2, 5]], conf: [0.9] },
    };
    const record = {
      ...{ schemaVersion: 1, question, roles: ['grounder', 'answerer'], precision: 'int8', device: 'cpu' },
      ...{ model: { name: 'toy', path: '/toy', checksum: 'c' }, video, moment },
      ...{ candidates: [{ ...moment, confidence: 0.9 }], answer: { text: said }, warnings: [] },
      ...{ timings: { totalSec: 1 }, tokens: {} },
    };
    return { id, index, prediction, timings: { totalSec: 1 }, record };
  });
  const settings = {
    ...{ benchmark: 'own', dataDir, asPublished: false, allowWithheldTruth: false, subtitles: false },
    ...{ roles: ['grounder', 'answerer'], shard: { index: 0, of: 1 } },
  };
  const model = {
    name: 'toy',
    path: '/toy',
    checksum: 'c',
    precision: 'int8',
    device: 'cpu',
    roles: [],
    toy: true,
  };
  const description = {
    ...{ schemaVersion: 1, title: 'Own annotations', split: 'test', settings, model, samples: 2, skipped: 0 },
    benchmarkSettings: { kind: 'grounded-answers', promptStyle: 'mcq', roundingUnitSec: 0.1 },
  };
  await writeFile(path.join(folder, 'run.json'), JSON.stringify(description));
  const lines = samples.map((sample) => `${JSON.stringify(sample)}\n`);
  await writeFile(path.join(folder, 'results.jsonl'), lines.join(''));
  const predictions = JSON.stringify(samples.map(({ prediction }) => prediction));
  await writeFile(path.join(folder, 'predictions', 'output.json'), predictions);
  return folder;
}

async function takeProject(app: App, file: string): Promise<void> {
  await app.chooseFiles([file], () => projectMenu(app, 'Open project file…'));
}

async function projectMenu(app: App, item: string): Promise<void> {
  await app.page.getByRole('button', { name: 'My project' }).click();
  await app.page.getByRole('menuitem', { name: item }).click();
}
