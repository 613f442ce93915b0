import { createHash } from 'node:crypto';
import path from 'node:path';
import { readFile } from 'node:fs/promises';
import { defaultDownloadChoices } from '../contract/downloads.ts';
import type { DownloadChoices } from '../contract/downloads.ts';
import type { DownloadableModel } from '../contract/models.ts';
import { withCheckpoint } from '../downloads/bring-checkpoint.ts';
import { openNetwork } from '../downloads/download-network.ts';
import type { FileTreatment } from './file-answer.ts';
import type { HubServer } from './hub-server.ts';

/** For tests: words that a checkpoint was trained with. */
export const publishedWords = 'GROUNDER_PROMPT = "Find {}."\n';
/** For tests: contents that are no multiple of anything. */
export const largeContent = Buffer.from(Array.from({ length: 60_007 }, (_, index) => (index * 7) % 251));
const smallContent = '{"model_type":"qwen2_vl"}';

/** For tests: a model of a hub that runs at an address. */
export function tinyModel(hubUrl: string): DownloadableModel {
  return {
    ...{ key: 'tiny', title: 'Tiny', description: '', licence: '', downloadBytes: 60_000, diskBytes: 90_000 },
    ...{ baseRepository: 'maker/base', adaptersRepository: 'maker/adapters' },
    modelScope: { base: 'maker/base' },
    prompts: {
      project: 'VideoMind',
      places: [
        { key: 'github', url: `${hubUrl}/words.py` },
        { key: 'hub', path: 'spaces/maker/demo/words.py' },
      ],
      sha256: createHash('sha256').update(publishedWords).digest('hex'),
      licence: 'BSD-3-Clause',
    },
  };
}

/** For tests: puts that model onto a hub. */
export function addTinyModel(hub: HubServer): void {
  hub.add('maker/base', 'config.json', smallContent);
  hub.add('maker/base', 'model.safetensors', largeContent, true);
  hub.add('maker/adapters', 'grounder/adapter_model.safetensors', largeContent.subarray(0, 9001), true);
  hub.plain.set('/words.py', publishedWords);
  hub.plain.set('/spaces/maker/demo/words.py', publishedWords);
}

/** For tests: brings the model into a folder. @returns what of it is not as it should be */
export async function bringTinyModel(
  folder: string,
  hubUrl: string,
  {
    report = () => undefined,
    silenceMs = 40,
    ...more
  }: Partial<DownloadChoices> & {
    readonly report?: (done: number) => void;
    readonly silenceMs?: number;
  } = {},
): Promise<string[]> {
  const network = await openNetwork({
    environment: {
      ...{ HF_ENDPOINT: hubUrl, HF_HOME: '/nowhere', HF_TOKEN: 'hf_person' },
      ...{ MODELSCOPE_ENDPOINT: hubUrl, MODELSCOPE_CACHE: '/nowhere', MODELSCOPE_API_TOKEN: 'ms_person' },
    },
    hubUrl: '',
    keptToken: () => Promise.resolve(undefined),
    retryDelaysMs: [1, 1, 1],
    silenceMs,
  });
  const bringing = {
    choices: { ...defaultDownloadChoices, ...more },
    network,
    precision: 'int8' as const,
    signal: new AbortController().signal,
    report: ({ done }: { readonly done: number }) => report(done),
  };
  return await withCheckpoint(tinyModel(hubUrl), folder, bringing, async (checkpoint) => {
    const { basePath, adaptersPath = '', promptsPath = '' } = checkpoint;
    const expected: [string, Buffer][] = [
      [path.join(basePath, 'config.json'), Buffer.from(smallContent)],
      [path.join(basePath, 'model.safetensors'), largeContent],
      [path.join(adaptersPath, 'grounder/adapter_model.safetensors'), largeContent.subarray(0, 9001)],
      [promptsPath, Buffer.from(publishedWords)],
    ];
    const wrong: string[] = [];
    for (const [file, content] of expected) {
      if (!(await readFile(file)).equals(content)) wrong.push(file);
    }
    return wrong;
  });
}

/** For tests: a generator with a seed, so that what fails can be seen again. @returns whole numbers below `below` */
export function seededDraw(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const faults: readonly FileTreatment[] = [
  ...(['ignore-range', 'refuse', 'fail', 'silent', 'too-many', 'too-many-until'] as const),
  ...(['no-range', 'gate', 'renamed', 'expired'] as const),
];
const placedFaults = ['cut', 'hang', 'damage'] as const;
const disturbed: readonly (readonly [string, number])[] = [
  ['config.json', smallContent.length],
  ['model.safetensors', largeContent.length],
  ['grounder/adapter_model.safetensors', 9001],
  ['/words.py', publishedWords.length],
  ['/spaces/maker/demo/words.py', publishedWords.length],
  ['list maker/base', 0],
];

/** For tests: draws what goes wrong with the next requests of a download, and at which byte. */
export function drawFaults(hub: HubServer, draw: (below: number) => number): void {
  for (const [name, bytes] of disturbed) {
    const chosen = Array.from({ length: draw(4) }, (): FileTreatment => {
      if (bytes === 0 || draw(2) === 0) return faults[draw(faults.length)] ?? 'whole';
      return { kind: placedFaults[draw(placedFaults.length)] ?? 'cut', atByte: draw(bytes) };
    });
    hub.treatments.set(name, chosen);
  }
}
