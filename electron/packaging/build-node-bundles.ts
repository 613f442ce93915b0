import { rm } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'vite';
import { mainBundle, nodeBundles, preloadBundle } from './bundles.ts';

/** Bundles main, preload, engine and command line into `outputPath`, in place of what was there. */
export async function buildNodeBundles(programPath: string, outputPath: string): Promise<void> {
  for (const name of ['main', 'engine', 'cli', 'workers', 'chunks', 'preload']) {
    await rm(path.join(outputPath, name), { recursive: true, force: true });
  }
  await build(nodeBundles(programPath, outputPath));
  await build(mainBundle(programPath, outputPath));
  await build(preloadBundle(programPath, outputPath));
}
