import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { programPath } from '../../host/paths.ts';

/** For tests: a running `videomind serve`. */
export interface ServeProcess {
  /** The address to open, token and all. */
  readonly url: string;
  readonly child: ChildProcess;
  /** Asks it to end and waits until it is gone. */
  end(): Promise<void>;
}

/**
 * For tests: starts `videomind serve` with its data and caches below a folder.
 * @param windowsPath the built renderer.
 * @throws Error when it ends before it listens.
 */
export async function startServe(folder: string, windowsPath: string): Promise<ServeProcess> {
  const launch = path.join(programPath, 'electron/cli/launch.mjs');
  const child = spawn(process.execPath, [launch, 'serve', '--json', '--data', path.join(folder, 'data')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      ...process.env,
      INIT_CWD: folder,
      VIDEOMIND_CACHE_DIR: path.join(folder, 'cache'),
      VIDEOMIND_RENDERER_DIR: windowsPath,
    },
  });
  const exited = once(child, 'exit');
  const url = await Promise.race([
    printedUrl(child),
    exited.then(([code]) => Promise.reject(new Error(`serve ended with ${String(code)}`))),
  ]);
  return {
    url,
    child,
    async end() {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The address that `serve --json` prints once it listens. */
function printedUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let printed = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
      const url = /"url":\s*"([^"]+)"/.exec(printed)?.[1];
      if (url !== undefined) resolve(url);
    });
  });
}
