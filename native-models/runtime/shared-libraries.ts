import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';

/**
 * Of `names` (for example `libcudart.so.12`), those that the dynamic loader of this Linux machine would not find: neither in
 * LD_LIBRARY_PATH nor in the loader's cache.
 */
export async function missingLibraries(names: readonly string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const folders = (process.env['LD_LIBRARY_PATH'] ?? '').split(':').filter((folder) => folder !== '');
  const cached = await loaderCache();
  return names.filter(
    (name) => !cached.has(name) && !folders.some((folder) => existsSync(path.join(folder, name))),
  );
}

/** Names in the loader's cache; empty where there is no ldconfig. */
async function loaderCache(): Promise<Set<string>> {
  for (const command of ['/sbin/ldconfig', '/usr/sbin/ldconfig', 'ldconfig']) {
    try {
      const { stdout } = await promisify(execFile)(command, ['-p'], { maxBuffer: 16 * 1024 * 1024 });
      return new Set(stdout.split('\n').map((line) => line.trim().split(' ', 1)[0] ?? ''));
    } catch {
      continue;
    }
  }
  return new Set();
}
