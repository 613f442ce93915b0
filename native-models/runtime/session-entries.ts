import type { SessionOptions } from './runtime.ts';

/**
 * How long an idle thread spins before it sleeps, in microseconds. Waking threads costs a decode step about an eighth of its
 * time, but threads that spin on take the processor from the sessions that work meanwhile: this is longer than the gaps
 * within a step and shorter than those between sessions.
 */
const spinDurationUs = 200;

/**
 * Processors with AVX2 but without VNNI add two products of 8-bit integers in 16 bits, which overflow: features came out 8 %
 * off. With this ONNX Runtime takes a slower kernel for them that does not; on others it changes nothing. Pair-limited weights
 * do not need it.
 */
const exactIntegerSums = '1';

/** The entries of a session's configuration, by ONNX Runtime's keys: the same in every binding. */
export function sessionEntries(options: SessionOptions): Record<string, string> {
  return {
    'session.intra_op.allow_spinning': '1',
    'session.intra_op.spin_duration_us': String(spinDurationUs),
    ...(options.pairLimited === true ? {} : { 'session.x64quantprecision': exactIntegerSums }),
    ...(options.weightFolder === undefined
      ? {}
      : { 'session.model_external_initializers_file_folder_path': options.weightFolder }),
    ...(options.onDeviceOnly === true ? { 'session.disable_cpu_ep_fallback': '1' } : {}),
    ...(options.disabledOptimizers === undefined
      ? {}
      : { 'optimization.disable_specified_optimizers': options.disabledOptimizers.join(';') }),
  };
}

/** Names a graph's prepacked copy: bindings to one version of ONNX Runtime share it. */
export function prepackedName(onnxruntimeVersion: string, options: SessionOptions): string {
  return `${onnxruntimeVersion} ${options.pairLimited === true ? 'limited pairs' : 'exact sums'} ${options.prepackedKey ?? ''}`;
}
