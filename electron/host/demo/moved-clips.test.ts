import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';

let host: TestHost;
let projectId: string;
/** What the program is told of its place in this start. */
const assets = { path: '' };

/** Mounts the program with a clip of this content. */
async function mount(name: string, content: string): Promise<string> {
  const assetsPath = path.join(host.folder, name, 'assets');
  await mkdir(path.join(assetsPath, 'demo'), { recursive: true });
  const questions = [{ question: 'Which colour?', options: ['red', 'blue'] }];
  const clips = [{ name: 'World', file: 'world.mp4', questions }];
  await writeFile(path.join(assetsPath, 'demo', 'demo.json'), JSON.stringify({ clips }));
  await writeFile(path.join(assetsPath, 'demo', 'world.mp4'), content);
  assets.path = assetsPath;
  return path.join(assetsPath, 'demo', 'world.mp4');
}

beforeEach(async () => {
  host = await TestHost.open({
    get assetsPath() {
      return assets.path;
    },
  });
  const before = await mount('.mount_AbCd', 'a video');
  const { id } = await host.window.call('projectsCreate', { name: 'Project' });
  projectId = id;
  await host.window.call('videosOpen', { projectId, paths: [before] });
  await host.window.heard('videoChanged', ({ video }) => video.state === 'ready');
  await host.stop();
  await rm(path.join(host.folder, '.mount_AbCd'), { recursive: true });
}, hostPatienceMs);

afterEach(() => host.remove(), hostPatienceMs);

test('the demo’s clip is found again where the program lies at this start', async () => {
  const now = await mount('.mount_EfGh', 'a video');
  await host.start();
  const { video } = await host.window.heard('videoChanged');
  expect(video).toMatchObject({ path: now, state: 'ready' });
  const { videos } = await host.window.call('snapshot', {});
  expect(videos).toMatchObject([{ path: now, state: 'ready' }]);
});

test('another clip of that name is not taken for it', async () => {
  await mount('.mount_EfGh', 'another video than that');
  await host.start();
  const { video } = await host.window.heard('videoChanged');
  expect(video.state).toBe('missing');
});
