import { beforeAll, describe, expect, it } from 'vitest';
import { DeviceLogits } from '../../architectures/decoder/device-logits.ts';
import { SmallGraphs } from '../../architectures/small-graphs.ts';
import { bundledLibraryPath } from '../../runtime/binding-files.ts';
import { createCApiRuntime } from '../../runtime/c-api/c-api-runtime.ts';
import { float32, type Runtime } from '../../runtime/runtime.ts';
import { transfersSince } from '../../runtime/transfer-meter.ts';
import { greedyChoice, seededRandom, tokenChoice, withRepetitionPenalty } from './token-choice.ts';
import type { TokenChoice } from './token-choice.ts';

/** Qwen2-VL's, and one that is no multiple of anything. */
const vocabularies = [151_936, 1_301];
const mostBytes = 64 * 1024;

/** The processor's memory as if it were a device's. */
let runtime: Runtime;
beforeAll(() => {
  runtime = createCApiRuntime({ device: 'cpu', libraryPath: bundledLibraryPath(), keepsOnDevice: true }, {});
});

/** Logits with a few likely tokens; without `peaks` every token has about the same. */
function logitsOf(vocabulary: number, seed: number, peaks: number): Float32Array {
  const random = seededRandom(seed);
  const logits = Float32Array.from({ length: vocabulary }, () => 4 * random() - 2);
  for (let peak = 0; peak < peaks; peak++) logits[Math.floor(random() * vocabulary)] = 9 + 4 * random();
  return logits;
}

describe.each(vocabularies)('of %i tokens', (vocabulary) => {
  /** Chooses from each of the logits in memory and on the device. */
  async function chooseBoth(make: () => TokenChoice, all: readonly Float32Array[]): Promise<number[][]> {
    const onDevice = new DeviceLogits(new SmallGraphs(runtime), runtime.deviceMemory!, vocabulary);
    const [here, there] = [make(), make()];
    const chosen: number[][] = [];
    for (const logits of all) {
      await runtime.deviceMemory!.write(float32(logits, [1, vocabulary]), { target: await onDevice.raw() });
      const before = runtime.transfers;
      const token = await there.chooseOnDevice((rule) => onDevice.choose(rule));
      const { toDevice, fromDevice } = transfersSince(before, runtime.transfers);
      expect(toDevice.bytes + fromDevice.bytes).toBeLessThan(mostBytes);
      chosen.push([here.choose(logits), token]);
    }
    return chosen;
  }

  const sets = [12, 0].flatMap((peaks) => [1, 2, 3].map((seed) => logitsOf(vocabulary, seed, peaks)));
  it.each([
    ['drawn at a temperature of 1', () => tokenChoice(1, seededRandom(7))],
    ['drawn at a temperature of 0.1', () => tokenChoice(0.1, seededRandom(8))],
    ['drawn at a temperature of 3', () => tokenChoice(3, seededRandom(9))],
    [
      'drawn with a penalty for what was said',
      () => withRepetitionPenalty(tokenChoice(0.8, seededRandom(5)), 1.3, [...Array(3000).keys()]),
    ],
    ['the most likely with a penalty', () => withRepetitionPenalty(greedyChoice, 1.3, [1, 2, 3])],
    ['the most likely', () => greedyChoice],
  ])('the token %s is the one that is chosen in memory, and few bytes come back', async (_, make) => {
    const chosen = await chooseBoth(make, sets);
    for (const [here, there] of chosen) expect(there).toBe(here);
    expect(new Set(chosen.flat()).size).toBeGreaterThan(1);
  });

  it('the first and the last token are drawn by the smallest and the largest random number', async () => {
    const flat = [new Float32Array(vocabulary)];
    expect(await chooseBoth(() => tokenChoice(1, () => 0), flat)).toEqual([[0, 0]]);
    const last = await chooseBoth(() => tokenChoice(1, () => 1 - 2 ** -32), flat);
    expect(last).toEqual([[vocabulary - 1, vocabulary - 1]]);
  });

  it('logits that are not finite are an error, not a token', async () => {
    const onDevice = new DeviceLogits(new SmallGraphs(runtime), runtime.deviceMemory!, vocabulary);
    const nothing = new Float32Array(vocabulary).fill(NaN);
    await runtime.deviceMemory!.write(float32(nothing, [1, vocabulary]), { target: await onDevice.raw() });
    for (const temperature of [0, 1])
      await expect(onDevice.choose({ temperature, random: 0.5 })).rejects.toMatchObject({
        code: 'WEIGHTS_NOT_FINITE',
      });
  });
});
