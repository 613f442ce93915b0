import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';

/**
 * Which blocks of the program an input reached, by V8's own precise counters: no instrumented build and no other
 * dependency, and Node's TypeScript is measured as it runs. (Jazzer.js, the one kept coverage-guided fuzzer for Node, carries
 * a native library that needs a newer C library than systems we support have, and cannot load what Node strips of types.)
 */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();
  readonly #isMeasured: (url: string) => boolean;

  /** @param isMeasured which scripts count, by their address. */
  constructor(isMeasured: (url: string) => boolean) {
    this.#isMeasured = isMeasured;
    this.#session.connect();
    this.#session.post('Profiler.enable');
    this.#session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Blocks seen since the beginning. */
  get blocks(): number {
    return this.#seen.size;
  }

  /** Blocks that ran since the last call and never before; `keep` remembers them. */
  take(keep: boolean): number {
    let scripts: readonly Profiler.ScriptCoverage[] = [];
    this.#session.post('Profiler.takePreciseCoverage', (error, taken) => {
      if (error === null) scripts = taken.result;
    });
    let fresh = 0;
    for (const script of scripts) {
      if (!this.#isMeasured(script.url)) continue;
      for (const { ranges } of script.functions) {
        for (const { startOffset, endOffset, count } of ranges) {
          if (count === 0) continue;
          // How often in powers of four, too: the first turn of a loop is not its thousandth.
          const times = Math.min(6, Math.floor(Math.log2(count) / 2));
          const block = `${script.scriptId}:${startOffset}:${endOffset}:${times}`;
          if (this.#seen.has(block)) continue;
          fresh++;
          if (keep) this.#seen.add(block);
        }
      }
    }
    return fresh;
  }
}
