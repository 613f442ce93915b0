import { styleText } from 'node:util';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { exitCodes } from './exit-codes.ts';
import { wrap } from './text-layout.ts';

/** Marks up text; the identity where colours are not wanted. */
export interface Style {
  bold(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  warning(text: string): string;
  bad(text: string): string;
}

/** Text as it is. */
export const plainStyle: Style = {
  bold: (text) => text,
  faint: (text) => text,
  good: (text) => text,
  warning: (text) => text,
  bad: (text) => text,
};

const colourStyle: Style = {
  bold: (text) => styleText('bold', text, { validateStream: false }),
  faint: (text) => styleText('dim', text, { validateStream: false }),
  good: (text) => styleText('green', text, { validateStream: false }),
  warning: (text) => styleText('yellow', text, { validateStream: false }),
  bad: (text) => styleText('red', text, { validateStream: false }),
};

/** Colours only on a terminal that has them, and not where NO_COLOR asks for none (no-color.org). */
function styleFor(stream: NodeJS.WriteStream): Style {
  const wanted = stream.isTTY && !process.env['NO_COLOR'] && process.env['TERM'] !== 'dumb';
  return wanted ? colourStyle : plainStyle;
}

/** Lines get no wider than this, however wide the window: long lines are hard to read. */
const widestColumns = 100;
const defaultColumns = 80;

/**
 * The two streams of the command line. stdout carries the result and nothing else; progress, warnings and errors go to
 * stderr. The line of progress is wiped before anything else is written, since both usually are one terminal.
 */
export class Terminal {
  readonly style = styleFor(process.stdout);
  readonly errorStyle = styleFor(process.stderr);
  readonly columns = Math.min(widestColumns, Math.max(40, process.stdout.columns || defaultColumns));
  #progressShown = false;
  #progressMs = 0;

  constructor() {
    // `videomind … | head` closes the pipe: nobody reads on, which is no failure.
    process.stdout.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(exitCodes.done);
      const code = error.code === 'ENOSPC' ? 'DISK_FULL' : 'OUTPUT_UNWRITABLE';
      this.fail(new EngineError(code, `The result cannot be written: ${error.message}.`), false);
      process.exit(exitCodes.failed);
    });
    // Whoever reads stderr may leave earlier; the result still counts.
    process.stderr.on('error', () => undefined);
  }

  /** Writes lines of the result. */
  print(...lines: readonly string[]): void {
    this.clearProgress();
    process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  }

  /** Writes the result as one JSON document. */
  printJson(document: unknown): void {
    this.print(JSON.stringify(document, null, 2));
  }

  warn(code: string, message: string): void {
    this.clearProgress();
    process.stderr.write(`${this.errorStyle.warning(`warning ${code}`)}: ${message}\n`);
  }

  /** Something to know that is neither result nor trouble. */
  note(message: string): void {
    this.clearProgress();
    for (const line of wrap(message, this.columns)) {
      process.stderr.write(`${this.errorStyle.faint(line)}\n`);
    }
  }

  /** Says what went wrong and what to do: on stderr, and with `json` on stdout too, beside `also`. */
  fail(error: EngineError, json: boolean, also: Readonly<Record<string, unknown>> = {}): void {
    this.clearProgress();
    const { code, message, details, remedy } = error;
    process.stderr.write(`${this.errorStyle.bad(code)}: ${message}\n${remedy}\n`);
    if (json) this.printJson({ error: { code, message, remedy, details }, ...also });
  }

  /** Shows how far the work is, on a terminal only, in one line that is overwritten. */
  progress(text: string): void {
    const nowMs = performance.now();
    if (!process.stderr.isTTY || nowMs - this.#progressMs < 50) return;
    this.#progressMs = nowMs;
    this.#progressShown = true;
    const room = (process.stderr.columns || defaultColumns) - 1;
    process.stderr.write(`\r\u001b[K${this.errorStyle.faint(text.slice(0, room))}`);
  }

  clearProgress(): void {
    if (!this.#progressShown) return;
    this.#progressShown = false;
    this.#progressMs = 0;
    process.stderr.write('\r\u001b[K');
  }
}
