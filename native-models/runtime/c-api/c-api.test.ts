import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../onnx/graph-builder.ts';
import { bundledLibraryPath } from '../binding-files.ts';
import { doublingGraph } from '../doubling-graph.ts';
import type { ElementType, Tensor } from '../runtime.ts';
import { float32 } from '../runtime.ts';
import { createCApiRuntime } from './c-api-runtime.ts';
import { openOrtLibrary } from './library.ts';

const processor = { device: 'cpu', libraryPath: bundledLibraryPath() } as const;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'videomind-c-api-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** x, multiplied by itself `times` times. */
function powerGraph(times: number): Uint8Array {
  const graph = new GraphBuilder();
  const x = graph.input('x', 'float32', ['n', 'n']);
  let product = x;
  for (let time = 0; time < times; time++) product = graph.op('MatMul', [product, x]);
  graph.output('y', product, 'float32', ['n', 'n']);
  return graph.build().model;
}

describe('the library', () => {
  it('says its version and is loaded once', () => {
    const library = openOrtLibrary(processor.libraryPath);
    expect(library.version).toMatch(/^1\.\d+\.\d+$/);
    expect(openOrtLibrary(processor.libraryPath)).toBe(library);
  });

  it('is refused when it is not there, no library, or another one', async () => {
    const text = join(folder, 'libonnxruntime.so');
    await writeFile(text, 'not a library');
    const another = process.platform === 'linux' ? 'libm.so.6' : text;
    for (const path of [join(folder, 'missing.so'), text, another]) {
      expect(() => createCApiRuntime({ device: 'cpu', libraryPath: path })).toThrow(
        expect.objectContaining({
          code: 'DEVICE_UNAVAILABLE',
          message: expect.stringContaining(path) as string,
        }),
      );
    }
  });

  it('gives ONNX Runtime’s own code and words for a call that failed', () => {
    const library = openOrtLibrary(processor.libraryPath);
    const options = library.make('CreateSessionOptions');
    expect(() => library.call('AddSessionConfigEntry', options, '', 'x')).toThrow(
      expect.objectContaining({ code: 2, message: expect.stringContaining('key') as string }),
    );
    library.release('ReleaseSessionOptions', options);
  });

  it('offers no function that an older library may lack', () => {
    const library = openOrtLibrary(processor.libraryPath);
    expect(() => library.call('GetExperimentalFunction', 'x')).toThrow('API version');
  });
});

