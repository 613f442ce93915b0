import { describe, expect, it } from 'vitest';
import {
  openAskTensors,
  openTableTensors,
  packJson,
  packPath,
  readInt32,
  reasonerPackNames,
  relativeDifference,
} from '../../fixtures/reference-pack.ts';
import { createOnnxRuntime } from '../../runtime/onnxruntime.ts';
import { chooseDevice } from '../../runtime/providers.ts';
import { openCheckpoint } from '../checkpoint.ts';
import { fedFrames } from '../testing/fed-frames.ts';
import { checkpointWeights, FloatNetwork, type StageResult } from './float-network.ts';

/** Differences over the largest absolute value. Measured: below 1.1e-6; asked for: 1e-3. */
const bound = 1e-5;

interface Run {
  readonly inputIds: number[];
  readonly fedSize: [number, number];
}

describe.each(reasonerPackNames.flatMap((pack) => [0, 2].map((ask) => ({ pack, ask }))))(
  'the network of $pack in float32, ask $ask',
  ({ pack, ask }) => {
    it('is in the reference’s state after every block and layer', async () => {
      const checkpoint = await openCheckpoint({ basePath: packPath(pack, 'checkpoint') });
      const network = checkpoint.family.readNetwork({
        base: checkpoint.baseConfig,
        generation: checkpoint.generationConfig,
        preprocessor: checkpoint.preprocessorConfig,
      });
      const expected = await openAskTensors(pack, ask);
      const { inputIds: tokenIds, fedSize } = (packJson(pack, 'expected', 'runs.json') as Run[])[ask]!;
      const { frames, size } = await fedFrames(expected, fedSize);
      const runtime = createOnnxRuntime(await chooseDevice('cpu', 'fp32'), { threads: 2 });
      const floats = new FloatNetwork(network, checkpointWeights(checkpoint.weights), runtime);

      const firstPatches = await expected.readFloat32('firstPatches');
      const patches = network.patches(frames, size).slice(0, firstPatches.length);
      expect(relativeDifference(patches, firstPatches)).toBeLessThan(bound);

      const blocks: StageResult[] = [];
      const seen = await floats.encode(frames, size, (result) => {
        if (result.stage.result === 'state') blocks.push(result);
      });
      if (ask === 0) {
        const embeds = await expected.readFloat32('patchEmbeds'); // before positions are added
        const first = blocks[0]!.after.slice(0, embeds.length);
        const positions = await positionTable(pack, size.height, size.width, network.shape.patchSize);
        const own = first.map((value, index) => value - (positions?.[index] ?? 0));
        expect(relativeDifference(own, embeds)).toBeLessThan(bound);
      }
      const visionBlocks = await expected.readFloat32('visionBlocks'); // (blocks + 1, 8, width)
      const blockSize = visionBlocks.length / blocks.length;
      for (const [index, { after }] of blocks.entries()) {
        const rows = visionBlocks.slice(index * blockSize, (index + 1) * blockSize);
        expect(relativeDifference(after.slice(0, blockSize), rows), `block ${index}`).toBeLessThan(bound);
      }
      for (const [level, features] of seen.deepstack.entries()) {
        const rows = await expected.readFloat32(`deepstack.${level}`);
        expect(relativeDifference(features, rows), `deepstack ${level}`).toBeLessThan(bound);
      }

      const { hiddenSize } = network.shape;
      const layerRows = await readInt32(expected, 'layerRows');
      const layerInputs = await expected.readFloat32('layerInputs'); // (layers, rows, hidden)
      const inputSize = layerRows.length * hiddenSize;
      const layers: StageResult[] = [];
      const prompt = {
        ...seen,
        features: await expected.readFloat32('visionFeatures'), // in reading order, not in the tower's
        tokenIds,
        positions: await readInt32(expected, 'positionIds'),
      };
      const states = await floats.read(prompt, (result) => layers.push(result));
      for (const [layer, { before }] of layers.entries()) {
        const rows = Float32Array.from(
          [...layerRows].flatMap((row) => [...before.subarray(row * hiddenSize, (row + 1) * hiddenSize)]),
        );
        const wanted = layerInputs.slice(layer * inputSize, (layer + 1) * inputSize);
        expect(relativeDifference(rows, wanted), `layer ${layer}`).toBeLessThan(bound);
      }
      expect(relativeDifference(states, await expected.readFloat32('prefillStates'))).toBeLessThan(bound);
    });
  },
);

/** Learned positions of a pair's patches as the reference has them; undefined for a tower without. */
async function positionTable(
  pack: (typeof reasonerPackNames)[number],
  height: number,
  width: number,
  patch: number,
): Promise<Float32Array | undefined> {
  const tables = await openTableTensors(pack);
  const name = `posEmbed.${height / patch}x${width / patch}`;
  return tables.has(name) ? tables.readFloat32(name) : undefined;
}
