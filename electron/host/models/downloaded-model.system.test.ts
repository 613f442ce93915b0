import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHost } from '../create-host.ts';
import type { Host } from '../create-host.ts';
import { forkEngine } from '../engine/fork-engine.ts';
import { EngineSupervisor } from '../engine/supervisor.ts';
import { engineEntryPath, engineEnvironment, programPath } from '../paths.ts';
import { TestWindow } from '../testing/connect-window.ts';
import { HubServer } from '../testing/hub-server.ts';
import { writePackage } from '../testing/scripted-parts.ts';
import { createVideosService } from '../videos/create-videos-service.ts';

const packPath = path.join(programPath, 'native-models', 'fixtures', 'pack-2b');
/** Of the form in which VideoMind's authors publish theirs; the words are this test's own. */
const words = `
PLANNER_PROMPT = 'Say which tools settle the question as a JSON list. Question: {}'
GROUNDER_PROMPT = 'Where in the video does this happen: {}'
VERIFIER_PROMPT = 'Between <|seg_start|> and <|seg_end|>, is it exactly this: {}? Yes or No.'
`;

let folder: string;
let hub: HubServer;
let host: Host;
let window: TestWindow;
let engine: EngineSupervisor;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-downloaded-'));
  hub = new HubServer();
  await publish('Qwen/Tiny', path.join(packPath, 'base'));
  await publish('makers/VideoMind-Tiny', path.join(packPath, 'model'), ['prompts.json']);
  hub.plain.set('/videomind/constants.py', words);
  // Some trouble on the way, as on a real one.
  hub.treatments.set('model-00001-of-00002.safetensors', [{ kind: 'cut', atByte: 500_000 }, 'too-many']);
  const hubUrl = await hub.start();
  await writePackage(path.join(folder, 'demo'), 'demo');
  engine = new EngineSupervisor(() =>
    forkEngine(engineEntryPath, engineEnvironment({ VIDEOMIND_CACHE_DIR: path.join(folder, 'cache') })),
  );
  host = await createHost({
    dataPath: path.join(folder, 'data'),
    cachePath: path.join(folder, 'cache'),
    engine,
    videos: createVideosService(path.join(folder, 'cache', 'frame-tables')),
    demoPath: path.join(folder, 'demo'),
    hub: {
      environment: { HF_ENDPOINT: hubUrl, HF_HOME: path.join(folder, 'nothing'), MODELSCOPE_CACHE: folder },
      retryDelaysMs: [1, 1, 1],
      catalogue: [
        {
          ...{ key: 'tiny', title: 'Tiny', description: '', licence: '', downloadBytes: 1, diskBytes: 1 },
          ...{ baseRepository: 'Qwen/Tiny', adaptersRepository: 'makers/VideoMind-Tiny' },
          prompts: {
            ...{ project: 'VideoMind', licence: 'BSD-3-Clause' },
            places: [{ key: 'github', url: `${hubUrl}/videomind/constants.py` }],
            sha256: createHash('sha256').update(words).digest('hex'),
          },
        },
      ],
    },
  });
  window = new TestWindow(host.handlers);
});
afterAll(async () => {
  window.close();
  await host.dispose();
  await engine.dispose();
  await hub.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Puts a checkpoint onto the hub, weights as large files. */
async function publish(repository: string, from: string, without: readonly string[] = []): Promise<void> {
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const name = path.relative(from, path.join(entry.parentPath, entry.name));
    if (!entry.isFile() || without.includes(name)) continue;
    const isLarge = name.endsWith('.safetensors');
    hub.add(repository, name.split(path.sep).join('/'), await readFile(path.join(from, name)), isLarge);
  }
}

it('a downloaded model is asked in the words it was trained with and answers, with no PROMPTS_BUILT_IN', async () => {
  const { id } = await window.call('modelsDownload', { key: 'tiny', precision: 'fp32' });
  const { job } = await window.heard(
    'jobChanged',
    (event) => event.job.id === id && ['done', 'failed'].includes(event.job.state),
  );
  expect(job.error).toBeUndefined();
  expect(job.state).toBe('done');
  const { models } = await window.call('modelsList', {});
  const model = models.find((each) => each.id === job.modelId);
  expect(model).toMatchObject({ state: 'ready', agent: 'chain', precision: 'fp32' });
  const manifest = await readFile(path.join(model?.path ?? '', 'manifest.json'), 'utf8');
  expect(manifest).toContain('Where in the video does this happen');
  expect(manifest).not.toContain('built-in');
  const report = await window.call('modelsInspect', { path: model?.path ?? '' });
  expect(JSON.stringify(report)).not.toContain('PROMPTS_BUILT_IN');

  const project = await window.call('projectsCreate', { name: 'Project' });
  const paths = [path.join(packPath, 'videos', 'a.mp4')];
  const { videos } = await window.call('videosOpen', { projectId: project.id, paths });
  const run = await window.call('runsAsk', {
    ...{ projectId: project.id, videoId: videos[0]?.id ?? '', modelId: model?.id ?? '' },
    question: 'What happens after the square?',
  });
  const ended = await window.heard(
    'runChanged',
    (event) => event.run.id === run.id && ['done', 'failed'].includes(event.run.state),
  );
  expect(ended.run.error).toBeUndefined();
  const record = ended.run.record;
  expect(record?.answer?.text).toBeDefined();
  expect(record?.candidates.length).toBeGreaterThan(0);
  expect(record?.warnings.map(({ code }) => code)).not.toContain('PROMPTS_BUILT_IN');
});
