import { build } from 'vite';
import { findShells } from './shells/find-shells.ts';

/** Builds the windows as they are now, once before all scenarios; not where no shell could show them. */
export default async function buildWindows(): Promise<void> {
  if (Object.values(findShells()).every((shell) => 'missing' in shell)) return;
  await build({ logLevel: 'error' });
}
