import { noTransfers } from '../../runtime/transfer-meter.ts';
import type {
  ForwardResult,
  GroundingHead,
  LanguageModel,
  NetworkShape,
  VisionEncoder,
} from '../../architectures/vision-language-model.ts';
import { rowsInMemory } from '../../architectures/device-rows.ts';
import { countedBlocks, rotaryPositions } from '../../architectures/positions.ts';
import type { LoadedModel } from '../../checkpoints/loaded-model.ts';
import type { PromptSet } from '../../checkpoints/manifest.ts';
import { compileChatTemplate } from '../../checkpoints/text/chat-template.ts';
import { loadTokenizer } from '../../checkpoints/text/tokenizer.ts';
import { roleNames } from '../../protocol/roles.ts';
import type { Role } from '../../protocol/roles.ts';
import { KvCache } from '../../runtime/kv-cache.ts';
import { packPath, readJson } from './reference-pack.ts';

const hiddenSize = 4;
const vocabularySize = 640;

/** For tests: what a fake model did, and what its roles say. */
export interface FakeModel extends LoadedModel {
  /** Replies by role, without end token; one is added. */
  readonly replies: Record<Role, string>;
  readonly work: { pairsEncoded: number; rowsRead: number; tokensDecoded: number };
}

/**
 * For tests of the chain without weights: a model whose states are a hash over everything that was read before them,
 * so that any wrong token, position, feature or kept prefix changes every score, and whose roles say what they are told.
 * Tokenizer, template and prompts are those of pack-2b.
 */
