import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { EngineError, toEngineError } from '../../../native-models/protocol/errors.ts';
import type { Handlers } from '../../../native-models/protocol/server.ts';
import { methods } from '../../../native-models/protocol/methods.ts';
import { serve } from '../../../native-models/protocol/server.ts';
import type { Transport } from '../../../native-models/protocol/transport.ts';
import type { AnnotationOperation } from '../contract/annotations.ts';
import { createHost } from '../create-host.ts';
import type { EngineChild } from '../engine/fork-engine.ts';
import { EngineSupervisor } from '../engine/supervisor.ts';
import { TestWindow } from './connect-window.ts';
import type { Acknowledged } from './killed-host.ts';
import { scriptedRecord, scriptedVideos } from './scripted-parts.ts';

/**
 * A host that does a short, always equal piece of work while something in it fails: a system call (by whoever traces it), the
 * n-th message between host and engine, or the n-th start of the engine. It says of everything what was answered or told, as
 * `killed-host.ts`, and `refused` for what was answered by an error. Arguments: the folder; `message` or `start`; n.
 */
const [folder = '', fault = '', nth = '0'] = process.argv.slice(2);
const film = path.join(folder, 'film.mp4');

/** One line of what it has answered. */
export type Said =
  | Acknowledged
  | { readonly what: 'exported'; readonly path: string; readonly bytes: number }
  | { readonly what: 'refused'; readonly code: string }
  | { readonly what: 'faulted' };

function say(line: Said): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

let messages = 0;
let starts = 0;

/** Counts a message; true for the one that is to fail, with which the engine is gone. */
function isLost(): boolean {
  messages++;
  if (fault !== 'message' || messages !== Number(nth)) return false;
  say({ what: 'faulted' });
  return true;
}

/** An engine in this process: real frames over a pair of transports that can break. */
function startEngine(): EngineChild {
  starts++;
  const exited = Promise.withResolvers<undefined>();
  const receivers: { host?: (message: unknown) => void; engine?: (message: unknown) => void } = {};
  const closers: ((reason: EngineError) => void)[] = [];
  let over: EngineError | undefined;
  function end(reason: EngineError): void {
    if (over !== undefined) return;
    over = reason;
    for (const close of closers) close(reason);
    exited.resolve(undefined);
  }
  const side = (own: 'host' | 'engine', other: 'host' | 'engine'): Transport => ({
    send(message) {
      if (over !== undefined) return;
      if (isLost()) end(new EngineError('ENGINE_CRASHED', 'The channel broke.'));
      else setImmediate(() => receivers[other]?.(message));
    },
    onMessage: (receive) => (receivers[own] = receive as (message: unknown) => void),
    onClose(close) {
      if (over === undefined) closers.push(close);
      else close(over);
    },
    close: () => end(new EngineError('CANCELLED', 'Closed.')),
  });
  serve(methods, side('engine', 'host'), {
    ask: (request: { question: string }, { report }: { report: (event: unknown) => void }) => {
      report({ type: 'started', roles: ['grounder', 'answerer'], durationSec: 60 });
      for (let index = 0; index < 5; index++) {
        report({ type: 'token', role: 'answerer', text: `word ${index} `, tokenId: index });
      }
      report({ type: 'answered', text: 'Red' });
      return Promise.resolve({ record: scriptedRecord(request.question) });
    },
    ping: () => Promise.resolve({ processId: 1 }),
    memory: () => Promise.resolve({ residentBytes: 1, peakResidentBytes: 1, heapBytes: 1 }),
  } as unknown as Handlers);
  const transport = side('host', 'engine');
  if (fault === 'start' && starts === Number(nth)) {
    say({ what: 'faulted' });
    setImmediate(() => end(new EngineError('ENGINE_CRASHED', 'The engine cannot be started: EAGAIN')));
  }
  return { transport, processId: undefined, kill: end, exited: exited.promise };
}

await writeFile(film, '');
const engine = new EngineSupervisor(startEngine);
const options = {
  ...{ dataPath: path.join(folder, 'data'), cachePath: path.join(folder, 'cache') },
  ...{ engine, videos: scriptedVideos() },
};

/** One step; a refusal is an answer, too. */
async function attempt<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    say({ what: 'refused', code: toEngineError(error).code });
    return undefined;
  }
}

const host = await attempt(() => createHost(options));
if (host !== undefined) {
  const window = new TestWindow(host.handlers, (event) => {
    if (event.type === 'runEvents') say({ what: 'events', runId: event.runId, events: event.events });
    if (event.type === 'runChanged' && event.run.record !== undefined) {
      say({ what: 'done', runId: event.run.id, record: event.run.record });
    }
  });
  await work(window);
  window.close();
  await attempt(() => host.dispose());
}
await engine.dispose();
process.exit(0);

async function work(window: TestWindow): Promise<void> {
  const project = await attempt(() => window.call('projectsCreate', { name: 'Faulty' }));
  if (project === undefined) return;
  const opened = await attempt(() => window.call('videosOpen', { projectId: project.id, paths: [film] }));
  const videoId = opened?.videos[0]?.id;
  if (videoId === undefined) return;
  say({ what: 'project', id: project.id, videoId });
  for (const name of ['first', 'second']) {
    await ask(window, project.id, videoId, name);
    await edit(window, project.id, videoId, name);
  }
  const exported = await attempt(() => window.call('exportsWrite', { projectId: project.id, format: 'csv' }));
  if (exported !== undefined) say({ what: 'exported', path: exported.path, bytes: exported.bytes });
}

async function ask(window: TestWindow, projectId: string, videoId: string, question: string): Promise<void> {
  const run = await attempt(() => window.call('runsAsk', { projectId, videoId, modelId: 'demo', question }));
  if (run === undefined) return;
  say({ what: 'run', id: run.id });
  await window.heard('runChanged', (event) => event.run.id === run.id && event.run.endedAtMs !== undefined);
}

async function edit(window: TestWindow, projectId: string, videoId: string, name: string): Promise<void> {
  const change = (operation: AnnotationOperation) =>
    attempt(() => window.call('annotationsChange', { projectId, title: 'Edit', operations: [operation] }));
  const id = `r${name}-0`;
  const origin = { provenance: 'human', state: 'open', note: '' } as const;
  const annotation = { id, videoId, startSec: 1, endSec: 20, text: name, ...origin };
  if ((await change({ op: 'add', annotation })) === undefined) return;
  say({ what: 'annotation', id, startSec: 1 });
  if ((await change({ op: 'update', id, changes: { startSec: 2 } })) === undefined) return;
  say({ what: 'annotation', id, startSec: 2 });
  if ((await attempt(() => window.call('annotationsUndo', { projectId }))) === undefined) return;
  say({ what: 'annotation', id, startSec: 1 });
}
