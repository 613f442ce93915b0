import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { programPath } from '../host/paths.ts';

const builtPath = path.join(programPath, 'dist', 'renderer');

/** Where the built renderer is: VIDEOMIND_RENDERER_DIR, or where `vite build` puts it. */
export function rendererPath(environment: NodeJS.ProcessEnv = process.env): string {
  const chosen = environment['VIDEOMIND_RENDERER_DIR'];
  return chosen !== undefined && chosen !== '' ? path.resolve(chosen) : builtPath;
}

/**
 * Makes sure that the renderer is built: an installed program brings it, in a checkout Vite makes it the first time and
 * after each change of its sources.
 * @param note is told before that happens, since it takes some seconds.
 * @throws EngineError DEPENDENCY_MISSING when it is not there and cannot be built.
 */
export async function ensureRenderer(note: (message: string) => void): Promise<void> {
  const built = path.join(rendererPath(), 'index.html');
  // A folder that somebody chose is theirs to build.
  if (rendererPath() !== builtPath && (await exists(built))) return;
  const folders = ['renderer', 'native-models/protocol', 'electron/host/contract'];
  if (
    await isUpToDate(
      built,
      folders.map((folder) => path.join(programPath, folder)),
    )
  )
    return;
  const vite = path.join(programPath, 'node_modules', 'vite', 'bin', 'vite.js');
  if (!(await exists(vite)) || !(await exists(path.join(programPath, 'renderer', 'index.html')))) {
    throw new EngineError('DEPENDENCY_MISSING', `The windows are not built: ${rendererPath()} is not there.`);
  }
  note('Building the windows …');
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'error'], {
    cwd: programPath,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: Buffer[] = [];
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code === 0) return;
  throw new EngineError(
    'INTERNAL',
    `The windows cannot be built:\n${Buffer.concat(said).toString().trim()}`,
    {
      remedy: 'Run `npx vite build` to see more.',
    },
  );
}

/**
 * True when the file is there and none of the sources is newer; folders that are not there, as in an installed program,
 * have nothing newer.
 */
export async function isUpToDate(filePath: string, sourceFolders: readonly string[]): Promise<boolean> {
  const built = await stat(filePath).catch(() => undefined);
  if (built === undefined) return false;
  for (const folder of sourceFolders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const source = await stat(path.join(entry.parentPath, entry.name));
      if (source.mtimeMs > built.mtimeMs) return false;
    }
  }
  return true;
}

function exists(filePath: string): Promise<boolean> {
  return access(filePath).then(
    () => true,
    () => false,
  );
}
