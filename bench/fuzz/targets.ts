import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { openProjectFile } from '../../electron/host/project-files/read-project-file.ts';
import { readAnnotations } from '../../native-models/annotation-forms/read-annotations.ts';
import {
  mergeNetworkConfig,
  readAdaptersConfig,
  readBaseConfig,
} from '../../native-models/checkpoints/network-config.ts';
import { parseConstantsPy } from '../../native-models/checkpoints/prompts/constants-py.ts';
import { parsePromptsJson } from '../../native-models/checkpoints/prompts/prompts-json.ts';
import {
  lengthFieldBytes,
  parseHeader,
  parseHeaderLength,
} from '../../native-models/checkpoints/safetensors/header.ts';
import { buildHeader } from '../../native-models/checkpoints/safetensors/write-safetensors.ts';
import { compileChatTemplate } from '../../native-models/checkpoints/text/chat-template.ts';
import { createTokenizer } from '../../native-models/checkpoints/text/tokenizer.ts';
import { parquetBatches } from '../../native-models/evaluation/benchmarks/reading/parquet-rows.ts';
import { readPickle } from '../../native-models/evaluation/benchmarks/reading/pickle.ts';
import { findCalls } from '../../native-models/agent/reasoner/tools/find-calls.ts';
import { writtenPlaces } from '../../native-models/agent/reasoner/said-places/said-places.ts';
import { readProtocol } from '../../native-models/agent/reasoner/tools/read-protocol.ts';
import { parsePythonJson } from '../../native-models/evaluation/scoring/python-json.ts';
import { writePickle } from '../../native-models/evaluation/testing/write-pickle.ts';
import { listIsoPackets, readIsoOutline } from '../../native-models/media/iso-packets.ts';
import { buildFrameTable } from '../../native-models/media/frame-table.ts';
import { parseSubtitles } from '../../native-models/media/subtitles/parse-subtitles.ts';
import { readJson } from '../../native-models/python-text/read-json.ts';
import { pythonText, writeJson } from '../../native-models/python-text/write-values.ts';
import { decodeText } from '../../native-models/text-files/decode-text.ts';
import { EngineError } from '../../native-models/protocol/errors.ts';
import { decodeClientFrame, decodeServerFrame, encodeFrame } from '../../native-models/protocol/frames.ts';
import { programPath } from '../../electron/host/paths.ts';

/** A reader of something that strangers write. */
export interface FuzzTarget {
  /** Reads one input as the program does. May throw what `isExpected` takes; anything else, or no end, is a finding. */
  readonly read: (bytes: Buffer) => unknown;
  /** Inputs to begin with: small good ones. */
  readonly seeds: () => Promise<readonly Uint8Array[]> | readonly Uint8Array[];
  readonly isExpected: (error: unknown) => boolean;
}

const callTags = {
  open: '<tool_call>',
  close: '</tool_call>',
  name: 'name',
  arguments: 'arguments',
  broken: 'ends',
  which: 'all',
} as const;

const isEngineError = (error: unknown): boolean => error instanceof EngineError;
/** Of readers whose callers turn any plain error into a typed one that names the file. */
const isNamedError = (error: unknown): boolean =>
  isEngineError(error) ||
  error instanceof SyntaxError ||
  (error instanceof RangeError && !/call stack/i.test(error.message));

const asText = (...texts: readonly string[]): Uint8Array[] => texts.map((text) => Buffer.from(text));
const json = (value: unknown): string => JSON.stringify(value);
const shipped = (...names: readonly string[]): Uint8Array => readFileSync(path.join(programPath, ...names));

/** The text as JSON; what is none is not this reader's to judge. */
function parsed(bytes: Buffer): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString());
  } catch {
    value = {};
  }
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};
}

const textTarget = (read: (text: string) => unknown, ...seeds: readonly string[]): FuzzTarget => ({
  read: (bytes) => read(bytes.toString()),
  seeds: () => asText(...seeds),
  isExpected: isEngineError,
});

const packs = ['pack-2b/base', 'pack-2b/model', 'pack-qwen2.5/checkpoint', 'pack-qwen3/checkpoint'];
const messages = [
  {
    role: 'user',
    content: [
      { type: 'video', video: 'x' },
      { type: 'text', text: 'When?' },
    ],
  },
];
const temporary = await mkdtemp(path.join(tmpdir(), 'videomind-fuzz-'));
process.once('exit', () => void rm(temporary, { recursive: true, force: true }));

