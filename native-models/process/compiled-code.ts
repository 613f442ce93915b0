import module from 'node:module';

/**
 * Writes what Node has compiled of the program to where it keeps it (NODE_COMPILE_CACHE), since engines are ended by a signal, and
 * nothing is written then. Does nothing where the Node in this program keeps none.
 */
export function flushCompiledCode(): void {
  // Electron's Node may be one without it.
  const { flushCompileCache } = module as Partial<typeof module>;
  flushCompileCache?.();
}
