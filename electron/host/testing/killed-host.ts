import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AnnotationOperation } from '../contract/annotations.ts';
import { createHost } from '../create-host.ts';
import { EngineSupervisor } from '../engine/supervisor.ts';
import { forkEngine } from '../engine/fork-engine.ts';
import { engineEntryPath } from '../paths.ts';
import { createVideosService } from '../videos/create-videos-service.ts';
import { TestWindow } from './connect-window.ts';

/**
 * The host as a process of its own, to be killed: it asks the toy model of its clip again and again while annotations are
 * edited, and says of everything, on a line of JSON, what was answered or told. Arguments: data folder, cache folder,
 * a number that makes ids of this round its own.
 */
const [dataPath = '', cachePath = '', round = ''] = process.argv.slice(2);
const examplePath = fileURLToPath(new URL('../../../assets/example/', import.meta.url));

/** One line of what the host has answered. */
export type Acknowledged =
  | { readonly what: 'project'; readonly id: string; readonly videoId: string }
  | { readonly what: 'run'; readonly id: string }
  | { readonly what: 'events'; readonly runId: string; readonly events: readonly unknown[] }
  | { readonly what: 'done'; readonly runId: string; readonly record: unknown }
  | { readonly what: 'annotation'; readonly id: string; readonly startSec: number }
  | { readonly what: 'removed'; readonly id: string };

function say(line: Acknowledged): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

const engine = new EngineSupervisor(() => forkEngine(engineEntryPath, { VIDEOMIND_CACHE_DIR: cachePath }));
const host = await createHost({ dataPath, cachePath, engine, videos: createVideosService() });
const window = new TestWindow(host.handlers, (event) => {
  if (event.type === 'runEvents') say({ what: 'events', runId: event.runId, events: event.events });
  if (event.type === 'runChanged' && event.run.record !== undefined) {
    say({ what: 'done', runId: event.run.id, record: event.run.record });
  }
});

const { projects } = await window.call('snapshot', {});
const project = projects[0] ?? (await window.call('projectsCreate', { name: 'Killed' }));
const paths = [path.join(examplePath, 'clip.mp4')];
const { videos } = await window.call('videosOpen', { projectId: project.id, paths });
const videoId = videos[0]?.id ?? '';
say({ what: 'project', id: project.id, videoId });

void askForEver();
await editForEver();

async function askForEver(): Promise<void> {
  for (;;) {
    const question = 'Which shape moves to the right?';
    const run = await window.call('runsAsk', { projectId: project.id, videoId, modelId: 'demo', question });
    say({ what: 'run', id: run.id });
    await window.heard('runChanged', (event) => event.run.id === run.id && event.run.endedAtMs !== undefined);
  }
}

async function editForEver(): Promise<void> {
  const change = (title: string, operation: AnnotationOperation) =>
    window.call('annotationsChange', { projectId: project.id, title, operations: [operation] });
  for (let index = 0; ; index++) {
    const id = `r${round}-${index}`;
    const times = { startSec: 1, endSec: 20 };
    const origin = { provenance: 'human', state: 'open' } as const;
    const annotation = { id, videoId, ...times, ...origin, text: `moment ${id}`, note: '' };
    await change('Add', { op: 'add', annotation });
    say({ what: 'annotation', id, startSec: 1 });
    await change('Move edge', { op: 'update', id, changes: { startSec: 2 } });
    say({ what: 'annotation', id, startSec: 2 });
    if (index % 3 !== 0) continue;
    await window.call('annotationsUndo', { projectId: project.id });
    say({ what: 'annotation', id, startSec: 1 });
    await change('Remove', { op: 'remove', id });
    say({ what: 'removed', id });
  }
}
