import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProjectExport } from '../contract/project-export.ts';
import type { Annotation } from '../contract/annotations.ts';
import { TestHost, hostPatienceMs } from '../testing/test-host.ts';

let host: TestHost;
let ids: { readonly projectId: string; readonly videoId: string };
beforeAll(async () => {
  host = await TestHost.open();
  ids = await host.project();
  const { projectId, videoId } = ids;
  const add = (id: string, startSec: number, state: 'accepted' | 'open') => ({
    op: 'add' as const,
    annotation: {
      id,
      videoId,
      startSec,
      endSec: startSec + 2,
      text: `A ${id}`,
      provenance: 'human' as const,
      state,
    },
  });
  const operations = [add('one', 1, 'accepted'), add('two', 10, 'open')];
  await host.window.call('annotationsChange', { projectId, title: 'Add', operations });
}, hostPatienceMs);
afterAll(() => host.remove(), hostPatienceMs);

describe('an export', () => {
  it('is written into the host’s folder and can be fetched by its id', async () => {
    const result = await host.window.call('exportsWrite', { projectId: ids.projectId, format: 'json' });
    expect(result).toMatchObject({ moments: 2, fileName: 'Project.json' });
    const [, id = ''] = result.mediaPath?.split('/') ?? [];
    expect(await host.host.media.exportFile(id)).toMatchObject({
      path: result.path,
      fileName: 'Project.json',
    });
    const content = JSON.parse(await readFile(result.path, 'utf8')) as ProjectExport;
    expect(content.annotations.map((annotation) => annotation.id)).toEqual(['one', 'two']);
  });

  it('holds only what was chosen, and goes where it was told to', async () => {
    const outputPath = path.join(host.folder, 'accepted.csv');
    const request = { projectId: ids.projectId, format: 'csv', state: 'accepted', outputPath } as const;
    expect(await host.window.call('exportsWrite', request)).toMatchObject({ moments: 1, path: outputPath });
    expect(await readFile(outputPath, 'utf8')).toContain('A one');
    const none = host.window.call('exportsWrite', { ...request, annotationIds: ['nobody'] });
    await expect(none).rejects.toMatchObject({ code: 'EXPORT_EMPTY' });
    const relative = host.window.call('exportsWrite', { ...request, outputPath: 'accepted.csv' });
    await expect(relative).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });

  it('of a table that a window shows is guarded like any other', async () => {
    const { projectId } = ids;
    const rows = [
      ['=1+1', 0.5],
      ['a "word"', null],
    ];
    const table = { projectId, name: 'Runs/1', columns: ['name', 'mean IoU'], rows };
    const written = await host.window.call('tablesWrite', table);
    expect(written.moments).toBe(2);
    expect(written.mediaPath).toMatch(/^export\/.+\.csv$/u);
    expect(await readFile(written.path, 'utf8')).toBe(
      `\ufeffname,"mean IoU"\r\n"'=1+1",0.5\r\n"a ""word""",\r\n`,
    );
  });

  it('of several files to a chosen place is a zip that is named so, and replaces none that is there', async () => {
    const { projectId } = ids;
    const other = await host.videoFile('other-clip.mp4');
    const { videos } = await host.window.call('videosOpen', { projectId, paths: [other] });
    const annotation = { id: 'far', startSec: 1, endSec: 2, text: 'Far', provenance: 'human' } as const;
    const add = { op: 'add', annotation: { ...annotation, videoId: videos[0]?.id ?? '' } } as const;
    await host.window.call('annotationsChange', { projectId, title: 'Add', operations: [add] });
    const outputPath = path.join(host.folder, 'Project.srt');
    const request = { projectId, format: 'srt', outputPath } as const;
    const result = await host.window.call('exportsWrite', request);
    expect(result).toMatchObject({ path: `${outputPath}.zip`, fileName: 'Project.srt.zip', moments: 3 });
    expect(Object.keys(unzipSync(await readFile(result.path)))).toEqual(['clip.srt', 'other-clip.srt']);
    await expect(host.window.call('exportsWrite', request)).rejects.toMatchObject({ code: 'OUTPUT_EXISTS' });
    await host.window.call('annotationsUndo', { projectId });
  });

  it('of clips is a job that cuts one file a moment', async () => {
    const outputPath = path.join(host.folder, 'clips');
    const result = await host.window.call('exportsWrite', {
      projectId: ids.projectId,
      format: 'clips',
      outputPath,
    });
    await host.window.heard('jobChanged', ({ job }) => job.id === result.jobId && job.state === 'done');
    expect((await readdir(outputPath)).sort()).toEqual([
      'clip 01.00-03.00 A one.mp4',
      'clip 10.00-12.00 A two.mp4',
    ]);
  });

  it('of clips goes into a folder that is named after the project where nobody chose one', async () => {
    const { projectId } = ids;
    await host.window.call('projectsChange', { id: projectId, name: 'Cats: 1' });
    const result = await host.window.call('exportsWrite', { projectId, format: 'clips' });
    const { job } = await host.window.heard('jobChanged', (event) => event.job.id === result.jobId);
    expect([result.fileName, job.title]).toEqual(['Cats_ 1 clips', 'Cats_ 1 clips']);
    // From elsewhere they are fetched as one file.
    await host.window.heard(
      'jobChanged',
      (event) => event.job.id === result.jobId && event.job.state === 'done',
    );
    const zip = await host.host.media.exportFile(result.jobId ?? '');
    expect(zip?.fileName).toBe('Cats_ 1 clips.zip');
    expect(Object.keys(unzipSync(await readFile(zip?.path ?? ''))).sort()).toEqual([
      'clip 01.00-03.00 A one.mp4',
      'clip 10.00-12.00 A two.mp4',
    ]);
  });
});

