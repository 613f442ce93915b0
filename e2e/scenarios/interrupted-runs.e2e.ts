import { endEngine } from '../engine-process.ts';
import { longVideo } from '../made-videos.ts';
import { expect, test } from '../test.ts';

test('a run that is cancelled stops, keeps what it had found, and the next question is answered', async ({
  app,
  folder,
}) => {
  await app.startToy(await longVideo(folder));
  const run = await app.ask();
  await expect(run.getByText('Grounder', { exact: true })).toBeVisible();
  await run.getByRole('button', { name: 'Cancel' }).click();
  await expect(run.getByText('Cancelled', { exact: true }).first()).toBeVisible();
  await expect(run.getByText('Stopped on request.', { exact: false })).toBeVisible();
  await expect(run.getByText('Planner', { exact: true })).toBeVisible();
  // What it would have found is not known, there is nothing to be judged, and nothing of the kind where Cancel was.
  await expect(run.getByText('Stopped before it had found anything.')).toBeVisible();
  await expect(run.getByText('0 candidate moments')).toBeHidden();
  for (const name of ['Accept the answer', 'Reject the answer'])
    await expect(run.getByRole('button', { name })).toHaveCount(0);
  await run.getByRole('button', { name: 'More' }).click();
  await app.page.getByRole('menuitem', { name: 'Run again' }).click();
  await expect(app.answer).toBeVisible();
  await expect(app.answer).not.toBeEmpty();
  expect(app.problems).toEqual([]);
});

test('a run whose engine is killed says so and what to do, and can be run again', async ({ app, folder }) => {
  await app.startToy(await longVideo(folder));
  const run = await app.ask();
  await expect(run.getByText('Grounder', { exact: true })).toBeVisible();
  await endEngine(app.processId);
  await expect(run.getByText('Failed', { exact: true }).first()).toBeVisible();
  await expect(run.getByRole('alert')).toContainText('engine');
  await run.getByRole('button', { name: 'More' }).click();
  await app.page.getByRole('menuitem', { name: 'Run again' }).click();
  await expect(run.getByText('Done', { exact: true }).first()).toBeVisible();
  await expect(app.answer).not.toBeEmpty();
  expect(app.problems).toEqual([]);
});
