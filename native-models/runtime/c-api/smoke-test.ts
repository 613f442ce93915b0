import { EngineError } from '../../protocol/errors.ts';
import { doublingGraph } from '../doubling-graph.ts';
import { float32 } from '../runtime.ts';
import type { OrtLibrary } from './library.ts';
import { OrtFailure } from './library.ts';
import { ValueMaker } from './values.ts';

const checked = new WeakSet<OrtLibrary>();

/**
 * Checks that the table of functions fits the library, once a library: a function taken from a wrong slot corrupts memory.
 * First functions that touch nothing but what they are given, then a small graph whose result is known.
 * @throws EngineError DEVICE_UNAVAILABLE
 */
export function smokeTest(library: OrtLibrary): void {
  if (checked.has(library)) return;
  try {
    checkFailures(library);
    checkGraph(library);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(
      'DEVICE_UNAVAILABLE',
      `ONNX Runtime ${library.version} (${library.path}) does not do what its C API says: ${message}`,
      { cause },
    );
  }
  checked.add(library);
}

/** A failure comes back with the code and in the words that it was made of. */
function checkFailures(library: OrtLibrary): void {
  const invalidArgument = 2;
  const missing = 'a graph that is not there.onnx';
  const sessionOptions = library.make('CreateSessionOptions');
  try {
    library.call('AddSessionConfigEntry', sessionOptions, '', '');
    throw new Error('an entry without a key was taken');
  } catch (error) {
    if (!(error instanceof OrtFailure) || error.code !== invalidArgument) throw error;
  }
  try {
    library.make('CreateSession', library.environment, missing, sessionOptions);
    throw new Error('a graph that is not there was opened');
  } catch (error) {
    if (!(error instanceof OrtFailure) || !error.message.includes(missing)) throw error;
  } finally {
    library.release('ReleaseSessionOptions', sessionOptions);
  }
}

function checkGraph(library: OrtLibrary): void {
  const values = new ValueMaker(library);
  const sessionOptions = library.make('CreateSessionOptions');
  const session = library.make(
    'CreateSessionFromArray',
    library.environment,
    doublingGraph,
    doublingGraph.byteLength,
    sessionOptions,
  );
  const { value } = values.wrap(float32(Float32Array.of(1, 2), [2]));
  const results = new BigUint64Array(1);
  try {
    const [x, y] = [library.texts(['x']), library.texts(['y'])];
    const inputs = BigUint64Array.of(value);
    library.call('Run', session, null, x.addresses, inputs, 1, y.addresses, 1, results);
    const { dims, data } = values.read(results[0] ?? 0n);
    if (dims.join() !== '2' || data.join() !== '2,4') throw new Error(`1 + 1, 2 + 2 gave ${data.join()}`);
  } finally {
    library.release('ReleaseValue', value);
    if (results[0] !== undefined && results[0] !== 0n) library.release('ReleaseValue', results[0]);
    library.release('ReleaseSession', session);
    library.release('ReleaseSessionOptions', sessionOptions);
  }
}
