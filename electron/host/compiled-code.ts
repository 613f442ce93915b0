import module from 'node:module';
import { makeFolder } from './files/make-folder.ts';
import { compiledCodePath } from './paths.ts';

/** Keeps what this process compiles from now on. Where the folder cannot be written everything is compiled anew, as without it. */
export function keepCompiledCode(): void {
  const folder = compiledCodePath();
  try {
    makeFolder(folder);
  } catch {
    return;
  }
  module.enableCompileCache(folder);
}
