import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { settingsSchema } from '../contract/settings.ts';
import { migrate, schemaVersion } from './migrations.ts';
import { Store } from './store.ts';

let folder: string;
let file: string;
let store: Store | undefined;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'videomind-store-'));
  file = path.join(folder, 'library.db');
});
afterEach(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

const open = async (): Promise<Store> => (store = await Store.open(file));
const reopen = async (): Promise<Store> => {
  await store?.close();
  return open();
};

describe('the library', () => {
  it('keeps what was stored, and starts with defaults', async () => {
    await open();
    expect((await store!.call('snapshot')).settings).toEqual(settingsSchema.parse({}));
    await store!.call('createProject', { id: 'p', name: 'Films', createdAtMs: 5 });
    await store!.call('changeSettings', { theme: 'dark', layout: { left: 3 } });
    await reopen();
    const { projects, settings } = await store!.call('snapshot');
    expect(projects).toMatchObject([{ id: 'p', name: 'Films', counts: { runs: 0, annotations: 0 } }]);
    expect(settings).toMatchObject({ theme: 'dark', layout: { left: 3 }, candidates: 5 });
  });

  it('keeps where one was in a project, whatever other windows keep of theirs', async () => {
    await open();
    for (const id of ['p', 'q']) await store!.call('createProject', { id, name: id, createdAtMs: 5 });
    const place = (videoId: string) => ({ videoId, openVideoIds: [videoId], places: {} });
    for (const [id, videoId] of [
      ['p', 'a'],
      ['q', 'b'],
      ['q', 'c'],
      ['gone', 'd'],
    ] as const) {
      await store!.call('changeSettings', { workPlaces: { [id]: place(videoId) } });
    }
    const { settings } = await store!.call('snapshot');
    expect(settings.workPlaces).toEqual({ p: place('a'), q: place('c') });
  });

  it('lists runs page by page, those of one moment too, as all samples of an evaluation are', async () => {
    await open();
    await store!.call('createProject', { id: 'p', name: 'p', createdAtMs: 5 });
    const question = { projectId: 'p', videoId: 'v', modelId: 'm', question: '', candidates: 5 };
    for (const id of ['c', 'a', 'e', 'b', 'd', 'newest']) {
      const createdAtMs = id === 'newest' ? 10 : 7;
      await store!.call('createRun', {
        ...{ id, createdAtMs, modelName: 'm' },
        question: { ...question, temperature: 0, device: 'auto' },
      });
    }
    const listed: string[] = [];
    let behind: { readonly id: string; readonly createdAtMs: number } | undefined;
    for (let more = true; more;) {
      const page = await store!.call('listRuns', { projectId: 'p', behind, limit: 2 });
      listed.push(...page.runs.map(({ id }) => id));
      ({ more } = page);
      behind = page.runs.at(-1);
    }
    expect(listed).toEqual(['newest', 'e', 'd', 'c', 'b', 'a']);
  });

  it('ignores settings that it does not know or understand any more', async () => {
    await open();
    await store!.close();
    const database = new DatabaseSync(file);
    database.exec(`INSERT INTO settings VALUES ('theme', '"sepia"'), ('gone', '1'), ('candidates', '7')`);
    database.close();
    await open();
    expect((await store!.call('snapshot')).settings).toMatchObject({ theme: 'system', candidates: 7 });
  });

  it('is open in one instance only, and is released when that one closes', async () => {
    await open();
    await expect(Store.open(file)).rejects.toMatchObject({ code: 'STORE_BUSY' });
    await reopen();
    await expect(store!.call('snapshot')).resolves.toBeDefined();
  });

  it('of a newer program is left alone', async () => {
    await open();
    await store!.close();
    const database = new DatabaseSync(file);
    database.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
    database.close();
    const before = await readFile(file);
    await expect(Store.open(file)).rejects.toMatchObject({ code: 'STORE_NEWER' });
    expect(await readFile(file)).toEqual(before);
  });

  it.each([
    ['is overwritten with something else', () => writeFile(file, 'not a database '.repeat(1000))],
    [
      'has lost its second half',
      async () => truncate(file, Math.floor((await readFile(file)).length / 2 / 4096) * 4096),
    ],
    [
      'has damaged pages',
      async () => {
        const bytes = await readFile(file);
        bytes.fill(0xa5, 4096, 4096 * 6);
        await writeFile(file, bytes);
      },
    ],
  ])('that %s is set aside, never deleted, and a new one begun', async (_what, damage) => {
    await open();
    for (let index = 0; index < 60; index++) {
      const id = `p${index}`;
      await store!.call('createProject', { id, name: 'x'.repeat(500), createdAtMs: index });
    }
    await store!.close();
    await damage();
    const damaged = await readFile(file);
    await open();
    const { setAsidePath } = store!;
    expect(await readFile(setAsidePath!)).toEqual(damaged);
    expect((await store!.call('snapshot')).projects).toEqual([]);
    await reopen();
    expect(store!.setAsidePath).toBeUndefined();
    expect((await readdir(folder)).filter((name) => name.includes('damaged')).length).toBeGreaterThan(0);
  });

  it('says plainly when its folder cannot be written', async () => {
    await writeFile(path.join(folder, 'taken'), '');
    await expect(Store.open(path.join(folder, 'taken', 'library.db'))).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
    });
    expect(existsSync(file)).toBe(false);
  });
});

