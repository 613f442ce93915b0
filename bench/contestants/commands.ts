import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { engineMemoryEnvironment } from '../../electron/host/engine/engine-memory.ts';
import type { BenchContext } from '../measures/measure.ts';
import type { ContestantCommand } from './contestant.ts';

/** Arithmetic that the reference stack can be run in. */
export type ReferenceDtype = 'bf16' | 'fp32';

function script(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Our engine with a package loaded, as the host starts it; without a folder for prepacked weights they are packed in memory. */
export function engineCommand(packagePath: string, threads: number, prepacked?: string): ContestantCommand {
  const from = prepacked === undefined ? [] : ['--prepacked', prepacked];
  return {
    name: 'ours',
    command: process.execPath,
    arguments: [script('engine.ts'), packagePath, '--threads', String(threads), ...from],
    environment: engineMemoryEnvironment,
  };
}

/** Our engine, with the imported package loaded. */
export function oursCommand({ paths, threads }: BenchContext): ContestantCommand {
  return engineCommand(paths.modelPackage, threads, paths.prepacked);
}

/** Our engine with the imported package and what it keeps on disk in a folder. */
export function keepingCommand(context: BenchContext, keptFolder: string): ContestantCommand {
  const ours = oursCommand(context);
  return { ...ours, arguments: [...ours.arguments, '--kept', keptFolder] };
}

/** Our importer. */
export function importerCommand(): ContestantCommand {
  return { name: 'ours', command: process.execPath, arguments: [script('importer.ts')] };
}

/** transformers and peft with the grounder's adapter active. */
export function referenceCommand(context: BenchContext, dtype: ReferenceDtype): ContestantCommand {
  const { paths, threads } = context;
  return {
    name: `reference ${dtype}`,
    command: paths.python,
    arguments: [
      join(paths.peersScripts, 'torch_reference.py'),
      paths.checkpoint,
      '--dtype',
      dtype,
      '--threads',
      String(threads),
    ],
  };
}

/** llama.cpp with Q8_0 weights, with or without a LoRA adapter of the same rank as ours. */
export function llamaCommand(context: BenchContext, adapter: boolean): ContestantCommand {
  const { paths, threads } = context;
  return {
    name: adapter ? 'llama.cpp Q8_0 + LoRA' : 'llama.cpp Q8_0',
    command: process.execPath,
    arguments: [
      join(paths.peersScripts, 'llama-cpp.ts'),
      paths.llamaModules,
      join(paths.gguf, 'decoder-q8_0.gguf'),
      '--threads',
      String(threads),
      ...(adapter ? ['--adapter', join(paths.gguf, 'adapter.gguf')] : []),
    ],
  };
}
