import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';
import { z } from 'zod';

/** Instruction sets that decide how fast small-integer and bf16 products are. */
const tellingFlags = [
  'avx2',
  'avx512f',
  'avx_vnni',
  'avx512_vnni',
  'avx512_bf16',
  'avx512_fp16',
  'amx_bf16',
  'amx_int8',
  'asimddp',
  'i8mm',
  'sve',
];

/** What figures depend on. */
export interface MachineFacts {
  readonly processor: string;
  readonly instructionSets: readonly string[];
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  readonly node: string;
  readonly onnxRuntime: string;
}

/** The instruction sets of interest among the flags in the text of /proc/cpuinfo. */
export function instructionSets(cpuinfo: string): string[] {
  const flags = new Set(/^(?:flags|Features)\s*: (.*)$/m.exec(cpuinfo)?.[1]?.split(' '));
  return tellingFlags.filter((flag) => flags.has(flag));
}

/** Describes this machine. */
export function machineFacts(): MachineFacts {
  let cpuinfo = '';
  try {
    cpuinfo = readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    // Not Linux: the instruction sets stay unknown.
  }
  return {
    processor: (cpus()[0]?.model ?? 'unknown').trim(),
    instructionSets: instructionSets(cpuinfo),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    onnxRuntime: packageVersion('onnxruntime-node'),
  };
}

function packageVersion(name: string): string {
  const manifest = new URL(`../../node_modules/${name}/package.json`, import.meta.url);
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(manifest, 'utf8'))).version;
}