describe('a library of the first version', () => {
  it('gets a track for each file that was imported, and its history by video', async () => {
    const database = new DatabaseSync(file);
    migrate(database, 1);
    const image = (provenance: string, source?: string) =>
      JSON.stringify({ id: 'a', videoId: 'v', provenance, ...(source === undefined ? {} : { source }) });
    const step = (position: number, provenance: string, source?: string) =>
      `('p', ${position}, 'Step ${position}', '[{"id":"a","before":null,"after":${image(provenance, source)}}]')`;
    database.exec(`
      INSERT INTO projects (id, name, created_at_ms, notes, undo_position) VALUES ('p', 'P', 1, '', 1);
      INSERT INTO annotations (id, project_id, video_id, start_sec, end_sec, text, note, provenance, state, source,
        created_at_ms, updated_at_ms)
        VALUES ('a', 'p', 'v', 1, 2, '', '', 'imported', 'open', 'truth.json', 1, 1),
          ('b', 'p', 'v', 1, 2, '', '', 'imported', 'open', 'other.csv', 1, 1),
          ('c', 'p', 'v', 1, 2, '', '', 'human', 'open', NULL, 1, 1);
      INSERT INTO undo_steps (project_id, position, title, changes)
        VALUES ${step(1, 'imported', 'truth.json')}, ${step(2, 'human')};`);
    database.close();
    await open();
    const { projects } = await store!.call('snapshot');
    const tracks = projects[0]!.tracks;
    expect(tracks.map(({ name, kind }) => [name, kind])).toEqual([
      ['Annotations', 'own'],
      ['truth.json', 'reference'],
      ['other.csv', 'reference'],
    ]);
    const { annotations } = await store!.call('listAnnotations', { projectId: 'p' });
    expect(annotations.map(({ trackId }) => trackId)).toEqual([tracks[1]?.id, tracks[2]?.id, undefined]);
    const redo = { projectId: 'p', videoId: 'v', direction: 'redo' } as const;
    expect(await store!.call('stepAnnotations', redo)).toMatchObject({ title: 'Step 2', videoIds: ['v'] });
  });
});

describe('text of any kind', () => {
  it('is kept as it is and never becomes a statement', async () => {
    await open();
    const hostile = [
      `'; DROP TABLE projects; --`,
      `"); DELETE FROM videos; --`,
      'a\u0000b',
      '<script>alert(1)</script>',
      '../../etc/passwd',
      '😀 \u202e ́',
      ':name @id $x ?1',
    ];
    for (const [index, name] of hostile.entries()) {
      await store!.call('createProject', { id: `h${index}`, name, createdAtMs: index });
    }
    await reopen();
    expect((await store!.call('snapshot')).projects.map(({ name }) => name)).toEqual(hostile);
  });

  it('of any characters comes back from a note', async () => {
    await open();
    await store!.call('createProject', { id: 'p', name: 'P', createdAtMs: 0 });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (notes) => {
        const changed = await store!.call('changeProject', { id: 'p', notes });
        expect(changed?.notes).toBe(notes);
      }),
      { numRuns: 50 },
    );
  });
});

describe('an operation that fails', () => {
  it('changes nothing, and the next one works', async () => {
    await open();
    await store!.call('createProject', { id: 'p', name: 'P', createdAtMs: 0 });
    const again = store!.call('createProject', { id: 'p', name: 'Q', createdAtMs: 0 });
    await expect(again).rejects.toMatchObject({ code: 'INTERNAL' });
    expect((await store!.call('snapshot')).projects).toMatchObject([{ name: 'P' }]);
  });

  it('after closing says so', async () => {
    await open();
    await store!.close();
    await expect(store!.call('snapshot')).rejects.toMatchObject({ code: 'CANCELLED' });
    store = undefined;
  });
});
