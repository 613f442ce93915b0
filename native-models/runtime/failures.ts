import { EngineError } from '../protocol/errors.ts';
import { inPlainWords } from './plain-words.ts';

/** What ONNX Runtime says, in any of its bindings, as one of the closed set of errors; its `cause` is all that it said. */
export function toRuntimeError(
  error: unknown,
  doing: 'load' | 'run',
  code: 'PACKAGE_DAMAGED' | 'INTERNAL',
): EngineError {
  if (error instanceof EngineError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (/bad_alloc|failed to allocate|out of memory/i.test(message)) {
    return new EngineError(
      'OUT_OF_MEMORY',
      `Not enough memory to ${doing} the model: ${inPlainWords(message)}`,
      {
        cause: error,
      },
    );
  }
  return new EngineError(code, `ONNX Runtime could not ${doing} the model: ${inPlainWords(message)}`, {
    cause: error,
  });
}
