import { build } from 'vite';
import { buildProgramFor } from './shells/electron-program.ts';
import { findShells, programPath, windowsPath } from './shells/find-shells.ts';
import { hasOtherUser, packForOtherUser } from './shells/other-user.ts';
import { openScreen } from './shells/screen.ts';

/**
 * Before all scenarios, once: a screen where there is none, and what the shells that can run here show, as it is now.
 * @returns what takes the screen away again.
 */
export default async function buildWindows(): Promise<() => Promise<void>> {
  const closeScreen = await openScreen();
  const { browser, electron } = findShells();
  // Into a folder of their own: others may build at the same time.
  if (!('missing' in browser)) {
    await build({ logLevel: 'error', build: { outDir: windowsPath, emptyOutDir: true } });
  }
  if ('missing' in electron) return closeScreen;
  if (!hasOtherUser) {
    await buildProgramFor(electron, programPath);
    return closeScreen;
  }
  const removePacked = await packForOtherUser(electron, programPath);
  return async () => {
    await removePacked();
    await closeScreen();
  };
}
