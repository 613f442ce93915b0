import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { HubServer } from '../../electron/host/testing/hub-server.ts';
import { programPath } from '../shells/find-shells.ts';
import { expect, test } from '../test.ts';

const packPath = path.join(programPath, 'native-models/fixtures/pack-2b');

async function publish(hub: HubServer, repository: string, from: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(from, file).split(path.sep).join('/');
    hub.add(repository, name, await readFile(file), name.endsWith('.safetensors'));
  }
}

test('a model is downloaded from a mirror with a person’s own prompts, stopped, removed, begun again, and is there', async ({
  app,
}) => {
  test.slow();
  const hub = new HubServer();
  // A tiny checkpoint under the names of the published one.
  await publish(hub, 'Qwen/Qwen2-VL-2B-Instruct', path.join(packPath, 'base'));
  await publish(hub, 'yeliudev/VideoMind-2B', path.join(packPath, 'model'));
  const mirror = await hub.start();
  const { page } = app;
  await page.getByRole('button', { name: 'Skip, I will add a model later' }).click();
  await app.press('Control+m');
  const models = page.getByRole('main');

  await test.step('where it comes from is chosen, and kept', async () => {
    await models.getByRole('button', { name: /^From Hugging Face hub/ }).click();
    await models.getByRole('textbox', { name: 'Mirror of the hub' }).fill(mirror);
    await models.getByRole('textbox', { name: 'Mirror of the hub' }).blur();
    await app.chooseFiles([path.join(packPath, 'model/prompts.json')], async () => {
      await models.getByRole('combobox', { name: 'Prompts from' }).click();
      await page.getByRole('option', { name: 'A file of yours…' }).click();
    });
    await expect(models.getByText('prompts.json, taken as it is')).toBeVisible();
    await expect(models.getByText(`Access token for ${new URL(mirror).host}`)).toBeVisible();
    // A browser has no keychain, and says so.
    if (app.kind === 'browser')
      await expect(models.getByText(/Only the desktop app keeps tokens/)).toBeVisible();
  });

  const card = models.getByRole('article').filter({ hasText: 'VideoMind 2B' });
  await test.step('stopped in the middle it says what it takes on the disk, and goes when it is removed', async () => {
    await expect(card).toContainText('BSD-3-Clause');
    await expect(card).toContainText('yeliudev/VideoMind-2B (Hugging Face hub)');
    hub.treatments.set('model-00001-of-00002.safetensors', [{ kind: 'hang', atByte: 1_000_000 }]);
    await card.getByRole('button', { name: 'Download' }).click();
    const job = models.getByRole('listitem').filter({ hasText: 'VideoMind 2B' });
    await expect(job.getByText(/1\.0 MB \/ 4\.6 MB/)).toBeVisible();
    await job.getByRole('button', { name: 'Pause' }).click();
    await expect(models.getByRole('heading', { name: 'Unfinished downloads' })).toBeVisible();
    await expect(models.getByText('1.0 MB of 4.6 MB on disk', { exact: true })).toBeVisible();
    await app.showIn('dark');
    const { violations } = await new AxeBuilder({ page }).setLegacyMode(app.kind === 'electron').analyze();
    expect(violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
    await models.getByRole('button', { name: 'Remove what has arrived of VideoMind 2B' }).click();
    await expect(models.getByRole('heading', { name: 'Unfinished downloads' })).toBeHidden();
  });

  await test.step('begun again it is imported, with the prompts that were chosen', async () => {
    await card.getByRole('button', { name: 'Download' }).click();
    const installed = models.getByRole('article').filter({ hasText: 'In memory' });
    await expect(installed.filter({ hasText: 'VideoMind 2B' })).toBeVisible();
    await expect(models.getByRole('heading', { name: 'Unfinished downloads' })).toBeHidden();
    expect(app.problems).toEqual([]);
  });
  await hub.stop();
});
