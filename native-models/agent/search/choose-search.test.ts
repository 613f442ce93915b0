import { expect, test } from 'vitest';
import { createFakeModel } from '../test-support/fake-model.ts';
import { request } from '../test-support/fake-agent.ts';
import { fakeVideo } from '../test-support/fake-video.ts';
import type { AskRequest } from '../../protocol/ask-request.ts';
import { chooseSearch } from './choose-search.ts';

const model = await createFakeModel();
const hour = fakeVideo({ totalFrames: 25 * 3600 });

async function choose(changes: Partial<AskRequest>, seconds: number | undefined, video = hour) {
  const { durationSec: endSec } = video;
  const run = {
    model,
    request: request(changes),
    video,
    roles: model.roles,
    bounds: { startSec: 0, endSec },
  };
  const { request: chosen, warnings } = await chooseSearch(run, ({ request: { search } }) =>
    Promise.resolve(search?.mode === 'windows' ? seconds : 0),
  );
  return { mode: chosen.search?.mode, codes: warnings.map(({ code }) => code) };
}

test('auto looks closely where that does not take too long here, or was never measured', async () => {
  expect(await choose({ search: { mode: 'auto' } }, 600)).toEqual({ mode: 'windows', codes: [] });
  expect(await choose({ search: { mode: 'auto' } }, undefined)).toEqual({ mode: 'windows', codes: [] });
});

test('auto looks at all of a long film at once where looking closely would take too long, and says so', async () => {
  expect(await choose({ search: { mode: 'auto' } }, 7200)).toEqual({
    mode: 'whole',
    codes: ['SEARCH_NOT_CLOSE'],
  });
});

test('what was asked for is done, however long it takes, and a short film is looked at at once', async () => {
  expect(await choose({ search: { mode: 'windows' } }, 7200)).toEqual({ mode: 'windows', codes: [] });
  expect(await choose({}, 7200)).toEqual({ mode: undefined, codes: [] });
  expect(await choose({ search: { mode: 'auto' } }, 7200, fakeVideo())).toEqual({ mode: 'auto', codes: [] });
});
