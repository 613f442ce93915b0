import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterEach, expect, test } from 'vitest';
import type { RunTrace } from '../../../native-models/protocol/run-trace.ts';
import type { AnnotationOperation } from '../contract/annotations.ts';
import { ownTrackId } from '../contract/library.ts';
import { scriptedRecord } from '../testing/scripted-parts.ts';
import { TestHost } from '../testing/test-host.ts';

const hosts: TestHost[] = [];

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.remove()));
});

async function library(annotator = ''): Promise<TestHost> {
  const host = await TestHost.open();
  hosts.push(host);
  await host.window.call('settingsChange', { annotator });
  return host;
}

const add = (id: string, videoId: string, more: object = {}): AnnotationOperation => ({
  op: 'add',
  annotation: { id, videoId, startSec: 1, endSec: 2, text: '', provenance: 'human', ...more } as never,
});

async function change(host: TestHost, projectId: string, ...operations: AnnotationOperation[]) {
  return await host.window.call('annotationsChange', { projectId, title: 'Edit', operations });
}

async function annotations(host: TestHost, projectId: string) {
  const list = await host.window.call('annotationsList', { projectId });
  return Object.fromEntries(list.annotations.map((each) => [each.id, each]));
}

async function write(host: TestHost, id: string, name = 'project.videomind'): Promise<string> {
  const outputPath = path.join(host.folder, name);
  await host.window.call('projectsWriteFile', { id, outputPath });
  return outputPath;
}

/** A project with one of everything. */
async function fullProject(host: TestHost) {
  const { projectId, videoId } = await host.project();
  const { window } = host;
  const subtitles = path.join(host.folder, 'said.srt');
  await writeFile(subtitles, '1\n00:00:01,000 --> 00:00:02,000\nhello\n');
  await window.call('videosAddSubtitles', { id: videoId, path: subtitles });
  await window.call('projectsChange', { id: projectId, name: 'Cats', notes: 'Mind the dog.' });
  await window.call('projectsMarkVideo', { id: projectId, videoIds: [videoId], status: 'done' });
  const attributes = [{ id: 'gait', name: 'gait', kind: 'choice' as const, options: ['trot', 'walk'] }];
  const label = {
    id: 'run',
    name: 'run',
    color: 2,
    guideline: 'From the first paw off the ground.',
    attributes,
  };
  await change(host, projectId, { op: 'addLabel', label });
  await change(host, projectId, {
    op: 'addTrack',
    track: { id: 'second', name: 'Second', kind: 'own', hidden: true, locked: false },
  });
  await change(
    host,
    projectId,
    add('a', videoId, {
      ...{ labelId: 'run', attributes: { gait: 'trot' } },
      region: { kind: 'box', left: 0.1, top: 0.2, right: 0.3, bottom: 0.4 },
    }),
    add('b', videoId, { trackId: 'second' }),
  );
  await change(host, projectId, { op: 'update', id: 'a', changes: { state: 'accepted', note: 'sure' } });
  await change(host, projectId, { op: 'update', id: 'b', changes: { text: 'taken back' } });
  await window.call('annotationsUndo', { projectId });
  const trace = { roles: {} } as unknown as RunTrace;
  host.engine.onAsk = ({ request, report }) => {
    report({ type: 'token', role: 'answerer', text: 'Red', tokenId: 1 });
    return Promise.resolve({ record: scriptedRecord(request.question), trace });
  };
  const { models } = await window.call('modelsList', {});
  const run = await window.call('runsAsk', {
    ...{ projectId, videoId, modelId: models[0]?.id ?? '', question: 'What colour?' },
  });
  await window.heard('runChanged', (event) => event.run.id === run.id && event.run.state === 'done');
  await window.call('runsReview', { id: run.id, review: 'accepted', note: 'good' });
  return { projectId, videoId, runId: run.id };
}

