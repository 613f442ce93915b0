import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HubServer } from '../host/testing/hub-server.ts';
import { packPath } from './testing/imported-pack.ts';
import { runCli, startCli } from './testing/run-cli.ts';

let folder: string;
let environment: NodeJS.ProcessEnv;
const hub = new HubServer();
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-download-'));
  // The tiny reference checkpoint, under the names of the published one.
  await publish('Qwen/Qwen2-VL-2B-Instruct', path.join(packPath, 'base'));
  await publish('yeliudev/VideoMind-2B', path.join(packPath, 'model'));
  const url = await hub.start();
  environment = {
    ...{ HF_ENDPOINT: url, HF_HOME: path.join(folder, 'nothing'), MODELSCOPE_ENDPOINT: url },
    ...{ MODELSCOPE_CACHE: path.join(folder, 'nothing'), VIDEOMIND_DATA_DIR: path.join(folder, 'data') },
    VIDEOMIND_CACHE_DIR: path.join(folder, 'cache'),
  };
});
afterAll(async () => {
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

async function publish(repository: string, from: string): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const name = path.relative(from, file).split(path.sep).join('/');
    hub.add(repository, name, await readFile(file), name.endsWith('.safetensors'));
  }
}

const download = (...args: string[]) => runCli(['download', ...args], { environment });
const prompts = path.join(packPath, 'model', 'prompts.json');

it('lists what can be downloaded with sizes, sources and licences, and nothing is fetched for it', async () => {
  const { code, stdout } = await download('--json');
  const listed = JSON.parse(stdout) as { models: { key: string; licence: string }[]; unfinished: unknown[] };
  expect([code, listed.unfinished]).toEqual([0, []]);
  expect(listed.models.map(({ key }) => key)).toContain('videomind-2b');
  expect((await download()).stdout).toContain('BSD-3-Clause');
  expect([hub.listed, hub.asked]).toEqual([0, []]);
});

it('refuses what it does not have, and prompts that are not there, before anything is fetched', async () => {
  for (const args of [
    ['videomind-9b'],
    ['videomind-2b', '--prompts', 'https://example.org/constants.py'],
    ['videokr-qwen3-vl-8b', '--source', 'modelscope'],
  ]) {
    const { code, stdout } = await download(...args, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ error: { remedy: expect.any(String) as string } });
  }
  expect(hub.listed).toBe(0);
});

it('refuses a token with a line end in words that do not repeat it', async () => {
  const broken = { ...environment, HF_TOKEN: 'hf_secret\nhf_other' };
  const { code, stderr } = await runCli(['download', 'videomind-2b'], { environment: broken });
  expect(code).toBe(1);
  expect(stderr).toContain('HF_TOKEN holds characters that no access token has');
  expect(stderr).not.toContain('hf_secret');
});

it('tells prompts that are another text than the one that is known, and takes nothing', async () => {
  hub.plain.set(
    '/spaces/yeliudev/VideoMind-2B/resolve/main/videomind/constants.py',
    'GROUNDER_PROMPT = "{}"',
  );
  const { code, stderr } = await download('videomind-2b', '--prompts', 'hub');
  expect(code).toBe(1);
  expect(stderr).toContain('not those that this version knows');
  expect(hub.asked.some((asked) => asked.path.endsWith('.safetensors'))).toBe(false);
});

it('Ctrl-C keeps what has arrived; the same command goes on, imports, and the model answers', async () => {
  const large = 'model-00001-of-00002.safetensors';
  hub.treatments.set(large, [{ kind: 'hang', atByte: 1_000_000 }]);
  const isAsked = new Promise<void>((resolve) => {
    hub.onAsked = (name) => {
      if (name === large) resolve();
    };
  });
  const { child, result } = startCli(['download', 'videomind-2b', '--prompts', prompts], { environment });
  await isAsked;
  process.kill(-(child.pid ?? 0), 'SIGINT');
  expect((await result).code).toBe(130);
  const { unfinished } = JSON.parse((await download('--json')).stdout) as { unfinished: object[] };
  expect(unfinished).toMatchObject([{ key: 'videomind-2b', isRunning: false }]);

  const out = path.join(folder, 'package');
  const args = ['videomind-2b', '--source', 'modelscope', '--prompts', prompts, '--out', out];
  const { code, stdout, stderr } = await download(...args, '--json');
  expect(stderr.replaceAll(/\s+/gu, ' ')).toContain(
    'Licence: BSD-3-Clause (VideoMind), Apache-2.0 (Qwen2-VL)',
  );
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ path: out, promptSource: 'prompts.json', warnings: [] });
  expect(stderr).not.toContain('PROMPTS_BUILT_IN');
  expect(await readdir(path.join(folder, 'data', 'downloads'))).toEqual([]);

  const video = path.join(packPath, 'videos', 'a.mp4');
  const asked = await runCli(['ask', video, 'What happens?', '--model', out, '--json'], { environment });
  const record = JSON.parse(asked.stdout) as { answer: { text: string }; warnings: { code: string }[] };
  expect(record.answer.text).toEqual(expect.any(String));
  expect(record.warnings.map((warning) => warning.code)).not.toContain('PROMPTS_BUILT_IN');
  // A finished package is told before anything is fetched again.
  const again = await download(...args, '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ error: { code: 'OUTPUT_EXISTS' } });
});

it('removes an unfinished download and says how much is free again', async () => {
  hub.treatments.set('config.json', ['refuse']);
  expect((await download('videomind-2b', '--prompts', prompts)).code).toBe(1);
  const { code, stdout } = await download('--remove', '--json');
  expect(code).toBe(0);
  const { removed } = JSON.parse(stdout) as { removed: { key: string; freedBytes: number }[] };
  expect(removed).toMatchObject([{ key: 'videomind-2b' }]);
  expect(removed[0]?.freedBytes).toBeGreaterThan(0);
  expect((await download('--remove')).stdout).toContain('no unfinished download');
});
