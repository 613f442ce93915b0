import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { programPath } from '../shells/find-shells.ts';
import { expect, test } from '../test.ts';

const fixtures = path.join(programPath, 'native-models', 'fixtures');
const run = promisify(execFile);

// Their roles were trained by `train chain` for some steps (training/tests/test_newer_bases.py).
for (const base of ['pack-qwen2.5', 'pack-qwen3'])
  test(`roles that were trained on ${base} plan, find, verify and answer in the window`, async ({
    app,
    folder,
  }) => {
    const packagePath = path.join(folder, 'roles');
    await run(process.execPath, [
      path.join(programPath, 'electron', 'cli', 'launch.mjs'),
      ...['import', '--base', path.join(fixtures, base, 'checkpoint')],
      ...['--adapters', path.join(fixtures, base, 'roles'), '--out', packagePath, '--precision', 'int8'],
    ]);
    await app.chooseFiles([packagePath], () =>
      app.page.getByRole('button', { name: 'Choose a folder…' }).click(),
    );
    await app.addVideos([path.join(fixtures, 'pack-2b', 'videos', 'a.mp4')]);
    await app.openPanel('Ask');
    await app.question.fill('When does a circle move?');
    const asked = await app.ask();

    await expect(asked.getByText('Planner', { exact: true })).toBeVisible();
    await expect(asked.getByText(/\d of \d candidates looked at again/)).toBeVisible();
    const candidates = await app.candidates.count();
    expect(candidates).toBeGreaterThan(0);
    await expect(app.moments.filter({ hasText: 'Verified' })).toHaveCount(candidates);
    await expect(app.moments.filter({ hasText: 'Chosen moment' })).toHaveCount(1);
    await expect(app.answer).not.toBeEmpty();
    expect(app.problems).toEqual([]);
  });
