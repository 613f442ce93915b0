import { describe, expect, it } from 'vitest';
import type { Sizes } from '../onnx/graph-builder.ts';
import type { Session } from '../runtime/runtime.ts';
import { GraphForSizes } from './sized-graph.ts';

/** Sessions that note when they are opened, run and closed; a run ends when it is let. */
class NotedSessions {
  readonly notes: string[] = [];
  readonly #ends: (() => void)[] = [];

  open = ({ rows }: Sizes): Promise<Session> => {
    this.notes.push(`open ${rows}`);
    return Promise.resolve({
      inputNames: ['x'],
      outputNames: [],
      run: async (feeds) => {
        this.notes.push(`run ${rows} ${Object.keys(feeds).join()}`);
        await new Promise<void>((resolve) => this.#ends.push(resolve));
        return {};
      },
      release: () => {
        this.notes.push(`close ${rows}`);
        return Promise.resolve();
      },
    });
  };

  end(): void {
    for (const end of this.#ends.splice(0)) end();
  }
}

const one = { x: { type: 'float32', dims: [1], data: Float32Array.of(1) } } as const;

describe('a graph for sizes', () => {
  const run = async (noted: NotedSessions, graph: GraphForSizes, rows: number) => {
    const running = graph.run({ rows }, one, [], {});
    await new Promise((resolve) => setImmediate(resolve));
    noted.end();
    await running;
  };

  it('is opened once for each set of sizes, and closed where it was used longest ago', async () => {
    const noted = new NotedSessions();
    const graph = new GraphForSizes(noted.open, { most: 2, adapterInputs: [] });
    for (const rows of [1, 128, 1, 64, 1]) await run(noted, graph, rows);
    expect(noted.notes.filter((note) => !note.startsWith('run'))).toEqual([
      ...['open 1', 'open 128', 'close 128', 'open 64'],
    ]);
    await graph.release();
    expect(noted.notes.slice(-2)).toEqual(['close 64', 'close 1']);
  });

  it('is not closed while it runs', async () => {
    const noted = new NotedSessions();
    const graph = new GraphForSizes(noted.open, { most: 1, adapterInputs: [] });
    const running = graph.run({ rows: 1 }, one, [], {});
    await new Promise((resolve) => setImmediate(resolve));
    await run(noted, graph, 2);
    expect(noted.notes).not.toContain('close 1');
    await running;
  });

  it('is not fed what it has no input for, and is opened anew after it was refused', async () => {
    const noted = new NotedSessions();
    let isRefused = true;
    const graph = new GraphForSizes(
      (sizes) => (isRefused ? Promise.reject(new Error('No.')) : noted.open(sizes)),
      { most: 2, adapterInputs: [] },
    );
    await expect(graph.prepare({ rows: 1 })).rejects.toThrow('No.');
    isRefused = false;
    const running = graph.run({ rows: 1 }, { ...one, y: one.x }, [], {});
    await new Promise((resolve) => setImmediate(resolve));
    noted.end();
    await running;
    expect(noted.notes).toEqual(['open 1', 'run 1 x']);
  });
});