test('a project goes to another library and back, equal to the byte', async () => {
  const [here, there] = [await library('Anna'), await library('Bo')];
  const { projectId, runId } = await fullProject(here);
  const first = await write(here, projectId);
  const taken = await there.window.call('projectsTakeFile', { path: first });
  expect(taken).toMatchObject({ projectId, isNew: true, missingVideos: [], conflicts: 0 });
  const second = await write(there, projectId);
  expect((await readFile(second)).equals(await readFile(first))).toBe(true);
  expect(Object.keys(unzipSync(await readFile(first))).toSorted()).toEqual([
    'annotations.jsonl',
    'conflicts.jsonl',
    `events/${runId}.jsonl`,
    'history.jsonl',
    'project.json',
    'runs.jsonl',
    expect.stringMatching(/^subtitles\//),
    `traces/${runId}.json.gz`,
  ]);
  expect((await annotations(there, projectId))['a']?.region).toMatchObject({ kind: 'box', right: 0.3 });
  // And it is of use there: its history goes on, its run can be replayed.
  await there.window.call('annotationsRedo', { projectId });
  expect((await annotations(there, projectId))['b']?.text).toBe('taken back');
  expect((await there.window.call('runsEvents', { id: runId })).events.length).toBeGreaterThan(0);
  // Back home it is known already.
  await here.window.call('projectsRemove', { id: projectId });
  await here.window.call('projectsTakeFile', { path: second });
  expect((await readFile(await write(here, projectId))).equals(await readFile(first))).toBe(true);
});

test('how far a video is travels along, and what was said of it here stands', async () => {
  const [anna, bo] = [await library('Anna'), await library('Bo')];
  const { projectId, videoId } = await fullProject(anna);
  await bo.window.call('projectsTakeFile', { path: await write(anna, projectId) });
  const statusOf = async (host: TestHost) => {
    const { projects } = await host.window.call('snapshot', {});
    return Object.values(projects.find(({ id }) => id === projectId)!.videoStatus);
  };
  expect(await statusOf(bo)).toEqual(['done']);
  await anna.window.call('projectsMarkVideo', { id: projectId, videoIds: [videoId], status: 'skipped' });
  await bo.window.call('projectsTakeFile', { path: await write(anna, projectId, 'later.videomind') });
  expect(await statusOf(bo)).toEqual(['done']);
});

test('guidelines and attributes that another gave are merged like everything else', async () => {
  const [anna, bo] = [await library('Anna'), await library('Bo')];
  const { projectId, videoId } = await anna.project();
  await change(anna, projectId, { op: 'addLabel', label: { id: 'run', name: 'run', color: 2 } });
  await change(anna, projectId, add('a', videoId, { labelId: 'run' }));
  await bo.window.call('projectsTakeFile', { path: await write(anna, projectId) });
  const attributes = [{ id: 'gait', name: 'gait', kind: 'text' as const }];
  const changes = { guideline: 'From the first paw.', attributes };
  await change(bo, projectId, { op: 'updateLabel', id: 'run', changes });
  await change(bo, projectId, { op: 'update', id: 'a', changes: { attributes: { gait: 'trot' } } });
  await change(anna, projectId, { op: 'updateLabel', id: 'run', changes: { color: 3 } });
  await change(anna, projectId, { op: 'update', id: 'a', changes: { text: 'a dog' } });
  await anna.window.call('projectsTakeFile', { path: await write(bo, projectId, 'bo.videomind') });
  const { projects } = await anna.window.call('snapshot', {});
  expect(projects.find(({ id }) => id === projectId)!.labels).toEqual([
    { id: 'run', name: 'run', color: 3, ...changes },
  ]);
  expect((await annotations(anna, projectId))['a']).toMatchObject({
    text: 'a dog',
    attributes: { gait: 'trot' },
  });
});

test('a file that is known already changes nothing', async () => {
  const here = await library('Anna');
  const { projectId } = await fullProject(here);
  const file = await write(here, projectId);
  const again = await here.window.call('projectsTakeFile', { path: file });
  expect(again).toMatchObject({ isNew: false, steps: 0, conflicts: 0 });
  expect(again.annotations).toEqual({ added: 0, changed: 0, removed: 0 });
  expect((await readFile(await write(here, projectId))).equals(await readFile(file))).toBe(true);
});

test('the files of two people are merged without loss, and what both changed is shown', async () => {
  const [anna, bo] = [await library('Anna'), await library('Bo')];
  const { projectId, videoId } = await anna.project();
  await change(anna, projectId, ...['one', 'two', 'three', 'four'].map((id) => add(id, videoId)));
  await bo.window.call('projectsTakeFile', { path: await write(anna, projectId) });
  const [own] =
    (await bo.window.call('snapshot', {})).projects.find(({ id }) => id === projectId)?.videoIds ?? [];
  const update = (id: string, changes: object): AnnotationOperation => ({ op: 'update', id, changes });

  await change(anna, projectId, update('one', { note: 'a note' }), update('two', { text: 'a cat' }));
  await change(anna, projectId, { op: 'remove', id: 'three' }, { op: 'remove', id: 'four' });
  await change(anna, projectId, add('of-anna', videoId));
  await change(bo, projectId, update('one', { text: 'words' }), update('two', { text: 'a dog' }));
  await change(bo, projectId, update('four', { text: 'still needed' }), add('of-bo', own ?? ''));

  const taken = await anna.window.call('projectsTakeFile', { path: await write(bo, projectId) });
  expect(taken).toMatchObject({
    isNew: false,
    conflicts: 2,
    annotations: { added: 1, changed: 1, removed: 0 },
  });
  const merged = await annotations(anna, projectId);
  expect(merged['one']).toMatchObject({ note: 'a note', text: 'words' });
  expect(merged['two']?.text).toBe('a cat');
  expect(Object.keys(merged).toSorted()).toEqual(['of-anna', 'of-bo', 'one', 'two']);
  expect(merged['of-bo']?.createdBy).toBe('Bo');

  const { conflicts } = await anna.window.call('conflictsList', { projectId });
  expect(conflicts.map(({ itemId, fields }) => [itemId, fields]).toSorted()).toEqual([
    ['four', ['removed']],
    ['two', ['text']],
  ]);
  for (const { id } of conflicts) {
    await anna.window.call('conflictsResolve', { projectId, id, choice: 'theirs' });
  }
  const resolved = await annotations(anna, projectId);
  expect(resolved['two']?.text).toBe('a dog');
  expect(resolved['four']?.text).toBe('still needed');
  expect((await anna.window.call('conflictsList', { projectId })).conflicts).toEqual([]);
  // The same file again asks nothing that was answered.
  const again = await anna.window.call('projectsTakeFile', {
    path: path.join(bo.folder, 'project.videomind'),
  });
  expect(again).toMatchObject({ conflicts: 0, annotations: { added: 0, changed: 0, removed: 0 } });
  const back = await bo.window.call('projectsTakeFile', { path: await write(anna, projectId) });
  expect(back.conflicts).toBe(0);
  expect(texts(await annotations(bo, projectId))).toEqual(texts(await annotations(anna, projectId)));
});

const texts = (all: Record<string, { text: string; note: string }>) =>
  Object.fromEntries(Object.entries(all).map(([id, { text, note }]) => [id, [text, note]]));

test('a merge is one step of undo, and who did what stays to be seen', async () => {
  const [anna, bo] = [await library('Anna'), await library('Bo')];
  const { projectId, videoId } = await anna.project();
  await change(anna, projectId, add('one', videoId));
  await bo.window.call('projectsTakeFile', { path: await write(anna, projectId) });
  await change(bo, projectId, { op: 'update', id: 'one', changes: { text: 'by Bo' } });
  await anna.window.call('projectsTakeFile', { path: await write(bo, projectId) });
  const { entries } = await anna.window.call('historyList', { projectId, annotationId: 'one' });
  expect(entries.map(({ author, isMerged }) => [author, isMerged])).toEqual([
    ['Anna', false],
    ['Bo', true],
    ['Anna', false],
  ]);
  await anna.window.call('annotationsUndo', { projectId });
  expect((await annotations(anna, projectId))['one']?.text).toBe('');
  // What Bo did is not Anna's to take back: the next step is her own.
  await anna.window.call('annotationsUndo', { projectId });
  expect(await annotations(anna, projectId)).toEqual({});
});

test('each person’s verdict stands beside the others’', async () => {
  const [anna, bo] = [await library('Anna'), await library('Bo')];
  const { projectId, videoId } = await anna.project();
  await change(anna, projectId, add('one', videoId));
  await change(anna, projectId, { op: 'update', id: 'one', changes: { state: 'accepted' } });
  await bo.window.call('projectsTakeFile', { path: await write(anna, projectId) });
  await change(bo, projectId, { op: 'update', id: 'one', changes: { state: 'rejected' } });
  await anna.window.call('projectsTakeFile', { path: await write(bo, projectId) });
  const one = (await annotations(anna, projectId))['one'];
  expect(one?.verdicts?.map(({ by, state }) => `${by}: ${state}`)).toEqual([
    'Anna: accepted',
    'Bo: rejected',
  ]);
  await change(anna, projectId, { op: 'update', id: 'one', changes: { state: 'open' } });
  expect((await annotations(anna, projectId))['one']?.verdicts?.map(({ by }) => by)).toEqual(['Bo']);
});

test('videos are found again by their content, beside the file or where one looks', async () => {
  const [here, there] = [await library(), await library()];
  const clip = await here.videoFile('film.mp4');
  await writeFile(clip, 'a film of its own');
  const project = await here.window.call('projectsCreate', { name: 'Films' });
  const { videos } = await here.window.call('videosOpen', { projectId: project.id, paths: [clip] });
  await here.window.heard('videoChanged', ({ video }) => video.state === 'ready');
  await change(here, project.id, add('one', videos[0]?.id ?? ''));
  const file = await write(here, project.id);
  const travelled = path.join(there.folder, 'post', 'project.videomind');
  await mkdir(path.join(there.folder, 'post', 'films'), { recursive: true });
  await copyFile(file, travelled);
  await rm(clip);

  const without = await there.window.call('projectsPreviewFile', { path: travelled });
  expect(without.missingVideos).toEqual(['film.mp4']);
  expect((await there.window.call('snapshot', {})).projects).toEqual([]);
  await there.window.call('projectsTakeFile', { path: travelled });
  const missing = (await there.window.call('snapshot', {})).videos[0];
  expect(missing).toMatchObject({ state: 'missing', picture: { durationSec: 60 } });

  const elsewhere = path.join(there.folder, 'disk');
  await mkdir(elsewhere);
  await writeFile(path.join(elsewhere, 'renamed.mp4'), 'a film of its own');
  await writeFile(path.join(elsewhere, 'another.mp4'), 'another film, here');
  const found = await there.window.call('projectsFindVideos', { id: project.id, folder: elsewhere });
  expect(found).toMatchObject({ missing: 0, found: [{ id: missing?.id, name: 'renamed.mp4' }] });

  const third = await library();
  await mkdir(path.join(third.folder, 'films'));
  await writeFile(path.join(third.folder, 'films', 'other name.mp4'), 'a film of its own');
  await copyFile(travelled, path.join(third.folder, 'project.videomind'));
  const beside = { path: path.join(third.folder, 'project.videomind') };
  expect((await third.window.call('projectsTakeFile', beside)).missingVideos).toEqual([]);
});

test('opening a file that a missing video has the content of gives that video its place again', async () => {
  const here = await library();
  const { projectId, videoId } = await here.project();
  await change(here, projectId, add('one', videoId));
  const file = await write(here, projectId);
  const there = await library();
  await rm(path.join(here.folder, 'clip.mp4'));
  await there.window.call('projectsTakeFile', { path: file });
  const paths = [await there.videoFile('moved.mp4')];
  const { videos } = await there.window.call('videosOpen', { projectId, paths });
  expect((await annotations(there, projectId))['one']?.videoId).toBe(videos[0]?.id);
});

test('a project that was exported as JSON is restored', async () => {
  const here = await library('Anna');
  const { projectId } = await fullProject(here);
  const before = await annotations(here, projectId);
  const outputPath = path.join(here.folder, 'project.json');
  await here.window.call('exportsWrite', { projectId, format: 'json', outputPath });
  await here.window.call('projectsRemove', { id: projectId });
  const taken = await here.window.call('projectsTakeFile', { path: outputPath });
  expect(taken).toMatchObject({ projectId, isNew: true, missingSubtitles: ['said.srt'] });
  const { projects } = await here.window.call('snapshot', {});
  expect(projects.find(({ id }) => id === projectId)).toMatchObject({
    ...{ name: 'Cats', notes: 'Mind the dog.', labels: [{ name: 'run' }] },
    tracks: [{ id: ownTrackId }, { id: 'second', hidden: true }],
    counts: { runs: 1, annotations: 2, reviewed: 1 },
  });
  const [videoId] = projects.find(({ id }) => id === projectId)?.videoIds ?? [];
  const after = await annotations(here, projectId);
  expect(after).toEqual(
    Object.fromEntries(Object.entries(before).map(([id, each]) => [id, { ...each, videoId }])),
  );
});

test('questions that waited or ran where a file was written are not asked where it is taken', async () => {
  const here = await library('Anna');
  const there = await library('Ben');
  const { projectId, videoId } = await here.project();
  here.engine.onAsk = ({ signal }) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('ends'))));
  const question = { projectId, videoId, modelId: 'demo', question: 'Q', togetherId: 'all' };
  for (let asked = 0; asked < 2; asked++) await here.window.call('runsAsk', question);
  const outputPath = path.join(there.folder, 'project.json');
  await here.window.call('exportsWrite', { projectId, format: 'json', outputPath });
  await there.window.call('projectsTakeFile', { path: outputPath });
  const states = async () =>
    (await there.window.call('runsList', { projectId })).runs.map(({ state }) => state);
  expect(await states()).toEqual(['interrupted', 'interrupted']);
  await there.restart();
  expect(await states()).toEqual(['interrupted', 'interrupted']);
});

