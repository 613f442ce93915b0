import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import type { AnnotationOperation } from '../contract/annotations.ts';
import { createHost } from '../create-host.ts';
import { TestWindow } from './connect-window.ts';
import { ScriptedEngine, scriptedRecord, scriptedVideos } from './scripted-parts.ts';

/**
 * A host whose disk (the folder that is its argument) fills up while a run streams and annotations are edited, and has
 * room again later; prints what became of everything, as JSON.
 */
const disk = process.argv[2] ?? '';
const fillerPath = path.join(disk, 'filler');
const clipPath = path.join(disk, 'clip.mp4');
await (await open(clipPath, 'w')).close();

const engine = new ScriptedEngine();
const isFull = Promise.withResolvers<undefined>();
const said = 'All of this has to be there again. '.repeat(20_000);
engine.onAsk = async ({ report, request }) => {
  report({ type: 'planning' });
  await isFull.promise;
  report({ type: 'token', role: 'answerer', text: said, tokenId: 1 });
  report({ type: 'answered', text: 'done' });
  return { record: scriptedRecord(request.question) };
};
const options = {
  ...{ dataPath: path.join(disk, 'data'), cachePath: path.join(disk, 'cache') },
  ...{ engine, videos: scriptedVideos() },
};
let host = await createHost(options);
let window = new TestWindow(host.handlers);

const { id: projectId } = await window.call('projectsCreate', { name: 'Full' });
const { videos } = await window.call('videosOpen', { projectId, paths: [clipPath] });
const videoId = videos[0]?.id ?? '';
const add = (id: string, text: string): AnnotationOperation => ({
  op: 'add',
  annotation: { id, videoId, startSec: 1, endSec: 2, text, note: '', provenance: 'human', state: 'open' },
});
const change = async (operations: AnnotationOperation[]): Promise<string> =>
  window.call('annotationsChange', { projectId, title: 'Add', operations }).then(
    () => 'stored',
    (error: unknown) => toEngineError(error).code,
  );
const large = (prefix: string): AnnotationOperation[] =>
  Array.from({ length: 60 }, (_, index) => add(`${prefix}${index}`, 'x'.repeat(9_000)));

const before = await change([add('before', 'small')]);
const run = await window.call('runsAsk', { projectId, videoId, modelId: 'demo', question: 'Full?' });
await window.heard('runEvents');

await fill();
const whileFull = await change(large('full'));
isFull.resolve(undefined);
const notice = await window.heard('notice');
await rm(fillerPath);
const { run: ended } = await window.heard('runChanged', (event) => event.run.endedAtMs !== undefined);
const after = await change([add('after', 'small')]);

window.close();
await host.dispose();
host = await createHost(options);
window = new TestWindow(host.handlers);
const { events } = await window.call('runsEvents', { id: run.id });
const { annotations } = await window.call('annotationsList', { projectId });
const streamed = events.map(({ event }) => (event.type === 'token' ? event.text : '')).join('');
const outcome = {
  ...{ before, whileFull, notice: notice.code, after, runState: ended.state },
  annotationIds: annotations.map(({ id }) => id).sort(),
  isAllThere: streamed === said,
};
window.close();
await host.dispose();
process.stdout.write(JSON.stringify(outcome));

/** Writes until not one more byte fits. */
async function fill(): Promise<void> {
  const filler = await open(fillerPath, 'w');
  for (const size of [65_536, 4_096, 1]) {
    const piece = new Uint8Array(size);
    const isWritten = () =>
      filler.write(piece).then(
        ({ bytesWritten }) => bytesWritten === size,
        () => false,
      );
    while (await isWritten());
  }
  await filler.close();
}
