import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GraphBuilder } from './graph-builder.ts';
import { readModelOutline } from './read-model.ts';

/** A model with an input and a weight beside it. */
function model(): Uint8Array {
  const graph = new GraphBuilder({ weightFile: 'decoder.weights' });
  const x = graph.input('x', 'float32', ['rows', 4]);
  const weight = graph.weight('w', 'float32', [4, 2], { kind: 'float32', source: { tensor: 'w' } });
  graph.output('y', graph.op('MatMul', [x, weight]), 'float32', ['rows', 2]);
  return graph.build().model;
}

/** Reads bytes that may be anything: what is no model is a RangeError and nothing else. */
function readAnything(bytes: Uint8Array): void {
  try {
    const { inputNames, weights } = readModelOutline(bytes);
    for (const name of inputNames) expect(typeof name).toBe('string');
    for (const { offset, byteLength } of weights.values()) {
      expect(Number.isSafeInteger(offset)).toBe(true);
      expect(Number.isSafeInteger(byteLength)).toBe(true);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
  }
}

test('the outline of a model that was written is read back', () => {
  const { inputNames, weights } = readModelOutline(model());
  expect(inputNames).toEqual(['x']);
  expect(weights.get('w')).toMatchObject({ location: 'decoder.weights', dims: [4, 2], byteLength: 32 });
});

test('any bytes, and any model with bytes changed or cut off, are read or refused', () => {
  const whole = model();
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), readAnything), { numRuns: 500 });
  const change = fc.tuple(fc.nat(whole.length - 1), fc.nat(255));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 4 }), fc.nat(whole.length), (changes, length) => {
      const bytes = whole.slice(0, length);
      for (const [at, value] of changes) if (at < length) bytes[at] = value;
      readAnything(bytes);
    }),
    { numRuns: 2000 },
  );
});