test('what is no project’s file is refused by name, and nothing of it is taken', async () => {
  const host = await library();
  const { projectId } = await fullProject(host);
  const good = unzipSync(await readFile(await write(host, projectId)));
  const other = await library();
  const refused = async (files: Record<string, Uint8Array> | string): Promise<string> => {
    const file = path.join(other.folder, 'bad.videomind');
    await writeFile(file, typeof files === 'string' ? files : zipSync(files));
    const error: unknown = await other.window
      .call('projectsTakeFile', { path: file })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'PROJECT_FILE_INVALID' });
    return (error as Error).message;
  };
  const line = (value: unknown): Uint8Array => strToU8(`${JSON.stringify(value)}\n`);
  const [first = '', second = ''] = new TextDecoder().decode(good['annotations.jsonl']).split('\n');
  const one = JSON.parse(first) as { id: string };

  expect(await refused('not a project')).toContain('not JSON');
  expect(await refused('PK and no more')).toContain('unpacked');
  expect(await refused({})).toContain('lacks project.json');
  expect(await refused({ ...good, '../../evil': strToU8('x') })).toMatch(/evil|unpacked/);
  expect(
    await refused({ ...good, 'project.json': line({ format: 'videomind-project-file', schemaVersion: 9 }) }),
  ).toContain('schemaVersion');
  expect(await refused({ ...good, 'annotations.jsonl': line({ ...one, startSec: 'soon' }) })).toContain(
    'line 1 is not what a project’s file holds: startSec',
  );
  expect(await refused({ ...good, 'annotations.jsonl': strToU8(`${first}\n${first}\n`) })).toContain(
    'two annotations',
  );
  expect(await refused({ ...good, 'annotations.jsonl': line({ ...one, videoId: 'nowhere' }) })).toContain(
    'none of its videos',
  );
  expect(await refused({ ...good, 'annotations.jsonl': line({ ...one, startSec: 9, endSec: 3 }) })).toContain(
    'ends before',
  );
  expect(second).not.toBe('');
  const { projects, videos } = await other.window.call('snapshot', {});
  expect([projects, videos]).toEqual([[], []]);
});

