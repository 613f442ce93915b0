import { EngineError } from '../../protocol/errors.ts';
import { float32, int32, type DeviceMemory, type DeviceTensor, type Tensor } from '../../runtime/runtime.ts';
import type { SmallGraphs } from '../small-graphs.ts';
import type { ChoiceRule } from '../vision-language-model.ts';

/** Neighbouring tokens whose weights are added up on the device before one of them is looked for. */
const blockTokens = 512;

/**
 * The logits of one row on a device, (1, vocabulary), where a vocabulary head writes them. To draw a token, the sums of the
 * weights of 512 tokens each come back, then the logits of the 512 among which the drawn one is: 5 KB of a vocabulary of
 * 150,000, and the same token as in memory for the same random number, however flat the distribution is.
 */
export class DeviceLogits {
  readonly #graphs: SmallGraphs;
  readonly #memory: DeviceMemory;
  readonly #vocabulary: number;
  #raw: Promise<DeviceTensor> | undefined;
  #penalized: Promise<DeviceTensor> | undefined;

  constructor(graphs: SmallGraphs, memory: DeviceMemory, vocabulary: number) {
    this.#graphs = graphs;
    this.#memory = memory;
    this.#vocabulary = vocabulary;
  }

  /** Where a vocabulary head writes its `logits`. */
  raw(): Promise<DeviceTensor> {
    this.#raw ??= this.#memory.allocate('float32', [1, this.#vocabulary]);
    return this.#raw;
  }

  /** Chooses a token from what the head wrote last. @throws EngineError WEIGHTS_NOT_FINITE */
  async choose({ temperature, random, penalty }: ChoiceRule): Promise<number> {
    const logits = penalty === undefined ? await this.raw() : await this.#penalize(penalty);
    return temperature === 0 ? this.#mostLikely(logits) : this.#draw(logits, temperature, random);
  }

  async #mostLikely(logits: DeviceTensor): Promise<number> {
    const graph = await this.#graphs.session('most likely', (written) => {
      const input = written.input('logits', 'float32', [1, this.#vocabulary]);
      const best = written.op('ReduceMax', [input, written.ints([1])], { keepdims: 1 });
      written.output('best', best, 'float32', [1, 1]);
      written.output('token', written.op('ArgMax', [input], { axis: 1, keepdims: 1 }), 'int64', [1, 1]);
    });
    const { best, token } = await graph.run({ logits }, ['best', 'token']);
    requireFinite(best);
    return Number((token?.data as BigInt64Array)[0] ?? 0);
  }

  /** The token at which the weights of all before it and its own exceed the share `random` of all weights. */
  async #draw(logits: DeviceTensor, temperature: number, random: number): Promise<number> {
    const graph = await this.#graphs.session('sums of weights', (written) => {
      const input = written.input('logits', 'float32', [1, this.#vocabulary]);
      const largest = written.op('ReduceMax', [input, written.ints([1])], { keepdims: 1 });
      const scaled = written.op('Div', [
        written.op('Sub', [input, largest]),
        written.input('temperature', 'float32', [1]),
      ]);
      const missing = (blockTokens - (this.#vocabulary % blockTokens)) % blockTokens;
      const padded = written.op('Pad', [written.op('Exp', [scaled]), written.ints([0, 0, 0, missing])]);
      const blocks = written.op('Reshape', [padded, written.ints([-1, blockTokens])]);
      const sums = written.op('ReduceSum', [blocks, written.ints([1])], { keepdims: 0 });
      written.output('best', largest, 'float32', [1, 1]);
      written.output('sums', sums, 'float32', ['blocks']);
    });
    const feeds = { logits, temperature: float32(Float32Array.of(temperature), [1]) };
    const results = await graph.run(feeds, ['best', 'sums']);
    const best = requireFinite(results['best']);
    const sums = results['sums']?.data as Float32Array;
    let left = random * sums.reduce((sum, value) => sum + value, 0);
    for (const [block, sum] of sums.entries()) {
      if (left < sum)
        return this.#drawFrom(logits, block, (logit) => Math.exp((logit - best) / temperature), left);
      left -= sum;
    }
    return this.#mostLikely(logits);
  }

  /** The token of a block at which the weights from its beginning exceed `left`. */
  async #drawFrom(
    logits: DeviceTensor,
    block: number,
    weightOf: (logit: number) => number,
    left: number,
  ): Promise<number> {
    const first = block * blockTokens;
    const count = Math.min(blockTokens, this.#vocabulary - first);
    const ids = Array.from({ length: count }, (_, index) => first + index);
    const graph = await this.#graphs.session('logits of tokens', (written) => {
      const input = written.input('logits', 'float32', [1, this.#vocabulary]);
      const picked = written.op('Gather', [input, written.input('ids', 'int32', ['count'])], { axis: 1 });
      written.output('picked', picked, 'float32', [1, 'count']);
    });
    const { picked } = await graph.run({ logits, ids: int32(ids, [count]) }, ['picked']);
    let chosen = first;
    for (const [index, logit] of (picked?.data as Float32Array).entries()) {
      const weight = weightOf(logit);
      if (weight > 0) chosen = first + index;
      left -= weight;
      if (left < 0) break;
    }
    // The device's sum may be larger by its rounding: then it is the last token that has a weight.
    return chosen;
  }

  /** As the repetition penalty in memory: a negative logit times the factor, any other divided by it. */
  async #penalize({ ids, factor }: NonNullable<ChoiceRule['penalty']>): Promise<DeviceTensor> {
    const graph = await this.#graphs.session('penalty', (written) => {
      const logits = written.input('logits', 'float32', [1, this.#vocabulary]);
      const seen = written.input('ids', 'int32', [1, 'count']);
      const times = written.input('factor', 'float32', [1]);
      const picked = written.op('GatherElements', [logits, seen], { axis: 1 });
      const isNegative = written.op('Less', [picked, written.floats(0)]);
      const lowered = written.op('Where', [
        isNegative,
        written.op('Mul', [picked, times]),
        written.op('Div', [picked, times]),
      ]);
      const y = written.op('ScatterElements', [logits, seen, lowered], { axis: 1 });
      written.output('y', y, 'float32', [1, this.#vocabulary]);
    });
    this.#penalized ??= this.#memory.allocate('float32', [1, this.#vocabulary]);
    const y = await this.#penalized;
    const known = ids.filter((id) => id < this.#vocabulary);
    const feeds = { logits: await this.raw(), ids: int32(known, [1, known.length]) };
    await graph.run({ ...feeds, factor: float32(Float32Array.of(factor), [1]) }, [], { y });
    return y;
  }
}

/** The largest logit, from the processor's memory. @throws EngineError WEIGHTS_NOT_FINITE */
export function requireFinite(best: Tensor | undefined): number {
  const largest = (best?.data as Float32Array)[0] ?? NaN;
  if (Number.isFinite(largest)) return largest;
  throw new EngineError('WEIGHTS_NOT_FINITE', 'The network returned no finite logits.', {
    remedy: 'Run on another device with --device cpu; if it happens there too, import the checkpoint again.',
  });
}
