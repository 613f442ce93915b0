import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('corpus/', import.meta.url));

/** What is kept of a target in the repository: small inputs, each of which reached something that no other did. */
const keptInputs = 400;
const keptInputBytes = 4 * 1024;
const keptBytes = 64 * 1024;

/** The inputs of a target that earlier runs kept; none for a new target. */
export async function readCorpus(target: string): Promise<Buffer[]> {
  try {
    const lines = (await readFile(fileOf(target), 'utf8')).split('\n').filter((line) => line !== '');
    return lines.map((line) => Buffer.from(line, 'base64'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Keeps inputs, shortest first; one base64 line each. */
export async function writeCorpus(target: string, inputs: readonly Uint8Array[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const lines: string[] = [];
  let total = 0;
  for (const input of inputs.toSorted((a, b) => a.length - b.length)) {
    const line = Buffer.from(input).toString('base64');
    total += line.length;
    if (lines.length >= keptInputs || input.length > keptInputBytes || total > keptBytes) break;
    lines.push(line);
  }
  const filePath = fileOf(target);
  await writeFile(`${filePath}.tmp`, `${lines.join('\n')}\n`);
  await rename(`${filePath}.tmp`, filePath);
}

function fileOf(target: string): string {
  return path.join(folder, `${target}.base64`);
}
