import type { Sizes } from '../onnx/graph-builder.ts';
import type { DeviceTensor, PlacedFeeds, Session, Tensor } from '../runtime/runtime.ts';

/** A graph on a device, run on values of any size: by one session, or by a session for each set of sizes. */
export interface SizedGraph {
  /** Names of its adapter inputs. */
  readonly adapterInputs: readonly string[];
  /** As `Session.run`; feeds that it has no input for are left out. `sizes` names those of the feeds. */
  run(
    sizes: Sizes,
    feeds: PlacedFeeds,
    outputs: readonly string[],
    into: Readonly<Record<string, DeviceTensor>>,
  ): Promise<Record<string, Tensor>>;
  release(): Promise<void>;
}

/** A graph whose one session takes all sizes. */
export function graphOfAnySize(session: Session, adapterInputs: readonly string[]): SizedGraph {
  const inputs = new Set(session.inputNames);
  return {
    adapterInputs,
    run: (_, feeds, outputs, into) => session.run(taken(inputs, feeds), outputs, into),
    release: () => session.release(),
  };
}

/** A session, and how many runs of it are not done. */
interface OpenSession {
  readonly session: Promise<Session>;
  running: number;
}

/**
 * A graph that is written and compiled for sizes. The latest `most` sessions stay open, each with weights of its own on the
 * device; one that is at work is not closed.
 */
export class GraphForSizes implements SizedGraph {
  readonly adapterInputs: readonly string[];
  readonly #open: (sizes: Sizes) => Promise<Session>;
  readonly #most: number;
  /** The one used last comes last. */
  readonly #sessions = new Map<string, OpenSession>();

  constructor(
    open: (sizes: Sizes) => Promise<Session>,
    { most, adapterInputs }: { readonly most: number; readonly adapterInputs: readonly string[] },
  ) {
    this.#open = open;
    this.#most = most;
    this.adapterInputs = adapterInputs;
  }

  async run(
    sizes: Sizes,
    feeds: PlacedFeeds,
    outputs: readonly string[],
    into: Readonly<Record<string, DeviceTensor>>,
  ): Promise<Record<string, Tensor>> {
    const opened = await this.#sessionFor(sizes);
    opened.running++;
    try {
      const session = await opened.session;
      return await session.run(taken(new Set(session.inputNames), feeds), outputs, into);
    } finally {
      opened.running--;
    }
  }

  /** Opens the session for some sizes, if it is not open: to know that the device takes the graph. */
  async prepare(sizes: Sizes): Promise<void> {
    await (
      await this.#sessionFor(sizes)
    ).session;
  }

  async release(): Promise<void> {
    const all = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const { session } of all) await (await session).release();
  }

  async #sessionFor(sizes: Sizes): Promise<OpenSession> {
    const key = Object.entries(sizes).flat().join();
    const known = this.#sessions.get(key);
    if (known !== undefined) {
      this.#sessions.delete(key);
      this.#sessions.set(key, known);
      return known;
    }
    // Before the new one is there, or the device would have to hold both.
    await this.#closeOldest();
    const opened: OpenSession = { session: this.#open(sizes), running: 0 };
    this.#sessions.set(key, opened);
    opened.session.catch(() => this.#sessions.delete(key));
    return opened;
  }

  async #closeOldest(): Promise<void> {
    for (const [key, { session, running }] of this.#sessions) {
      if (this.#sessions.size < this.#most) return;
      if (running > 0) continue;
      this.#sessions.delete(key);
      await (await session).release();
    }
  }
}

function taken(inputs: ReadonlySet<string>, feeds: PlacedFeeds): PlacedFeeds {
  return Object.fromEntries(Object.entries(feeds).filter(([name]) => inputs.has(name)));
}
