import { appendFile, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createHost } from '../electron/host/create-host.ts';
import { EngineSupervisor } from '../electron/host/engine/supervisor.ts';
import { forkEngine } from '../electron/host/engine/fork-engine.ts';
import { engineEntryPath, programPath } from '../electron/host/paths.ts';
import { TestWindow } from '../electron/host/testing/connect-window.ts';
import { createVideosService } from '../electron/host/videos/create-videos-service.ts';
import { locateFfmpeg } from '../native-models/media/ffmpeg.ts';
import { makeVideo } from '../native-models/media/made-videos.ts';

/*
 * The host with its engine for hours: questions to the toy model over twenty videos, some cancelled in the middle, the engine
 * killed now and then; a line of memory, descriptors, processes, files and disk every ten questions:
 *
 *     node bench/soak.ts [--questions 1000] [--hours 8] [--curve bench/soak-curve.csv]
 *
 * Ends with 1 when a question that was not cancelled, and whose engine was not killed, got no answer. Linux.
 */
const { values } = parseArgs({
  options: {
    questions: { type: 'string', default: '1000' },
    hours: { type: 'string', default: '8' },
    curve: { type: 'string', default: path.join(import.meta.dirname, 'soak-curve.csv') },
  },
});
const videoCount = 20;
const cancelEvery = 9;
const killEvery = 40;
const sampleEvery = 10;
const questions = [
  'Which shape moves to the right?',
  'When does the red circle appear?',
  'What comes after the square?',
];

const columns = [
  ...[
    'questions',
    'seconds',
    'host MB',
    'engine MB',
    'host descriptors',
    'engine descriptors',
    'decoders left',
  ],
  ...['temporary files', 'data MB', 'cache MB'],
];
const folder = await mkdtemp(path.join(tmpdir(), 'videomind-soak-'));
// What programs leave behind in the folder for temporary files is counted, too.
const scratch = path.join(folder, 'temporary');
await mkdir(scratch);
process.env['TMPDIR'] = scratch;
const dataPath = path.join(folder, 'data');
const cachePath = path.join(folder, 'cache');
const engine = new EngineSupervisor(() =>
  forkEngine(engineEntryPath, { VIDEOMIND_CACHE_DIR: cachePath, TMPDIR: scratch }),
);
const host = await createHost({ dataPath, cachePath, engine, videos: createVideosService() });
const window = new TestWindow(host.handlers);
const startMs = Date.now();
const untilMs = startMs + Number(values.hours) * 3_600_000;
const counts = { answered: 0, cancelled: 0, killed: 0, failed: 0 };

try {
  const paths = await makeVideos();
  const project = await window.call('projectsCreate', { name: 'Soak' });
  const { videos } = await window.call('videosOpen', { projectId: project.id, paths });
  await writeFile(values.curve, `${columns.join(',')}\n`);
  for (let index = 0; index < Number(values.questions) && Date.now() < untilMs; index++) {
    const videoId = videos[index % videos.length]?.id ?? '';
    await askOne(project.id, videoId, index);
    if ((index + 1) % sampleEvery === 0) await sample(index + 1);
  }
} finally {
  window.close();
  await host.dispose();
  await engine.dispose();
  await rm(folder, { recursive: true, force: true });
}
console.log(JSON.stringify({ ...counts, minutes: Number(((Date.now() - startMs) / 60_000).toFixed(1)) }));
if (counts.failed > 0) process.exitCode = 1;

/** The clip as it is, and pieces of it: other lengths, other containers. */
async function makeVideos(): Promise<string[]> {
  const clip = path.join(programPath, 'assets', 'example', 'clip.mp4');
  const ffmpeg = await locateFfmpeg();
  const paths: string[] = [];
  for (let index = 0; index < videoCount; index++) {
    const target = path.join(folder, `film-${index}.${index % 3 === 0 ? 'mkv' : 'mp4'}`);
    if (index % 3 === 1) await cp(clip, target);
    else await makeVideo(ffmpeg, ['-i', clip, '-t', String(10 + index), '-c', 'copy'], target);
    paths.push(target);
  }
  return paths;
}

async function askOne(projectId: string, videoId: string, index: number): Promise<void> {
  const question = questions[index % questions.length] ?? '';
  const run = await window.call('runsAsk', { projectId, videoId, modelId: 'demo', question });
  const cancels = index % cancelEvery === cancelEvery - 1;
  const kills = index % killEvery === killEvery - 1;
  if (cancels || kills) {
    await window.heard('runEvents', (event) => event.runId === run.id);
    if (cancels) await window.call('runsCancel', { id: run.id });
    else if (engine.processId !== undefined) process.kill(engine.processId, 'SIGKILL');
  }
  const { run: ended } = await window.heard(
    'runChanged',
    (event) => event.run.id === run.id && event.run.endedAtMs !== undefined,
  );
  if (kills && !cancels) counts.killed++;
  else if (cancels) counts.cancelled++;
  else if (ended.state === 'done') counts.answered++;
  else {
    counts.failed++;
    console.error(`Question ${index} ended as ${ended.state}: ${JSON.stringify(ended.error)}`);
  }
  window.events.length = 0;
}

async function sample(asked: number): Promise<void> {
  const hostFacts = await processFacts(process.pid);
  const engineFacts = engine.processId === undefined ? undefined : await processFacts(engine.processId);
  const row = [
    ...[
      asked,
      Math.round((Date.now() - startMs) / 1000),
      hostFacts.residentMb,
      engineFacts?.residentMb ?? '',
    ],
    ...[hostFacts.descriptors, engineFacts?.descriptors ?? '', await ffmpegCount()],
    ...[(await readdir(scratch)).length, await megabytes(dataPath), await megabytes(cachePath)],
  ];
  await appendFile(values.curve, `${row.join(',')}\n`);
}

async function processFacts(id: number): Promise<{ residentMb: number; descriptors: number }> {
  const status = await readFile(`/proc/${id}/status`, 'utf8').catch(() => '');
  const descriptors = await readdir(`/proc/${id}/fd`).catch(() => []);
  return {
    residentMb: Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024),
    descriptors: descriptors.length,
  };
}

/** Decoders of ours that run while nobody asks: none. */
async function ffmpegCount(): Promise<number> {
  let count = 0;
  for (const parent of [process.pid, engine.processId]) {
    if (parent === undefined) continue;
    const children = await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8').catch(() => '');
    for (const child of children.split(' ').filter((id) => id !== '' && id !== String(engine.processId))) {
      const name = await readFile(`/proc/${child}/comm`, 'utf8').catch(() => '');
      if (/ffmpeg|decoder-jail/.test(name)) count++;
    }
  }
  return count;
}

async function megabytes(root: string): Promise<string> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true }).catch(() => []);
  let bytes = 0;
  for (const entry of entries.filter((found) => found.isFile())) {
    bytes += (await stat(path.join(entry.parentPath, entry.name)).catch(() => ({ size: 0 }))).size;
  }
  return (bytes / 1e6).toFixed(1);
}
