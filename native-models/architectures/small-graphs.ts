import { GraphBuilder } from '../onnx/graph-builder.ts';
import { deviceOperators } from '../onnx/model-format.ts';
import type { Runtime, Session } from '../runtime/runtime.ts';

/** Graphs of a few nodes that work on what lies on a device: each is written and opened when it is first needed. */
export class SmallGraphs {
  readonly #runtime: Runtime;
  readonly #onDeviceOnly: boolean;
  readonly #sessions = new Map<string, Promise<Session>>();

  /** @param onDeviceOnly Fail where an operator would run on the processor instead of the device (tests). */
  constructor(runtime: Runtime, onDeviceOnly = false) {
    this.#runtime = runtime;
    this.#onDeviceOnly = onDeviceOnly;
  }

  /** The graph of this name. @param build Writes it, the first time. */
  session(name: string, build: (graph: GraphBuilder) => void): Promise<Session> {
    const known = this.#sessions.get(name);
    if (known !== undefined) return known;
    const graph = new GraphBuilder({ operators: deviceOperators });
    build(graph);
    const session = this.#runtime.createSession(graph.build().model, { onDeviceOnly: this.#onDeviceOnly });
    this.#sessions.set(name, session);
    return session;
  }

  async release(): Promise<void> {
    for (const session of this.#sessions.values()) await (await session).release();
    this.#sessions.clear();
  }
}
