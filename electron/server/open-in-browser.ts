import { spawn } from 'node:child_process';

/** Opens an address in the person's browser; false where there is none to be started. */
export async function openInBrowser(url: string, platform = process.platform): Promise<boolean> {
  const [command, args] = opener(url, platform);
  return await new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true, windowsHide: true });
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}

function opener(url: string, platform: NodeJS.Platform): readonly [string, readonly string[]] {
  if (platform === 'darwin') return ['open', [url]];
  // `start` belongs to the shell, which would read the & of an address as its own.
  if (platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]];
  return ['xdg-open', [url]];
}
