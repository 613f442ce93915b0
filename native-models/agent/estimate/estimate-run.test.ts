import { cp, mkdtemp, readdir, rm, truncate, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { askRequestSchema } from '../../protocol/ask-request.ts';
import type { AskRequest } from '../../protocol/ask-request.ts';
import { fakeReader, fakeVideo } from '../test-support/fake-video.ts';
import { estimateRun } from './estimate-run.ts';

const packagePath = fileURLToPath(new URL('../../../assets/example/package', import.meta.url));
const reader = fakeReader([
  fakeVideo({ path: '/short.mp4', totalFrames: 250 }),
  fakeVideo({ path: '/long.mp4', totalFrames: 2 * 3600 * 25 }),
]);
const request = (changes: Partial<AskRequest> = {}): AskRequest =>
  askRequestSchema.parse({ videoPath: '/long.mp4', modelPath: packagePath, question: 'When?', ...changes });
const estimate = (changes: Partial<AskRequest> = {}) => estimateRun(request(changes), { reader });
const codes = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code);

test('a long video is told to be seen sparsely, by the role that finds the moments', async () => {
  const { roles, warnings } = await estimate();
  expect(roles.map(({ role, frames }) => [role, frames])).toEqual([
    ['planner', 16],
    ['grounder', 24],
    ['verifier', 12],
    ['answerer', 8],
  ]);
  expect(roles[1]?.intervalSec).toBeCloseTo(7200 / 23, 0);
  expect(warnings).toEqual([
    {
      code: 'FRAMES_SPARSE',
      message: 'The grounder sees one frame every 313 s: shorter events may be missed.',
    },
  ]);
});

test('a search window by window is told with all frames that it looks at, and is not sparse', async () => {
  const { roles, warnings } = await estimate({ search: { mode: 'windows' } });
  const grounder = roles.find(({ role }) => role === 'grounder')!;
  expect(grounder).toMatchObject({ frames: 7200, intervalSec: 1, windows: 400 });
  const whole = (await estimate()).roles.find(({ role }) => role === 'grounder')!;
  expect(grounder.promptTokens).toBeGreaterThan(400 * whole.promptTokens);
  expect(warnings).toEqual([]);
});

test('a short video, or a short range of a long one, gives no warning', async () => {
  expect((await estimate({ videoPath: '/short.mp4' })).warnings).toEqual([]);
  expect((await estimate({ startSec: 100, endSec: 110 })).warnings).toEqual([]);
});

test('the roles that were asked for are told of, and what they lack', async () => {
  const { roles } = await estimate({ roles: ['answerer'] });
  expect(roles.map(({ role }) => role)).toEqual(['answerer']);
  expect(roles[0]?.intervalSec).toBeGreaterThan(1000);
  await expect(estimate({ roles: ['verifier'] })).rejects.toMatchObject({ code: 'ROLES_INVALID' });
  await expect(estimate({ startSec: 9, endSec: 99_999 })).rejects.toMatchObject({ code: 'RANGE_INVALID' });
});

test('an answerer that is given a moment is told to look at that one', async () => {
  const moment = { startSec: 100, endSec: 140 };
  const { roles } = await estimate({ roles: ['answerer'], moment });
  expect(roles[0]?.intervalSec).toBeLessThan(40);
});

test('moments that are given to be judged are what is looked at', async () => {
  const claims = [
    { startSec: 100, endSec: 102 },
    { startSec: 1000, endSec: 3000 },
  ];
  const { roles } = await estimate({ claims, roles: ['verifier', 'answerer'] });
  const intervals = roles.map(({ role, intervalSec }) => [role, intervalSec > 100 && intervalSec < 400]);
  expect(intervals).toEqual([
    ['verifier', true],
    ['answerer', true],
  ]);
});

test('a question that is not written yet can be estimated', async () => {
  const [empty, written] = [
    await estimate({ question: '' }),
    await estimate({ question: 'When does it turn?' }),
  ];
  expect(empty.roles[1]?.promptTokens).toBeLessThan(written.roles[1]?.promptTokens ?? 0);
});

test('memory grows with what is read, and too little of it is told', async () => {
  const few = await estimate({ roles: ['answerer'] });
  const all = await estimate();
  expect(all.memoryBytes).toBeGreaterThan(few.memoryBytes);
  const short = await estimateRun(request(), { reader, availableMemoryBytes: 1000 });
  expect(codes(short.warnings)).toEqual(['FRAMES_SPARSE', 'MEMORY_SHORT']);
});

test('no weights are read', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'videomind-estimate-'));
  try {
    await cp(packagePath, folder, { recursive: true });
    for (const name of await readdir(folder)) {
      if (!/\.(weights|safetensors|onnx)$/.test(name)) continue;
      const { size } = await stat(join(folder, name));
      // Nothing but holes, of the same length.
      await truncate(join(folder, name), 0);
      await truncate(join(folder, name), size);
    }
    const { roles, memoryBytes } = await estimate();
    expect(await estimate({ modelPath: folder })).toMatchObject({ roles, memoryBytes });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
