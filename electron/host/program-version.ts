import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { programPath } from './paths.ts';

/** The version of this program, as its package.json says it. */
export function programVersion(): string {
  const file = path.join(programPath, 'package.json');
  return z.object({ version: z.string() }).parse(JSON.parse(readFileSync(file, 'utf8'))).version;
}