describe('a session', () => {
  it('knows its inputs and outputs, and runs', async () => {
    const session = await createCApiRuntime(processor).createSession(doublingGraph);
    expect([session.inputNames, session.outputNames]).toEqual([['x'], ['y']]);
    const feed = float32(Float32Array.of(1.5, -2), [2]);
    // The third time the tensor's value was kept from the second.
    for (let time = 0; time < 3; time++) {
      expect(await session.run({ x: feed }, ['y'])).toEqual({ y: float32(Float32Array.of(3, -4), [2]) });
    }
    // What its graph has no input for is left out, as by the other binding.
    expect(await session.run({ x: feed, other: feed }, ['y'])).toMatchObject({ y: { dims: [2] } });
    await session.release();
    await session.release();
  });

  it('reads views into larger buffers, and what changed in them', async () => {
    const session = await createCApiRuntime(processor).createSession(doublingGraph);
    const buffer = Float32Array.of(9, 9, 1, 2);
    const feed = float32(buffer.subarray(2), [2]);
    await session.run({ x: feed }, ['y']);
    await session.run({ x: feed }, ['y']);
    buffer.set([5, 6], 2);
    expect((await session.run({ x: feed }, ['y']))['y']?.data).toEqual(Float32Array.of(10, 12));
    await session.release();
  });

  it.each([
    ['float32', Float32Array.of(1, 2)],
    ['float16', Uint16Array.of(0x3c00, 0x4000)],
    ['int64', BigInt64Array.of(1n, -2n)],
    ['int32', Int32Array.of(1, -2)],
    ['int8', Int8Array.of(1, -2)],
    ['uint8', Uint8Array.of(1, 255)],
    ['bool', Uint8Array.of(1, 0)],
  ] as const)('carries %s there and back, also without elements', async (type: ElementType, data) => {
    const graph = new GraphBuilder();
    graph.output('y', graph.input('x', type, ['n']), type, ['n']);
    const session = await createCApiRuntime(processor).createSession(graph.build().model);
    const full = { type, dims: [2], data } as Tensor;
    const empty = { type, dims: [0], data: data.slice(0, 0) } as Tensor;
    expect(await session.run({ x: full }, ['y'])).toEqual({ y: full });
    expect(await session.run({ x: empty }, ['y'])).toEqual({ y: empty });
    await session.release();
  });

  it('says what is wrong with a graph and with a feed', async () => {
    const runtime = createCApiRuntime(processor);
    await expect(runtime.createSession(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
      code: 'PACKAGE_DAMAGED',
    });
    const session = await runtime.createSession(doublingGraph);
    const wrong = float32(new Float32Array(3), [3]);
    await expect(session.run({ x: wrong }, ['y'])).rejects.toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('Expected: 2') as string,
    });
    await session.release();
  });

  it('is stopped in the middle of a graph, and runs again after that', async () => {
    const runtime = createCApiRuntime(processor);
    const side = 512;
    const session = await runtime.createSession(powerGraph(2000)); // half a minute on two cores
    const x = float32(new Float32Array(side * side), [side, side]);
    const stopping = new AbortController();
    runtime.heed?.(stopping.signal);
    const running = session.run({ x }, ['y']);
    // The event loop goes on meanwhile, or this turn of it would not come before the end.
    await new Promise(setImmediate);
    stopping.abort();
    await expect(running).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(session.run({ x }, ['y'])).rejects.toMatchObject({ code: 'CANCELLED' });
    runtime.heed?.(undefined);
    const one = float32(Float32Array.of(1), [1, 1]);
    expect((await session.run({ x: one }, ['y']))['y']?.data).toEqual(Float32Array.of(1));
    await session.release();
  });
});

describe('memory of a device, here the processor’s own', () => {
  it('holds tensors that graphs read and write, until they are given back', async () => {
    const runtime = createCApiRuntime({ ...processor, keepsOnDevice: true });
    const memory = runtime.deviceMemory!;
    const session = await runtime.createSession(doublingGraph);
    const [x, y] = [
      await memory.write(float32(Float32Array.of(1, 2), [2])),
      await memory.allocate('float32', [2]),
    ];
    expect((await memory.read(y)).data).toEqual(Float32Array.of(0, 0));
    const before = runtime.transfers;
    expect(await session.run({ x }, [], { y })).toEqual({});
    // What is read from one tensor may be written to the same one.
    await session.run({ x: y }, [], { y });
    expect(runtime.transfers).toEqual(before);
    expect((await memory.read(y)).data).toEqual(Float32Array.of(4, 8));
    expect(memory.usedBytes).toBe(16);
    x.release();
    x.release();
    y.release();
    expect(memory.usedBytes).toBe(0);
    await expect(memory.read(y)).rejects.toMatchObject({ code: 'INTERNAL' });
    await session.release();
  });

  it('keeps float16, takes float32 into a tensor that is there, and counts what crosses', async () => {
    const runtime = createCApiRuntime({ ...processor, keepsOnDevice: true });
    const memory = runtime.deviceMemory!;
    const half = await memory.allocate('float16', [2, 1]);
    await memory.write(float32(Float32Array.of(1.5, -0.25), [2, 1]), { target: half });
    expect(await memory.read(half)).toEqual(float32(Float32Array.of(1.5, -0.25), [2, 1]));
    expect(runtime.transfers.fromDevice).toEqual({ bytes: 8, calls: 1 });
    half.release();
  });
});
