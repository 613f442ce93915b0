import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { programPath } from './paths.ts';

/** The program's package.json: in a packed program, the one in its archive. */
export function readProgramManifest(): unknown {
  return JSON.parse(readFileSync(path.join(programPath, 'package.json'), 'utf8'));
}

/** The version of this program, as its package.json says it. */
export function programVersion(): string {
  return z.object({ version: z.string() }).parse(readProgramManifest()).version;
}