test('a file that holds what another project of the library has is refused', async () => {
  const host = await library();
  const { projectId } = await fullProject(host);
  const files = unzipSync(await readFile(await write(host, projectId)));
  const renamed = Object.fromEntries(
    Object.entries(files).map(([name, content]) => [
      name,
      name.endsWith('.gz')
        ? content
        : strToU8(new TextDecoder().decode(content).replaceAll(projectId, 'another')),
    ]),
  );
  const file = path.join(host.folder, 'stolen.videomind');
  await writeFile(file, zipSync(renamed));
  await expect(host.window.call('projectsTakeFile', { path: file })).rejects.toMatchObject({
    code: 'PROJECT_FILE_INVALID',
  });
  expect((await host.window.call('snapshot', {})).projects).toHaveLength(1);
});

test('a place on this disk that a file merely names is not read', async () => {
  const host = await library();
  const { projectId } = await fullProject(host);
  const files = unzipSync(await readFile(await write(host, projectId)));
  const secret = path.join(host.folder, 'secret.txt');
  await writeFile(secret, 'a secret');
  const head = JSON.parse(new TextDecoder().decode(files['project.json'])) as {
    videos: { subtitles: object[] }[];
  };
  head.videos[0]?.subtitles.push({ id: 'spy', label: 'spy', path: secret, isHeld: false });
  const there = await library();
  const file = path.join(there.folder, 'spy.videomind');
  await writeFile(file, zipSync({ ...files, 'project.json': strToU8(JSON.stringify(head)) }));
  const taken = await there.window.call('projectsTakeFile', { path: file });
  expect(taken.missingSubtitles).toEqual(['spy']);
  const written = unzipSync(await readFile(await write(there, projectId)));
  expect(
    Object.values(written).some((content) => new TextDecoder().decode(content).includes('a secret')),
  ).toBe(false);
});
