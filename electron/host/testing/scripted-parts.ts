import type { PreparationProgress } from '../../../native-models/protocol/preparation.ts';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { CallOptions } from '../../../native-models/protocol/client.ts';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { MethodName, ParamsInput, Result } from '../../../native-models/protocol/methods.ts';
import type { RunEvent } from '../../../native-models/protocol/run-events.ts';
import type { RunRecord } from '../../../native-models/protocol/run-record.ts';
import type { RunTrace } from '../../../native-models/protocol/run-trace.ts';
import type { Engine } from '../host-context.ts';
import type { VideosService } from '../videos-service.ts';

/** What a scripted engine does when it is asked: tell events, then give a result or throw. */
export interface AskScript {
  readonly request: ParamsInput<'ask'>;
  readonly report: (event: RunEvent) => void;
  readonly signal: AbortSignal;
}

type AskResult = { readonly record: RunRecord; readonly trace?: RunTrace };

/** For tests: an engine in this process that does as the test says. */
export class ScriptedEngine implements Engine {
  readonly processId = 1;
  /** What becomes of a question; set by tests. */
  onAsk: (script: AskScript) => Promise<AskResult> = ({ request, report }) => {
    report({ type: 'started', roles: ['grounder', 'answerer'], durationSec: 60 });
    report({ type: 'token', role: 'answerer', text: 'Red', tokenId: 1 });
    return Promise.resolve({ record: scriptedRecord(request.question) });
  };
  /** What an import does; by default it writes a package of two small files. */
  onImport: (request: ParamsInput<'import'>, signal: AbortSignal) => Promise<void> = ({ outPath }) =>
    writePackage(outPath);

  /** What reading ahead does; by default it is done at once. */
  onPrepare: (
    request: ParamsInput<'prepare'>,
    report: (event: PreparationProgress) => void,
    signal: AbortSignal,
  ) => Promise<void> = (_request, report) => {
    report({ donePairs: 8, totalPairs: 8 });
    return Promise.resolve();
  };

  /** Which samples of an evaluation are right. */
  verdicts: Result<'evalVerdicts'>['samples'] = [];

  async call<M extends MethodName>(
    method: M,
    params: ParamsInput<M>,
    options: CallOptions<M> = {},
  ): Promise<Result<M>> {
    const signal = options.signal ?? new AbortController().signal;
    const report = options.onProgress as ((event: unknown) => void) | undefined;
    const give = (result: unknown): Result<M> => result as Result<M>;
    if (method === 'ask') {
      const request = params as ParamsInput<'ask'>;
      return give(await this.onAsk({ request, report: (event) => report?.(event), signal }));
    }
    if (method === 'import') {
      const request = params as ParamsInput<'import'>;
      report?.({ stage: 'reading', item: 'weights', doneBytes: 1, totalBytes: 2 });
      await this.onImport(request, signal);
      return give({ path: request.outPath, name: 'made', precision: 'int8', roles: ['answerer'] });
    }
    if (method === 'prepare') {
      await this.onPrepare(params as ParamsInput<'prepare'>, (event) => report?.(event), signal);
      return give({ videoPath: '', durationSec: 60, pairs: 8, encodedPairs: 8 });
    }
    if (method === 'evalVerdicts') return give({ samples: this.verdicts });
    if (method === 'memory') return give({ residentBytes: 100, peakResidentBytes: 100, heapBytes: 10 });
    throw new EngineError('INTERNAL', `The scripted engine does not know ${method}.`);
  }
}

/** For tests: waits until a run is cancelled, as the engine does. */
export function untilCancelled(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => reject(new EngineError('CANCELLED', 'Cancelled.'));
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
}

/** For tests: a record with two candidates. */
export function scriptedRecord(question: string): RunRecord {
  return {
    schemaVersion: 1,
    question,
    roles: ['grounder', 'answerer'],
    precision: 'int8',
    device: 'cpu',
    model: { name: 'scripted', path: '/models/scripted', checksum: '0' },
    video: { path: '/v.mp4', durationSec: 60, fps: 25, totalFrames: 1500, width: 64, height: 48 },
    candidates: [
      { startSec: 4, endSec: 9, confidence: 0.9, verifierScore: 0.7 },
      { startSec: 20, endSec: 30, confidence: 0.4 },
    ],
    moment: { startSec: 4, endSec: 9 },
    answer: { text: 'Red' },
    timings: { totalSec: 1 },
    tokens: {},
    warnings: [],
  };
}

/** For tests: videos of a minute, whatever is in the file; those named `bad` cannot be read. */
export function scriptedVideos(changes: Partial<VideosService> = {}): VideosService {
  return {
    probe: (videoPath) =>
      videoPath.includes('bad')
        ? Promise.reject(new EngineError('VIDEO_NOT_RECOGNIZED', `${videoPath} is no video.`))
        : Promise.resolve({
            subtitleTracks: [],
            playback: videoPath.includes('odd') ? 'proxy-needed' : 'direct',
            picture: {
              ...{ durationSec: 60, fps: 25, totalFrames: 1500, width: 64, height: 48, codec: 'h264' },
              ...{ variableFrameRate: false, hasAudio: false, mediaStartSec: 0 },
            },
          }),
    frameTimes: () => Promise.resolve({ firstFrameIndex: 0, timesSec: [0, 0.04] }),
    timesOfFrames: (_path, indices) => Promise.resolve(indices.map((index) => index / 25)),
    describeSubtitles: (_path, encoding = 'utf-8') =>
      Promise.resolve({
        ...{ form: 'srt', encoding, encodingCertain: true },
        ...{ cues: [{ startSec: 1, endSec: 2, text: 'hello' }], skipped: [], warnings: [] },
      }),
    subtitleLines: (_file, playerStartSec = 0) =>
      Promise.resolve([{ startSec: 1 - playerStartSec, endSec: 2 - playerStartSec, text: 'hello' }]),
    extractSubtitles: ({ outputPath }) => writeFile(outputPath, 'WEBVTT\n'),
    makeProxy: async ({ outputPath }, work) => {
      work?.onProgress?.(30, 60);
      await writeFile(outputPath, 'proxy');
    },
    cutClip: ({ outputPath }) => writeFile(outputPath, 'clip'),
    contentId: async (videoPath) =>
      createHash('sha1')
        .update(await readFile(videoPath))
        .digest('hex'),
    chooseStream: () => undefined,
    forget: () => undefined,
    ...changes,
  };
}

/** For tests: a folder that looks like a package. */
export async function writePackage(folder: string, name = 'made'): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/decoder.weights`, 'weights');
  const manifest = {
    ...{ format: 'videomind-package', formatVersion: 1, name, architecture: 'qwen2-vl', precision: 'int8' },
    ...{ roles: ['answerer'], files: [{ path: 'decoder.weights', bytes: 7 }] },
  };
  await writeFile(`${folder}/manifest.json`, JSON.stringify(manifest));
}
