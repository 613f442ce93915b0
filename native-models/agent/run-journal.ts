import { performance } from 'node:perf_hooks';
import type { Speaker } from '../protocol/roles.ts';
import type { RunEvent } from '../protocol/run-events.ts';
import type { RunRecord, RunWarning, TokenCounts } from '../protocol/run-record.ts';

/** What happens in a run: told as events, and summed up for the record. */
export class RunJournal {
  readonly #onEvent: (event: RunEvent) => void;
  readonly #startMs = performance.now();
  readonly #warnings: RunWarning[] = [];
  readonly #timings: Record<string, number> = {};
  readonly #tokens: Partial<Record<Speaker, TokenCounts>> = {};

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

  /** Adds tokens to those of a role. */
  countTokens(role: Speaker, counts: TokenCounts): void {
    const before = this.#tokens[role] ?? { prompt: 0, generated: 0, reused: 0 };
    this.#tokens[role] = {
      prompt: before.prompt + counts.prompt,
      generated: before.generated + counts.generated,
      reused: before.reused + counts.reused,
    };
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
