import type { Role } from '../protocol/roles.ts';

/** Names of a package's files. A `.onnx` file has its weights beside it in `.weights`. */
export const packageFiles = {
  manifest: 'manifest.json',
  vision: 'vision.onnx',
  decoder: 'decoder.onnx',
  groundingHead: 'grounding-head.onnx',
  tokenizer: 'tokenizer.json',
  chatTemplate: 'chat_template.jinja',
  head: (name: string) => `head-${name}.onnx`,
  embeddings: (name: string) => `embeddings-${name}.safetensors`,
  adapter: (role: Role) => `adapter-${role}.safetensors`,
} as const;

/** The weight file that belongs to a graph. */
export function weightFileOf(modelFile: string): string {
  return modelFile.replace(/\.onnx$/, '.weights');
}
