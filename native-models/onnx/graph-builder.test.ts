import { describe, expect, it } from 'vitest';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { float, GraphBuilder } from './graph-builder.ts';
import { standardOperators } from './model-format.ts';
import { readGraph } from './testing/read-graph.ts';

async function run(graph: GraphBuilder, feeds: Record<string, Tensor>, output: string): Promise<number[]> {
  const session = await InferenceSession.create(graph.build().model, { logSeverityLevel: 3 });
  const results = await session.run(feeds, [output]);
  return Array.from(results[output]?.data as Float32Array);
}

const rows = (values: number[], width: number) =>
  new Tensor('float32', Float32Array.from(values), [values.length / width, width]);

describe('a graph written node by node', () => {
  it('runs in ONNX Runtime with constants, attributes and several outputs', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', ['rows', 2]);
    const weight = graph.weight('w', 'float32', [2, 2], { kind: 'float32', source: { tensor: 'w' } });
    const sum = graph.op('Add', [
      graph.op('Gemm', [x, weight], { transB: 1, alpha: float(0.5) }),
      graph.floats([1, 2]),
    ]);
    graph.output('y', sum, 'float32', ['rows', 2]);
    const result = await run(graph, { x: rows([2, 4, 6, 8], 2), w: rows([1, 0, 0, 1], 2) }, 'y');
    expect(result).toEqual([2, 4, 4, 6]);
  });

  it('takes the branch that its condition names, over values of the graph around it', async () => {
    const graph = new GraphBuilder();
    const x = graph.input('x', 'float32', ['rows', 1]);
    const condition = graph.input('condition', 'bool', []);
    const [chosen] = graph.branch(
      condition,
      [{ type: 'float32', dims: ['rows', 1] }],
      () => [graph.op('Mul', [x, graph.floats(10)])],
      () => [graph.op('Neg', [x])],
    );
    graph.output('y', chosen!, 'float32', ['rows', 1]);
    const feeds = (value: boolean) => ({ x: rows([1, 2], 1), condition: new Tensor('bool', [value], []) });
    expect(await run(graph, feeds(true), 'y')).toEqual([10, 20]);
    expect(await run(graph, feeds(false), 'y')).toEqual([-1, -2]);
  });

  it('places each weight of a weight file on a page of its own', () => {
    const graph = new GraphBuilder({ weightFile: 'graph.weights' });
    const recipe = (tensor: string) => ({ kind: 'float32', source: { tensor } }) as const;
    graph.weight('a', 'float32', [1025], recipe('a'));
    graph.weight('b', 'int8', [3], recipe('b'));
    const { weights, weightFileBytes } = graph.build();
    expect(weights.map(({ name, offset, byteLength }) => [name, offset, byteLength])).toEqual([
      ['a', 0, 4100],
      ['b', 8192, 3],
    ]);
    expect(weightFileBytes).toBe(12_288);
  });

  it('keeps one constant for equal values', () => {
    const graph = new GraphBuilder();
    expect(graph.ints([1, 2])).toBe(graph.ints([1, 2]));
    expect(graph.ints([1, 2])).not.toBe(graph.ints([2, 1]));
    expect(graph.ints(1)).not.toBe(graph.ints([1]));
  });

  it('has no open dimension where it is written for sizes, and refuses a name without one', () => {
    const graph = new GraphBuilder({ sizes: { rows: 8 } });
    graph.output('y', graph.op('Neg', [graph.input('x', 'float32', ['rows', 2])]), 'float32', ['rows', 2]);
    expect(graph.size('rows')).toBe(8);
    expect(readGraph(graph.build().model).open).toEqual([]);
    expect(() => graph.input('z', 'float32', ['columns'])).toThrow(RangeError);
  });

  it('refuses operators that it is not to be made of', () => {
    const graph = new GraphBuilder({ operators: standardOperators });
    const x = graph.input('x', 'float32', ['rows']);
    expect(() => graph.contrib('QuickGelu', [x])).toThrow('QuickGelu of com.microsoft');
    graph.output('y', graph.op('Neg', [x]), 'float32', ['rows']);
    expect(readGraph(graph.build().model)).toMatchObject({ versions: { '': 17 }, open: ['x', 'y'] });
  });
});
