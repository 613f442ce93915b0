import type { Role } from '../protocol/roles.ts';

/** Names of a package's files. A `.onnx` file has its weights beside it in `.weights`. */
export const packageFiles = {
  manifest: 'manifest.json',
  vision: 'vision.onnx',
  decoder: 'decoder.onnx',
  groundingHead: 'grounding-head.onnx',
  selfCheck: 'self-check.safetensors',
  tokenizer: 'tokenizer.json',
  chatTemplate: 'chat_template.jinja',
  head: (name: string) => `head-${name}.onnx`,
  embeddings: (name: string) => `embeddings-${name}.safetensors`,
  adapter: (role: Role) => `adapter-${role}.safetensors`,
} as const;

/**
 * The file of a graph's form for devices, where the weights for the processor are not for devices: written for its weights'
 * places, the graph itself is written anew when the package is opened (device-graphs.ts).
 */
export function deviceModelFile(modelFile: string): string {
  return modelFile.replace(/\.onnx$/, '-gpu.onnx');
}

/** The weight file that belongs to a graph. */
export function weightFileOf(modelFile: string): string {
  return modelFile.replace(/\.onnx$/, '.weights');
}
