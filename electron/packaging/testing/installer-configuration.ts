import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { programPath } from '../../host/paths.ts';

/** For tests: what electron-builder.yml says. */
export function readInstallerConfiguration(): Record<string, unknown> {
  return readYaml('electron-builder.yml');
}

/** For tests: a file of the project, read by the parser that electron-builder brings. */
export function readYaml(file: string): Record<string, unknown> {
  const { load } = createRequire(import.meta.url)('js-yaml') as { readonly load: (text: string) => unknown };
  return load(readFileSync(path.join(programPath, file), 'utf8')) as Record<string, unknown>;
}
