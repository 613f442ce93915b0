import type { AskRequest } from '../../../native-models/protocol/ask-request.ts';
import type { CallOptions } from '../../../native-models/protocol/client.ts';
import { toEngineError } from '../../../native-models/protocol/errors.ts';
import type { Result } from '../../../native-models/protocol/methods.ts';
import type { EngineState } from '../contract/events.ts';
import type { Engine } from '../host-context.ts';

const crashes = ['ENGINE_CRASHED', 'ENGINE_UNRESPONSIVE', 'OUT_OF_MEMORY', 'PROTOCOL_INVALID'];

/** Asks the engine and tells what it is doing. */
export class WatchedEngine {
  readonly #engine: Engine;
  readonly #onState: (state: EngineState) => void;
  #state: EngineState = { state: 'off' };

  constructor(engine: Engine, onState: (state: EngineState) => void) {
    this.#engine = engine;
    this.#onState = onState;
  }

  get state(): EngineState {
    return this.#state;
  }

  /** @param modelId the package's id in the model store. @throws EngineError what the engine answers. */
  async ask(modelId: string, request: AskRequest, options: CallOptions<'ask'>): Promise<Result<'ask'>> {
    const isStarting = this.#engine.processId === undefined || this.#state.modelId !== modelId;
    this.#set({ ...this.#state, state: isStarting ? 'starting' : 'busy', modelId });
    const onProgress: CallOptions<'ask'>['onProgress'] = (event) => {
      if (this.#state.state === 'starting') this.#set({ ...this.#state, state: 'busy' });
      options.onProgress?.(event);
    };
    try {
      const result = await this.#engine.call('ask', request, { ...options, onProgress });
      await this.#setIdle(modelId, result.record.device);
      return result;
    } catch (thrown) {
      const crashed = crashes.includes(toEngineError(thrown).code);
      if (crashed) this.#set({ state: 'crashed' });
      else if (this.#engine.processId === undefined) this.#set({ state: 'off' });
      else await this.#setIdle(modelId, this.#state.device);
      throw thrown;
    }
  }

  async #setIdle(modelId: string, device: string | undefined): Promise<void> {
    const memory = await this.#engine.call('memory', {}).catch(() => undefined);
    this.#set({
      state: memory === undefined ? 'off' : 'idle',
      ...(memory === undefined ? {} : { modelId, residentBytes: memory.residentBytes }),
      ...(memory === undefined || device === undefined ? {} : { device }),
    });
  }

  #set(state: EngineState): void {
    this.#state = state;
    this.#onState(state);
  }
}
