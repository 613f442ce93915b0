import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import { EngineError } from '../protocol/errors.ts';
import type { EngineParts } from './engine-parts.ts';
import { ModelKeeper } from './model-keeper.ts';

let folder: string;
let log: string[];
let keeper: ModelKeeper;

beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'videomind-keeper-'));
  await writeFile(path.join(folder, 'manifest.json'), '{}');
  log = [];
  const parts: Pick<EngineParts, 'openPackage' | 'createAgent'> = {
    openPackage: (opened, { threads }) => {
      if (opened.endsWith('missing')) return Promise.reject(new EngineError('NOT_A_PACKAGE', opened));
      const name = `${path.basename(opened)}, ${String(threads ?? 'all')} threads`;
      log.push(`open ${name}`);
      const dispose = () => Promise.resolve(void log.push(`dispose ${name}`));
      return Promise.resolve({ name, dispose } as LoadedModel);
    },
    createAgent: () => ({}) as ReturnType<EngineParts['createAgent']>,
  };
  keeper = new ModelKeeper(parts);
});
afterEach(() => rm(folder, { recursive: true }));

const cpu = { device: 'cpu' } as const;

describe('the model keeper', () => {
  it('opens a package once and keeps its agent for the next question', async () => {
    const first = await keeper.open({ modelPath: folder, ...cpu });
    const second = await keeper.open({ modelPath: path.join(folder, '.'), ...cpu });
    expect(second.agent).toBe(first.agent);
    expect(log).toHaveLength(1);
  });

  it('lets go of one before it opens another', async () => {
    const name = path.basename(folder);
    await keeper.open({ modelPath: folder, ...cpu });
    await keeper.open({ modelPath: folder, ...cpu, threads: 2 });
    expect(log).toEqual([
      `open ${name}, all threads`,
      `dispose ${name}, all threads`,
      `open ${name}, 2 threads`,
    ]);
  });

  it('keeps both packages of a question that needs two, until another is wanted', async () => {
    const both = [folder, os.tmpdir()].map((modelPath) => ({ modelPath, ...cpu }));
    const [first, second] = await keeper.openAll(both);
    expect((await keeper.open(both[0]!)).agent).toBe(first.agent);
    expect((await keeper.openAll(both))[1]!.agent).toBe(second!.agent);
    expect(log).toHaveLength(2);
    await keeper.openAll([both[0]!, { modelPath: path.dirname(os.tmpdir()), ...cpu }]);
    const names = both.map(({ modelPath }) => path.basename(modelPath));
    expect(log.slice(0, 3)).toEqual([
      `open ${names[0]!}, all threads`,
      `open ${names[1]!}, all threads`,
      `dispose ${names[1]!}, all threads`,
    ]);
  });

  it('opens a package again that was imported again at the same place', async () => {
    await keeper.open({ modelPath: folder, ...cpu });
    await rm(path.join(folder, 'manifest.json'));
    await writeFile(path.join(folder, 'manifest.json'), '{ }');
    await keeper.open({ modelPath: folder, ...cpu });
    expect(log.filter((line) => line.startsWith('open'))).toHaveLength(2);
  });

  it('keeps nothing when opening fails, and opens the next one', async () => {
    await expect(keeper.open({ modelPath: `${folder}/missing`, ...cpu })).rejects.toMatchObject({
      code: 'NOT_A_PACKAGE',
    });
    await expect(keeper.open({ modelPath: folder, ...cpu })).resolves.toBeDefined();
  });
});
