import { performance } from 'node:perf_hooks';
import { noWork, sumOf as sumOfAmounts } from './estimate/amounts.ts';
import type { Amounts } from './estimate/amounts.ts';
import type { Speaker } from '../protocol/roles.ts';
import type { RunEvent } from '../protocol/run-events.ts';
import type { RoleTransfer } from '../protocol/run-trace.ts';
import type { Transfers } from '../runtime/runtime.ts';
import type { RunRecord, RunWarning, TokenCounts } from '../protocol/run-record.ts';

/** What happens in a run: told as events, and summed up for the record. */
export class RunJournal {
  readonly #onEvent: (event: RunEvent) => void;
  readonly #startMs = performance.now();
  #warnings: RunWarning[] = [];
  #timings: Record<string, number> = {};
  #transfers: Partial<Record<Speaker, RoleTransfer>> = {};
  #seconds: Partial<Record<Speaker, Amounts>> = {};
  #tokens: Partial<Record<Speaker, TokenCounts>> = {};

  constructor(onEvent: (event: RunEvent) => void) {
    this.#onEvent = onEvent;
  }

  emit(event: RunEvent): void {
    this.#onEvent(event);
  }

  /** Tells of something that a person should know, once. */
  warn(warning: RunWarning): void {
    const known = this.#warnings.some(
      ({ code, message }) => code === warning.code && message === warning.message,
    );
    if (known) return;
    this.#warnings.push(warning);
    this.emit({ type: 'warning', warning });
  }

  hasWarned(code: string): boolean {
    return this.#warnings.some((warning) => warning.code === code);
  }

  /** Runs a step and adds its seconds to the record under its name. */
  async time<T>(step: string, work: () => Promise<T>): Promise<T> {
    const startMs = performance.now();
    try {
      return await work();
    } finally {
      this.#timings[step] = (this.#timings[step] ?? 0) + (performance.now() - startMs) / 1000;
    }
  }

  /** Adds seconds that a role took for one kind of work. */
  countSeconds(role: Speaker, kind: keyof Amounts, seconds: number): void {
    this.#seconds[role] = sumOfAmounts(this.#seconds[role] ?? noWork, { ...noWork, [kind]: seconds });
  }

  /** Times how frames come to a role: what is not the tower's is the decoder's. */
  timeFrames(role: Speaker): { readonly onEncoded: (seconds: number) => void; readonly end: () => void } {
    const startMs = performance.now();
    let encodedSec = 0;
    return {
      onEncoded: (seconds) => {
        encodedSec += seconds;
      },
      end: () => {
        this.countSeconds(role, 'encoded', encodedSec);
        this.countSeconds(role, 'decoded', Math.max(0, (performance.now() - startMs) / 1000 - encodedSec));
      },
    };
  }

  /** Seconds that a role has taken, by kinds of work; undefined where it did not run. What is none of the others is `said`. */
  secondsOf(role: Speaker): Amounts | undefined {
    const all = this.#timings[role];
    if (all === undefined) return undefined;
    const known = this.#seconds[role] ?? noWork;
    return { ...known, said: Math.max(0, all - known.decoded - known.encoded - known.read) };
  }

  /** Adds tokens to those of a role. */
  countTokens(role: Speaker, counts: TokenCounts): void {
    const before = this.#tokens[role] ?? { prompt: 0, generated: 0, reused: 0 };
    this.#tokens[role] = {
      prompt: before.prompt + counts.prompt,
      generated: before.generated + counts.generated,
      reused: before.reused + counts.reused,
    };
  }

  /** The journal of work aside from the run's own steps: counted with them, but of its events only those that `isTold` are told. */
  aside(isTold: (event: RunEvent) => boolean): RunJournal {
    const journal = new RunJournal((event) => {
      if (isTold(event)) this.#onEvent(event);
    });
    journal.#warnings = this.#warnings;
    journal.#timings = this.#timings;
    journal.#transfers = this.#transfers;
    journal.#tokens = this.#tokens;
    journal.#seconds = this.#seconds;
    return journal;
  }

  /** Tokens of a role up to now. */
  tokensOf(role: Speaker): TokenCounts {
    return this.#tokens[role] ?? { prompt: 0, generated: 0, reused: 0 };
  }

  /** Adds what a role moved between memory and device: while it read, or for some steps of its reply. */
  countTransfer(role: Speaker, moved: Transfers, steps?: number): void {
    const none = { toDevice: { bytes: 0, calls: 0 }, fromDevice: { bytes: 0, calls: 0 } };
    const before = this.#transfers[role] ?? { ...none, steps: 0, reading: none };
    this.#transfers[role] =
      steps === undefined
        ? { ...before, reading: sumOf(before.reading, moved) }
        : { ...before, ...sumOf(before, moved), steps: before.steps + steps };
  }

  /** What the roles moved up to now. */
  get transfers(): Partial<Record<Speaker, RoleTransfer>> {
    return { ...this.#transfers };
  }

  /** The record's share of the journal, up to now. */
  summary(): Pick<RunRecord, 'timings' | 'tokens' | 'warnings'> {
    const totalSec = (performance.now() - this.#startMs) / 1000;
    return {
      timings: { ...this.#timings, totalSec },
      tokens: { ...this.#tokens },
      warnings: [...this.#warnings],
    };
  }
}

function sumOf(one: Transfers, other: Transfers): Transfers {
  const both = (direction: keyof Transfers) => ({
    bytes: one[direction].bytes + other[direction].bytes,
    calls: one[direction].calls + other[direction].calls,
  });
  return { toDevice: both('toDevice'), fromDevice: both('fromDevice') };
}