export async function createFakeModel(): Promise<FakeModel> {
  const tokenizer = await loadTokenizer({ tokenizerPath: packPath('pack-2b', 'model/tokenizer.json') });
  const config = readJson('pack-2b', 'model/config.json') as Record<string, number>;
  const { chat_template: template } = readJson('pack-2b', 'base/chat_template.json') as {
    chat_template: string;
  };
  const id = (name: string) => config[name] ?? -1;
  const endToken = id('eos_token_id');
  const replies: Record<Role, string> = {
    planner: '[{"type": "grounder", "value": "a shape rises"}]',
    grounder: 'The moment is at <|reg|>.',
    verifier: '',
    answerer: 'B) Blue',
  };
  const work = { pairsEncoded: 0, rowsRead: 0, tokensDecoded: 0 };
  const scripts = new Map<string, readonly number[]>();
  const saying = (role: Role): readonly number[] => {
    const known = scripts.get(replies[role]);
    if (known !== undefined) return known;
    const script = [...tokenizer.encode(replies[role]), endToken];
    scripts.set(replies[role], script);
    return script;
  };

  const vision: VisionEncoder = {
    weightsKey: () => 'fake',
    pairsAtOnce: () => 1,
    encode: (_, frames, size) => {
      work.pairsEncoded++;
      const tokens = (size.height / 28) * (size.width / 28);
      const seed = frames.reduce((sum, frame) => hash(sum, frame.frameIndex), size.width);
      return Promise.resolve([Float32Array.from({ length: tokens * hiddenSize }, (_, i) => hash(seed, i))]);
    },
  };

  // A row of a state or of the cache: [hash over all before it, place in the role's reply, 0, 0].
  const language: LanguageModel = {
    chunkRows: 16,
    createCache: (capacity) => new KvCache({ layers: 1, rowSize: hiddenSize, capacity }),
    embed: (role, tokenIds) =>
      Promise.resolve(
        Float32Array.from(tokenIds.flatMap((token) => [token, hash(roleNames.indexOf(role), token), 0, 1])),
      ),
    forward: (role, given, positions, tokenCache) => {
      const embeddings = rowsInMemory(given);
      if (!(tokenCache instanceof KvCache)) throw new TypeError('The fake works in memory.');
      const cache = tokenCache;
      const rows = embeddings.length / hiddenSize;
      if (rows === 1) work.tokensDecoded++;
      work.rowsRead += rows;
      const states = new Float32Array(rows * hiddenSize);
      let [before = 0, place = 0] = cache.keys(0).slice(-hiddenSize);
      const script = saying(role);
      for (let row = 0; row < rows; row++) {
        const embedding = embeddings.subarray(row * hiddenSize, (row + 1) * hiddenSize);
        const where = [0, 1, 2].map((axis) => positions[axis * rows + row] ?? -1);
        before = [...embedding, ...where].reduce(hash, before);
        place = embedding[3] === 1 && embedding[0] === script[place] ? place + 1 : 0;
        states.set([before, place, 0, 0], row * hiddenSize);
      }
      cache.append(rows, () => ({ keys: states, values: states }));
      const result: ForwardResult = { lastState: states.slice(-hiddenSize), preNormStates: states };
      return Promise.resolve(result);
    },
    logits: (role, state) => {
      const [score = 0, place = 0] = rowsInMemory(state);
      const logits = new Float32Array(vocabularySize);
      logits[saying(role)[place] ?? endToken] = 20;
      if (role === 'verifier') {
        logits[tokenizer.tokenId('Yes') ?? 0] = 25 + 4 * score;
        logits[tokenizer.tokenId('No') ?? 0] = 25 + 4 * (1 - score);
      }
      return Promise.resolve(logits);
    },
  };

  const groundingHead: GroundingHead = {
    ground: (states, [state = 0]) => {
      const frameStates = rowsInMemory(states);
      const seed = frameStates.reduce((sum, value) => sum + value, state);
      const rows = [5, 4, 3, 2, 1, 0].map((rank): [number, number, number] => {
        const start = 0.8 * Math.abs(hash(rank, seed));
        return [start, start + 0.2, rank / 5];
      });
      return Promise.resolve({ rows, saliency: Float32Array.of(seed) });
    },
  };

  const network: NetworkShape = {
    hiddenSize,
    vocabularySize,
    maxPositions: 4096,
    patchSize: 14,
    mergeSize: 2,
    temporalPatchSize: 2,
    deepstackLevels: 0,
    tokens: {
      visionStart: id('vision_start_token_id'),
      visionEnd: id('vision_end_token_id'),
      videoPad: id('video_token_id'),
      imagePad: id('image_token_id'),
      end: [endToken],
      reg: id('reg_token_id'),
      segStart: id('seg_s_token_id'),
      segEnd: id('seg_e_token_id'),
    },
  };

  return {
    name: 'fake',
    path: '/fake',
    checksum: 'fake',
    precision: 'fp32',
    device: 'cpu',
    coarsest: 'float32',
    deviceName: 'a fake',
    runtime: 'onnxruntime-node',
    deviceReason: '',
    heed: () => undefined,
    transfers: () => noTransfers,
    roles: roleNames,
    toy: true,
    promptSet: readJson('pack-2b', 'model/prompts.json') as PromptSet,
    promptSource: 'prompts.json',
    reasoner: undefined,
    network,
    family: {
      name: 'qwen2-vl',
      pairTimes: 'order',
      coordinates: 'pixels',
      clipSizing: {
        factor: 28,
        minPixels: 3136,
        maxPixels: 12_845_056,
        limitsCount: 'frame',
        values: 'bytes',
      },
      imageSizing: {
        factor: 28,
        minPixels: 3136,
        maxPixels: 12_845_056,
        limitsCount: 'frame',
        values: 'whole-numbers',
      },
      positions: (tokenIds, blocks) => rotaryPositions(tokenIds, countedBlocks(blocks), network),
    },
    checkpointSampling: {},
    vision,
    language,
    groundingHead,
    tokenizer,
    chatTemplate: compileChatTemplate(template),
    warnings: [],
    dispose: () => Promise.resolve(),
    replies,
    work,
  };
}

/** Mixes two numbers into one between −1 and 1 that depends on both. */
function hash(a: number, b: number): number {
  const mixed = Math.sin(a * 12.9898 + b * 78.233 + 1) * 437.585;
  return Math.fround(mixed - Math.trunc(mixed));
}
