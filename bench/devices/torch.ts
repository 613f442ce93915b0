import path from 'node:path';
import { Contestant } from '../contestants/contestant.ts';
import type { BenchPaths } from '../preparation/paths.ts';

/** What transformers does with the same network on the same GPU. */
export interface TorchFigures {
  readonly ranOn: string;
  readonly prefillMs: number;
  readonly decodeMs: number;
  readonly visionMs: number;
  readonly gpuBytes: number | undefined;
}

/**
 * Runs the reference stack on the GPU in bfloat16, an adapter active, with the Python that PYTHON names or else that of the bench.
 * @returns Why there is nothing, where that Python or its GPU is missing.
 */
export async function torchFigures(
  paths: BenchPaths,
  { context, tokens }: { readonly context: number; readonly tokens: number },
): Promise<TorchFigures | string> {
  let torch: Contestant | undefined;
  try {
    torch = await Contestant.start({
      name: 'transformers',
      command: process.env['PYTHON'] ?? paths.python,
      arguments: [
        path.join(paths.peersScripts, 'torch_reference.py'),
        ...[paths.checkpoint, '--dtype', 'bf16', '--threads', '2', '--device', 'cuda'],
      ],
    });
    const twice = async (request: Parameters<Contestant['ask']>[0]) => {
      await torch?.ask(request);
      return torch?.ask(request);
    };
    const prefill = await twice({ measure: 'prefill', tokens: context });
    const decode = await twice({ measure: 'decode', context, tokens });
    const vision = await twice({ measure: 'vision', pairs: 1, gridHeight: 16, gridWidth: 16 });
    const gpuBytes = vision?.['gpuBytes'];
    const ms = (reply: { readonly sec: number } | undefined) => (reply?.sec ?? NaN) * 1000;
    return {
      ranOn: typeof vision?.['ranOn'] === 'string' ? vision['ranOn'] : 'cuda',
      ...{ prefillMs: ms(prefill), decodeMs: ms(decode), visionMs: ms(vision) },
      gpuBytes: typeof gpuBytes === 'number' ? gpuBytes : undefined,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return `not run. ${message.trim().split('\n').at(-1) ?? ''}`;
  } finally {
    await torch?.stop();
  }
}
