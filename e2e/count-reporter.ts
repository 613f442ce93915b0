import process from 'node:process';
import type { Reporter, TestCase, TestResult } from '@playwright/test/reporter';

/** Ends with why scenarios were skipped, and one plain line of counts for people and machines that look at the end alone. */
export default class CountReporter implements Reporter {
  readonly #outcomes = new Map<string, 'passed' | 'failed' | 'skipped'>();
  readonly #reasons = new Map<string, number>();

  onTestEnd(test: TestCase, result: TestResult): void {
    const outcome = result.status === 'skipped' ? 'skipped' : test.ok() ? 'passed' : 'failed';
    this.#outcomes.set(test.id, outcome);
    if (outcome !== 'skipped') return;
    const reason = test.annotations.find(({ type }) => type === 'skip')?.description ?? 'no reason was given';
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
  }

  onEnd(): void {
    const count = (outcome: string) => [...this.#outcomes.values()].filter((each) => each === outcome).length;
    const skipped = count('skipped');
    for (const [reason, times] of this.#reasons) process.stdout.write(`\n${times} skipped: ${reason}`);
    process.stdout.write(
      `\n${count('passed')} passed, ${count('failed')} failed${skipped > 0 ? `, ${skipped} skipped` : ''}\n`,
    );
  }
}
