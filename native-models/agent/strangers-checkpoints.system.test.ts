import { chmod, cp, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importCheckpoint } from '../checkpoints/import-checkpoint.ts';
import { openPackage } from '../checkpoints/open-package.ts';
import type { JsonObject } from '../checkpoints/read-file.ts';
import { lengthFieldBytes } from '../checkpoints/safetensors/header.ts';
import { locateFfmpeg } from '../media/ffmpeg.ts';
import { countedSource, makeVideo } from '../media/made-videos.ts';
import type { AskRequest } from '../protocol/ask-request.ts';
import { askRequestSchema } from '../protocol/ask-request.ts';
import { importRequestSchema } from '../protocol/import-request.ts';
import { createAgent } from './agent.ts';
import { requestOf } from './test-support/chain-agreement.ts';
import { reasonerPackPath } from './test-support/reasoner-pack.ts';
import { expectedRuns, packPath } from './test-support/reference-pack.ts';

/** Side of a patch of Qwen2.5-VL in pixels. */
const patchSide = 14;

let folder = '';
let count = 0;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'videomind-strangers-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A copy of a checkpoint that a test may change. */
async function copyOf(checkpoint: string): Promise<string> {
  const copy = join(folder, `checkpoint-${count++}`);
  await cp(checkpoint, copy, { recursive: true });
  return copy;
}

async function editJson(file: string, fields: JsonObject): Promise<void> {
  const before = JSON.parse(await readFile(file, 'utf8')) as JsonObject;
  await writeFile(file, JSON.stringify({ ...before, ...fields }));
}

/** Renames tensors in a safetensors header; its data stay as they are. */
async function renameTensors(file: string, rename: (name: string) => string): Promise<void> {
  const bytes = await readFile(file);
  const dataStart = lengthFieldBytes + Number(bytes.readBigUInt64LE());
  const header = JSON.parse(bytes.subarray(lengthFieldBytes, dataStart).toString()) as JsonObject;
  const renamed = Object.entries(header).map(([name, entry]) => [rename(name), entry] as const);
  const json = JSON.stringify(Object.fromEntries(renamed));
  const padded = json.padEnd(Math.ceil(json.length / 8) * 8);
  const length = Buffer.alloc(lengthFieldBytes);
  length.writeBigUInt64LE(BigInt(padded.length));
  await writeFile(file, Buffer.concat([length, Buffer.from(padded), bytes.subarray(dataStart)]));
}

/** What an import of a checkpoint says to a question, every number of it, without clocks. */
async function asked(
  paths: { readonly basePath: string; readonly adaptersPath?: string },
  ask: (modelPath: string) => AskRequest,
) {
  const outPath = join(folder, `package-${count++}`);
  await importCheckpoint(importRequestSchema.parse({ ...paths, outPath, precision: 'fp32' }));
  const model = await openPackage(outPath, { device: 'cpu', threads: 2 });
  try {
    const { record, trace } = await createAgent(model).ask(ask(outPath));
    const { plan, candidates, answer } = record;
    return {
      plan,
      candidates,
      answer,
      trace: { ...trace, caches: undefined, transfer: undefined },
    };
  } finally {
    await model.dispose();
  }
}

describe('an adapter whose layers are called as newer libraries call them', () => {
  const [run] = expectedRuns('pack-2b');
  const basePath = packPath('pack-2b', 'base');
  const reply = (adaptersPath: string) =>
    asked({ basePath, adaptersPath }, (modelPath) => requestOf('pack-2b', modelPath, run!));
  const nested = (name: string): string => name.replace('model.layers.', 'model.language_model.layers.');

  test('answers to the last bit as under the old names, a pattern for one of them too', async () => {
    const module = 'model.layers.1.self_attn.q_proj';
    const patterned = async (change: (name: string) => string): Promise<string> => {
      const adapters = await copyOf(packPath('pack-2b', 'model'));
      for (const role of ['planner', 'grounder', 'verifier']) {
        await renameTensors(join(adapters, role, 'adapter_model.safetensors'), change);
      }
      const config = join(adapters, 'grounder', 'adapter_config.json');
      await editJson(config, { alpha_pattern: { [change(module)]: 100 } });
      return adapters;
    };
    const old = await reply(await patterned((name) => name));
    expect(await reply(await patterned(nested))).toEqual(old);
    const unpatterned = await reply(packPath('pack-2b', 'model'));
    expect(unpatterned.candidates).not.toEqual(old.candidates);
  });
});

describe('processors that are saved in one file alone', () => {
  test('give a model that reasons aloud its limits of pixels', async () => {
    const source = [...countedSource(1, '640x480'), '-c:v', 'mpeg4'];
    const videoPath = await makeVideo(await locateFfmpeg(), source, join(folder, 'large.mp4'));
    const pixelsOf = async (basePath: string): Promise<number> => {
      const { trace } = await asked({ basePath }, (modelPath) =>
        askRequestSchema.parse({ videoPath, modelPath, question: 'What?', trace: true, maxTokens: 1 }),
      );
      const { reasoner } = trace;
      const [, rows = 0, columns = 0] = (reasoner && 'gridTHW' in reasoner && reasoner.gridTHW) || [];
      return rows * columns * patchSide ** 2;
    };
    const basePath = await copyOf(reasonerPackPath('pack-qwen2.5', 'checkpoint'));
    expect(await pixelsOf(basePath)).toBeGreaterThan(50_176);
    await rm(join(basePath, 'preprocessor_config.json'));
    await rm(join(basePath, 'video_preprocessor_config.json'));
    const size = { shortest_edge: 3136, longest_edge: 50_176 };
    const processors = { image_processor: { size }, video_processor: { size } };
    await writeFile(join(basePath, 'processor_config.json'), JSON.stringify(processors));
    // What smart_resize of transformers makes of the reader's 504 × 364 within 50,176 pixels.
    expect(await pixelsOf(basePath)).toBe(252 * 168);
  });
});

describe('a package', () => {
  const toy = fileURLToPath(new URL('../../assets/example/package', import.meta.url));
  const clip = fileURLToPath(new URL('../../assets/example/clip.mp4', import.meta.url));

  test.each([
    ['of other scripts and signs', (root: string) => join(root, 'Модель 模型 😀', '100% #1?', ' package ')],
    ['of over 260 characters', (root: string) => join(root, 'long'.repeat(30), 'path'.repeat(30), 'package')],
  ])('in a path %s, read-only, and through a link, answers', async (_, pathIn) => {
    const modelPath = pathIn(folder);
    await cp(toy, modelPath, { recursive: true });
    for (const name of await readdir(modelPath)) await chmod(join(modelPath, name), 0o444);
    await chmod(modelPath, 0o555);
    const link = join(folder, `link-${count++} %20`);
    await symlink(modelPath, link);
    const replies: unknown[] = [];
    for (const place of [modelPath, link]) {
      const model = await openPackage(place, { device: 'cpu', threads: 2 });
      const request = { videoPath: clip, modelPath: place, question: 'What moves?', maxTokens: 4 };
      const { record } = await createAgent(model).ask(
        askRequestSchema.parse({ ...request, roles: ['answerer'] }),
      );
      replies.push(record.answer?.text);
      await model.dispose();
    }
    await chmod(modelPath, 0o755);
    expect(replies).toEqual([expect.any(String), replies[0]]);
  });
});