describe('an import of annotations', () => {
  it('adds a track of its own with labels, as one step, and counts what does not fit', async () => {
    const file = path.join(host.folder, 'truth.csv');
    const rows = [
      'video,startSec,endSec,text,label',
      'clip.mp4,1,2,a,Dog',
      'clip,3,4,b,Cat',
      'other.mp4,1,2,c,',
      'clip,58,90,d,',
      'clip,70,90,e,',
    ];
    await writeFile(file, rows.join('\n'));
    const result = await host.window.call('annotationsImport', { projectId: ids.projectId, path: file });
    expect(result).toMatchObject({ added: 3, source: 'truth.csv' });
    expect(result.assumed).toEqual(['an end beyond the video was cut to its end, 60 s (line 5)']);
    expect(result.skipped.map(({ reason, count }) => [reason, count])).toEqual([
      ['it starts after the end of the video', 1],
      ['about no video of this project', 1],
    ]);
    const { annotations } = await host.window.call('annotationsList', { projectId: ids.projectId });
    expect(annotations.filter(({ source }) => source === 'truth.csv')).toMatchObject([
      { provenance: 'imported', text: 'a' },
      { provenance: 'imported', text: 'b' },
      { text: 'd', startSec: 58, endSec: 60 },
    ]);
    const project = async () => (await host.window.call('snapshot', {})).projects[0]!;
    expect((await project()).labels.map(({ name }) => name)).toEqual(['Dog', 'Cat']);
    expect((await project()).tracks).toMatchObject([
      { id: 'own' },
      { name: 'truth.csv', kind: 'reference', origin: { kind: 'file', name: 'truth.csv' } },
    ]);
    // What came with the file goes with it: its track and its labels too.
    const undone = await host.window.call('annotationsUndo', { projectId: ids.projectId });
    expect(undone).toMatchObject({ title: 'Import truth.csv', isDone: true });
    expect(await project()).toMatchObject({ labels: [], tracks: [{ id: 'own' }] });
  });

  it('is shown beforehand, as it is read with what a person chose, and changes nothing', async () => {
    const file = path.join(host.folder, 'tiers.csv');
    const rows = [
      'start;end;text;label',
      '00:00:01:12;00:00:02:00;läuft;Hund',
      '3;4,5;b;Katze',
      '70;80;c;',
      'x;1;d;',
    ];
    await writeFile(file, Buffer.from(rows.join('\n'), 'latin1'));
    const asked = { projectId: ids.projectId, path: file, videoId: ids.videoId };
    const before = await host.window.call('annotationsList', { projectId: ids.projectId });
    const preview = await host.window.call('annotationsPreview', asked);
    expect(preview).toMatchObject({
      ...{
        source: 'tiers.csv',
        form: 'csv',
        encoding: 'windows-1252',
        delimiter: ';',
        countsFrames: true,
        total: 2,
      },
      moments: [
        { text: 'läuft', label: 'Hund', video: 'clip.mp4' },
        { startSec: 3, endSec: 4.5 },
      ],
      labels: [
        { name: 'Hund', moments: 1 },
        { name: 'Katze', moments: 1 },
      ],
    });
    expect(preview.assumed[0]).toContain('windows-1252');
    expect(preview.skipped.map(({ reason, examples }) => [reason, examples])).toEqual([
      ['the start is no time: “x”', ['line 5']],
      ['it starts after the end of the video', ['line 4']],
    ]);
    const choices = { encoding: 'windows-1251', fps: 50, labels: ['Hund'] };
    const chosen = await host.window.call('annotationsPreview', { ...asked, choices });
    expect(chosen).toMatchObject({
      encoding: 'windows-1251',
      moments: [{ startSec: 1.24, endSec: 2, text: 'lдuft' }],
    });
    expect(await host.window.call('annotationsList', { projectId: ids.projectId })).toEqual(before);
    const { added } = await host.window.call('annotationsImport', { ...asked, choices });
    expect(added).toBe(chosen.total);
  });

  it('leaves out the tracks, labels and origins that are not chosen', async () => {
    const { projectId, videoId } = ids;
    const moment = (id: string, more: Partial<Annotation> = {}) =>
      ({
        op: 'add',
        annotation: {
          ...{ id: `${id}-${projectId}`, videoId, startSec: 1, endSec: 2, text: id },
          ...({ provenance: 'human', ...more } as const),
        },
      }) as const;
    await host.window.call('annotationsChange', {
      projectId,
      title: 'Add',
      operations: [
        { op: 'addLabel', label: { id: 'dog', name: 'Dog', color: 1 } },
        {
          op: 'addTrack',
          track: { id: 'truth', name: 'Truth', kind: 'reference', hidden: false, locked: false },
        },
        moment('own'),
        moment('labelled', { labelId: 'dog' }),
        moment('reference', { trackId: 'truth', provenance: 'imported' }),
      ],
    });
    const written = async (choice: object) =>
      (await host.window.call('exportsWrite', { projectId, format: 'csv', withFound: false, ...choice }))
        .moments;
    const all = await written({});
    expect(await written({ trackIds: ['truth'] })).toBe(1);
    expect(await written({ trackIds: ['own'], labelIds: ['dog'] })).toBe(1);
    expect(await written({ labelIds: [null], trackIds: ['truth'] })).toBe(1);
    expect(await written({ labelIds: [null] })).toBeLessThan(all);
    expect(await written({ provenances: ['imported'], trackIds: ['own', 'truth'] })).toBe(1);
  });

  it('gives an export back as it was', async () => {
    const { path: file } = await host.window.call('exportsWrite', {
      projectId: ids.projectId,
      format: 'json',
      annotationIds: ['one'],
    });
    const result = await host.window.call('annotationsImport', { projectId: ids.projectId, path: file });
    expect(result.added).toBe(1);
  });

  it.each([
    ['is not there', 'none.json', undefined, 'ANNOTATIONS_NOT_FOUND'],
    ['is something else', 'text.json', 'hello', 'ANNOTATIONS_INVALID'],
    [
      'is about other videos',
      'other.csv',
      'video,startSec,endSec\na.mp4,1,2\nb.mp4,1,2',
      'ANNOTATIONS_INVALID',
    ],
  ])('from a file that %s is refused', async (_what, name, content, code) => {
    const file = path.join(host.folder, name);
    if (content !== undefined) await writeFile(file, content);
    const read = host.window.call('annotationsImport', { projectId: ids.projectId, path: file });
    await expect(read).rejects.toMatchObject({ code });
  });
});
