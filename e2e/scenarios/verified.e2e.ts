import { expect, test } from '../test.ts';

test("a folder's package with all roles: plan and verifier's scores arrive, the best candidate is chosen, the answer cites it", async ({
  app,
}) => {
  await app.startToy();
  const run = await app.ask();

  await expect(run.getByText('Planner', { exact: true })).toBeVisible();
  await expect(run.getByText(/\d of \d candidates looked at again/)).toBeVisible();
  await expect(app.citation).toBeVisible();
  const candidates = await app.candidates.count();
  expect(candidates).toBeGreaterThan(1);
  await expect(app.moments.filter({ hasText: 'Candidates' })).toHaveCount(candidates);
  await expect(app.moments.filter({ hasText: 'Verified' })).toHaveCount(candidates);
  await expect(app.moments.filter({ hasText: 'Chosen moment' })).toHaveCount(1);
  expect(app.problems).toEqual([]);
});
