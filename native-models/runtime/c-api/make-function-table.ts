/**
 * Writes function-table.ts from ONNX Runtime's published header: `node make-function-table.ts onnxruntime_c_api.h`.
 *
 * `struct OrtApi` is a list of function pointers that only ever grows at its end, so a function's slot is its place in the
 * header, the same in every release that has it. Each function is written with how its parameters are passed, read from its
 * declaration; the header itself stays outside.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parseFunctions, parseHeaderVersion } from './parse-header.ts';

const [headerPath] = process.argv.slice(2);
if (headerPath === undefined) throw new Error('Usage: make-function-table.ts onnxruntime_c_api.h');
const header = readFileSync(headerPath, 'utf8');
const functions = parseFunctions(header);
const lines = functions.map(
  ({ name, result, parameters }) => `  ['${name}', '${result}', '${parameters.join(' ')}'],`,
);
writeFileSync(
  new URL('function-table.ts', import.meta.url),
  `/** Made by make-function-table.ts; not to be edited. */

/** The version of ONNX Runtime's C API whose header the table was made from. */
export const headerApiVersion = ${parseHeaderVersion(header)};

/** The functions of \`struct OrtApi\` in the order of their slots: name, result, parameters (parse-header.ts). */
export const functionTable = [
${lines.join('\n')}
] as const;
`,
);
