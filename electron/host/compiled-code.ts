import module from 'node:module';
import { compiledCodePath } from './paths.ts';

/** Keeps what this process compiles from now on. Where the folder cannot be written everything is compiled anew, as without it. */
export function keepCompiledCode(): void {
  module.enableCompileCache(compiledCodePath());
}