/** Every reader of untrusted bytes, under the name that `npm run fuzz -- NAME` takes. */
export const targets: Readonly<Record<string, FuzzTarget>> = {
  safetensors: {
    read(bytes) {
      const length = parseHeaderLength(
        bytes.subarray(0, lengthFieldBytes),
        'model.safetensors',
        bytes.length,
      );
      return parseHeader(
        bytes.subarray(lengthFieldBytes, lengthFieldBytes + length),
        'model.safetensors',
        bytes.length,
      );
    },
    seeds: () => {
      const header = buildHeader([
        { name: 'a.weight', dtype: 'F32', shape: [2, 2] },
        { name: 'b', dtype: 'BF16', shape: [4] },
      ]);
      return [Buffer.concat([header, Buffer.alloc(24)])];
    },
    isExpected: isEngineError,
  },
  config: {
    read(bytes) {
      const value = parsed(bytes);
      const { family, config } = readBaseConfig(value, 'config.json');
      const merged = mergeNetworkConfig(
        config,
        readAdaptersConfig({ ...value, model_type: undefined }, 'config.json'),
      );
      return family.readNetwork({ base: merged });
    },
    seeds: () => packs.map((pack) => shipped('native-models', 'fixtures', pack, 'config.json')),
    isExpected: isEngineError,
  },
  'prompts-json': {
    ...textTarget((text) => parsePromptsJson(text, 'prompts.json')),
    seeds: () => [shipped('native-models', 'fixtures', 'pack-2b', 'model', 'prompts.json')],
  },
  'prompts-python': textTarget(
    (text) => parseConstantsPy(text, 'constants.py'),
    'PLANNER_PROMPT = """A {} \'b\'"""\nGROUNDER_PROMPT = ("x {}" r"\\n"\n  "y")\nVERIFIER_PROMPT = \'\'\'{}\\u00e9\'\'\'\n',
    '# c\nA: str = "b"\nB = A + "c" * 2\nC = f"{A}"\nD = "a".format(1)\nif True:\n    E = b"x"\n',
  ),
  template: {
    read: (bytes) => compileChatTemplate(bytes.toString())(messages as never, { addGenerationPrompt: true }),
    seeds: () =>
      packs.slice(2).map((pack) => shipped('native-models', 'fixtures', pack, 'chat_template.jinja')),
    isExpected: isEngineError,
  },
  tokenizer: {
    read: (bytes) => createTokenizer(parsed(bytes), 'tokenizer.json').encode('When? 12 é\n'),
    seeds: () => [shipped('native-models', 'fixtures', 'pack-qwen2.5', 'checkpoint', 'tokenizer.json')],
    isExpected: isEngineError,
  },
  frames: {
    read(bytes) {
      const text = bytes.toString();
      let fault: unknown;
      for (const decode of [decodeClientFrame, decodeServerFrame]) {
        try {
          encodeFrame(decode(text));
        } catch (error) {
          fault = error;
          if (!isEngineError(error)) throw error;
        }
      }
      if (fault !== undefined) throw fault as Error;
    },
    seeds: () =>
      asText(
        json({ type: 'hello', version: 1 }),
        json({ type: 'request', id: 1, method: 'ask', params: { a: [1] } }),
        json({ type: 'cancel', id: 1 }),
        json({ type: 'progress', id: 1, seq: 0, event: { type: 'planned' } }),
        json({ type: 'result', id: 1, result: null }),
        json({
          type: 'error',
          id: 1,
          error: { code: 'CANCELLED', message: 'm', remedy: 'r', details: { a: ['b'] } },
        }),
      ),
    isExpected: isEngineError,
  },
  tables: textTarget(
    (text) => readAnnotations(Buffer.from(text), 'moments.csv'),
    'start,end,text\n1.5,2.5,"a, b"\n00:00:03,00:00:04.5,c\n',
    'start;end;label\n1,5;2,5;x\n',
    'Start\tEnd\tQuery\n0\t1\té\n',
  ),
  elan: textTarget(
    (text) => readAnnotations(Buffer.from(text), 'moments.eaf'),
    `<?xml version="1.0"?><ANNOTATION_DOCUMENT><HEADER TIME_UNITS="milliseconds"/><TIME_ORDER><TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="10"/><TIME_SLOT TIME_SLOT_ID="b" TIME_VALUE="900"/></TIME_ORDER><TIER TIER_ID="t" LINGUISTIC_TYPE_REF="x"><ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="q" TIME_SLOT_REF1="a" TIME_SLOT_REF2="b"><ANNOTATION_VALUE>d &amp; e</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION><ANNOTATION><REF_ANNOTATION ANNOTATION_ID="r" ANNOTATION_REF="q"><ANNOTATION_VALUE>f</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>`,
  ),
  'label-studio': textTarget(
    (text) => readAnnotations(Buffer.from(text), 'moments.json'),
    json([
      {
        id: 1,
        data: { video: 'a.mp4' },
        annotations: [
          {
            result: [
              {
                type: 'timelinelabels',
                value: { ranges: [{ start: 1, end: 20 }], start: 1, end: 2, timelinelabels: ['x'] },
              },
            ],
          },
        ],
      },
    ]),
    json([{ id: 1, video: 'a.mp4', tricks: [{ start: 0, end: 1, channel: 0, labels: ['Speech'] }] }]),
    json({ database: { v: { annotations: [{ segment: [1, 2], label: 'x', sentence: 'y' }] } } }),
    json({ v: { timestamps: [[0, 1]], sentences: ['a'], duration: 3 } }),
    json([{ start: 1, end: 2, text: 'a' }]),
  ),
  'annotation-lines': textTarget(
    (text) => readAnnotations(Buffer.from(text), 'moments.jsonl'),
    `${json({ query: 'a', relevant_windows: [[0, 2]], vid: 'v' })}\n${json({ start: 1, end: 2, text: 'b' })}\n`,
  ),
  subtitles: {
    ...textTarget(
      (text) => text,
      '1\n00:00:01,000 --> 00:00:02,500\n<i>a</i>\nb\n\n2\n00:00:03,000 --> 00:00:04,000\nc\n',
      'WEBVTT\n\nNOTE x\n\nSTYLE\n::cue{}\n\na\n00:01.000 --> 00:02.000 line:0%\n<v A>hi<00:01.500><c> there</c></v>\n',
      '[Script Info]\nTitle: x\n[Events]\nFormat: Layer, Start, End, Style, Text\nDialogue: 0,0:00:01.00,0:00:02.00,D,{\\b1}a\\Nb\n',
      '{1}{25}a|b\n',
    ),
    read: (bytes) => parseSubtitles(decodeText(bytes).text),
  },
  'iso-boxes': {
    async read(bytes) {
      const file = path.join(temporary, 'film.mp4');
      await writeFile(file, bytes);
      const outline = await readIsoOutline(file);
      const packets = outline?.movie && listIsoPackets(outline.movie);
      return packets && buildFrameTable(packets, 0);
    },
    seeds: async () => {
      const outline = await readIsoOutline(path.join(programPath, 'assets', 'example', 'clip.mp4'));
      if (outline?.movie === undefined) return [];
      const { buffer, byteOffset, byteLength } = outline.movie;
      const header = Buffer.from('\0\0\0\0moov', 'latin1');
      header.writeUInt32BE(byteLength + 8);
      return [Buffer.concat([header, new Uint8Array(buffer, byteOffset, byteLength)])];
    },
    isExpected: isEngineError,
  },
  'project-file': {
    async read(bytes) {
      const file = path.join(temporary, 'project.videomind');
      await writeFile(file, bytes);
      const opened = await openProjectFile(file);
      opened.close();
    },
    seeds: () => {
      const project = { id: 'p', name: 'P', createdAtMs: 1, notes: '' };
      const video = { id: 'v', name: 'v.mp4', bytes: 1, path: '/v.mp4', subtitles: [] };
      const label = { id: 'l', name: 'run', color: 1 };
      const annotation = {
        ...{
          id: 'a',
          projectId: 'p',
          videoId: 'v',
          startSec: 1,
          endSec: 2,
          text: 'x',
          labelId: 'l',
          note: '',
        },
        ...{ provenance: 'human', state: 'open', createdAtMs: 1, updatedAtMs: 1 },
      };
      const step = { id: 's', title: 'Add', atMs: 1, isUndone: false, isMerged: false };
      const head = {
        format: 'videomind-project-file',
        schemaVersion: 1,
        project,
        labels: [label],
        tracks: [],
      };
      const files = {
        'project.json': strToU8(json({ ...head, videos: [video] })),
        'annotations.jsonl': strToU8(`${json(annotation)}\n`),
        'history.jsonl': strToU8(
          `${json({ ...step, changes: [{ id: 'a', before: null, after: annotation }] })}\n`,
        ),
      };
      const exported = { format: 'videomind-project', schemaVersion: 1, program: 'x', exportedAtMs: 1 };
      const whole = {
        ...project,
        labels: [label],
        videoIds: [],
        counts: { runs: 0, annotations: 0, reviewed: 0 },
      };
      return [
        // Stored, so that what is changed of its bytes is text.
        zipSync(files, { level: 0 }),
        strToU8(json({ ...exported, project: whole, videos: [], runs: [], annotations: [] })),
      ];
    },
    isExpected: isEngineError,
  },
  parquet: {
    // Read in a thread that can be ended, as the program does: what the library does there is not measured.
    async read(bytes) {
      const file = path.join(temporary, 'rows.parquet');
      await writeFile(file, bytes);
      const rows = await Array.fromAsync(parquetBatches(file, { patienceMs: 2_000 }));
      return rows.length;
    },
    seeds: () => [
      new Uint8Array(
        parquetWriteBuffer({
          columnData: [
            { name: 'id', data: [1, 2, 3], type: 'INT32' },
            { name: 'text', data: ['a', 'b', 'a'], type: 'STRING' },
          ],
        }),
      ),
    ],
    isExpected: (error) => error instanceof Error,
  },
  pickle: {
    read: (bytes) => readPickle(bytes),
    seeds: () => [
      writePickle(
        new Map([
          [
            'id',
            [
              ['a', 'dog'],
              [1.5, 4],
              [null, true, false],
            ],
          ],
        ]),
      ),
      Buffer.from(
        '80049523000000000000007d94288c0161945d94284b014d2c014afbffffff658c0162948c01789468048694752e',
        'hex',
      ),
    ],
    isExpected: isNamedError,
  },
  tools: textTarget(
    (text) => readProtocol(text),
    shipped('native-models', 'fixtures', 'pack-tools', 'tools.json').toString(),
    shipped('native-models', 'fixtures', 'pack-tools-qwen3', 'tools.json').toString(),
  ),
  'tool-calls': textTarget(
    (text) => {
      const { calls } = findCalls(text, callTags);
      // What is found is written anew, and read the same again.
      for (const { arguments: given } of calls) {
        const written = writeJson(given);
        const again = readJson(written);
        if (again === undefined || writeJson(again) !== written) throw new Error(`Another JSON: ${written}`);
        pythonText(given);
      }
    },
    'a<tool_call>{"name": "t", "arguments": {"a": [1, 5.50, 1e-7, null, true, NaN, "\\u00e9\\ud83d"], "2": {}}}</tool_call>',
    '<tool_call>{"name":"t","arguments":{}}</tool_call><tool_call>{"name":"u","arguments":"x"}',
  ),
  'said-places': textTarget(
    (text) => void writtenPlaces(text),
    '<obj>a cup</obj><box>[10, 20.5, 30, 40]</box>,<box>[1,2,3,4]</box>at<t>3.5</t>s <point>[5, 6]</point>',
    '```json\n[{"bbox_2d": [1, 2, 3, 4], "label": "cup", "time": "4.5"}, {"point_2d": [1, 2], "label": \'eye\'}]\n```',
  ),
  'python-json': {
    ...textTarget(
      (text) => parsePythonJson(text),
      '{"a": [1, -2.5e3, NaN, Infinity, null, true, "\\u00e9"]}',
      '[]',
    ),
    isExpected: isNamedError,
  },
};

/** The inputs that a target begins with. @throws Error for a target that there is not. */
export async function seedsOf(name: string): Promise<readonly Uint8Array[]> {
  const target = targets[name];
  if (target === undefined)
    throw new Error(`There is no target ${name}: ${Object.keys(targets).join(', ')}.`);
  return await target.seeds();
}
