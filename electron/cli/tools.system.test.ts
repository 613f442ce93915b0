import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runRecordSchema } from '../../native-models/protocol/run-record.ts';
import { programPath } from '../host/paths.ts';
import type { ImportedPack } from './testing/imported-pack.ts';
import { importPack } from './testing/imported-pack.ts';
import { runCli } from './testing/run-cli.ts';

const packPath = path.join(programPath, 'native-models', 'fixtures', 'pack-tools');
const video = path.join(packPath, 'videos', 'a.mp4');
const tools = path.join(packPath, 'tools.json');
const question = 'What comes after the circle?';

let videoMind: ImportedPack;
let packagePath: string;
beforeAll(async () => {
  videoMind = await importPack();
  packagePath = path.join(videoMind.folder, 'reasoner');
  const base = path.join(packPath, 'checkpoint');
  const imported = await runCli(['import', '--base', base, '--out', packagePath, '--precision', 'fp32']);
  if (imported.code !== 0) throw new Error(imported.stderr);
});
afterAll(() => videoMind.remove());

const ask = (...more: string[]) => runCli(['ask', video, question, '--model', packagePath, ...more]);

describe('ask --tools', () => {
  it('has each turn in record and trace, and shows the calls', async () => {
    const tracePath = path.join(videoMind.folder, 'trace.json');
    const given = ['--tools', tools, '--shown-path', 'film.mp4', '--tool-rounds', '1'];
    const { code, stdout } = await ask(...given, '--json', '--trace', tracePath);
    expect(code).toBe(0);
    const record = runRecordSchema.parse(JSON.parse(stdout));
    expect(record).toMatchObject({ stop: 'rounds', turns: [{ calls: [{ kind: 'crop' }] }, {}] });
    expect(record.answer).toBeUndefined();
    const { reasoner } = JSON.parse(await readFile(tracePath, 'utf8')) as { reasoner: object };
    const runs = JSON.parse(await readFile(path.join(packPath, 'expected', 'runs.json'), 'utf8')) as object[];
    const { turns, frameIndices, response } = runs[10] as Record<string, unknown>;
    expect(reasoner).toMatchObject({ turns, frameIndices, response, answer: null });

    const shown = await ask('--tools', tools, '--shown-path', 'film.mp4');
    expect(shown.stdout).toMatch(/^Tool +crop_video 0:06\.5 – 0:09(?:\.0)?, 2 frames/mu);
    expect(shown.stdout).toMatch(/^Answer +a square/mu);
  });

  it('goes on from a record: the same video, model and tools, and all that was said', async () => {
    const first = await ask('--tools', tools, '--shown-path', 'film.mp4', '--json');
    const recordPath = path.join(videoMind.folder, 'record.json');
    await writeFile(recordPath, first.stdout);
    const next = await runCli(['ask', '--follow', recordPath, 'Is there a plus?', '--json']);
    expect([next.code, next.stderr.includes('Error')]).toEqual([0, false]);
    const record = runRecordSchema.parse(JSON.parse(next.stdout));
    expect(record.follows).toMatchObject({ question, answer: 'a square' });
    expect(record.turns![0]!.tokens.prompt).toBeGreaterThan(640);
    const third = path.join(videoMind.folder, 'next.json');
    await writeFile(third, next.stdout);
    const again = await runCli(['ask', '--follow', third, 'And then?', '--json']);
    expect(runRecordSchema.parse(JSON.parse(again.stdout)).settings!.reasoner!.conversation).toHaveLength(2);
    expect((await runCli(['ask', '--follow', recordPath])).code).toBe(2);
  });

  it('refuses a tools file that is none, and options that mean nothing beside it', async () => {
    const none = path.join(videoMind.folder, 'none.json');
    await writeFile(none, '{"schemaVersion": 1}');
    const refused = await ask('--tools', none);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain('TOOLS_INVALID');
    expect((await ask('--tools', path.join(videoMind.folder, 'absent.json'))).stderr).toContain(
      'TOOLS_INVALID',
    );
    expect((await ask('--shown-path', 'x')).code).toBe(2);
    expect((await ask('--tools', tools, '--verbatim')).code).toBe(2);
  });
});
