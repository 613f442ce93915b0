import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { z } from 'zod';

/** One piece of work: which measurement, and its sizes. */
export type MeasureRequest = Readonly<Record<string, string | number | boolean>> & {
  readonly measure: string;
};

const replySchema = z.looseObject({
  /** Seconds that the work took. */
  sec: z.number().optional(),
  /** Largest resident set during the work, mapped files included. */
  peakBytes: z.number().nullish(),
  error: z.string().optional(),
});
/** What a contestant measured. */
export type MeasureReply = z.infer<typeof replySchema> & { readonly sec: number };

/** How to start a contestant. */
export interface ContestantCommand {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/**
 * A program that takes part in a measurement: a child process that answers one JSON request a line with one JSON reply
 * a line. Ours and the peers speak the same lines, so the runner can ask them in turn.
 */
export class Contestant {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  #lastWords = '';

  private constructor(name: string, child: ChildProcess, lines: AsyncIterator<string>) {
    this.name = name;
    this.#child = child;
    this.#lines = lines;
    child.stderr?.on('data', (text: Buffer) => {
      this.#lastWords = (this.#lastWords + text.toString()).slice(-2000);
    });
  }

  /** Starts it and waits until it is ready. Throws with its last words if it ends instead. */
  static async start(start: ContestantCommand): Promise<Contestant> {
    const child = spawn(start.command, start.arguments, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, ...start.environment },
    });
    const failed = new Promise<never>((_, reject) => child.once('error', reject));
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const contestant = new Contestant(start.name, child, lines);
    await Promise.race([contestant.#read(), failed]);
    return contestant;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Has the work done once. Throws what went wrong, or the last words of a process that ended. */
  async ask(request: MeasureRequest): Promise<MeasureReply> {
    this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    const reply = replySchema.parse(JSON.parse(await this.#read()));
    if (reply.error !== undefined) throw new Error(`${this.name}, ${request.measure}: ${reply.error}`);
    if (reply.sec === undefined) throw new Error(`${this.name}, ${request.measure}: no time in the reply`);
    return { ...reply, sec: reply.sec };
  }

  /** Lets it end by itself; ends it if it does not within ten seconds. */
  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    this.#child.stdin?.end();
    const impatience = setTimeout(() => this.#child.kill('SIGKILL'), 10_000);
    await ended;
    clearTimeout(impatience);
  }

  async #read(): Promise<string> {
    const line = await this.#lines.next();
    if (line.done === true) throw new Error(`${this.name} ended:\n${this.#lastWords}`);
    return line.value;
  }
}

/** Starts ours and its peers, runs the work with them and stops them whatever happens. */
export async function withContestants<T>(
  ours: ContestantCommand,
  peers: readonly ContestantCommand[],
  work: (ours: Contestant, peers: readonly Contestant[]) => Promise<T>,
): Promise<T> {
  const started: Contestant[] = [];
  const start = async (command: ContestantCommand) => {
    const contestant = await Contestant.start(command);
    started.push(contestant);
    return contestant;
  };
  try {
    const first = await start(ours);
    const others: Contestant[] = [];
    for (const peer of peers) others.push(await start(peer));
    return await work(first, others);
  } finally {
    await Promise.all(started.map((contestant) => contestant.stop()));
  }
}
