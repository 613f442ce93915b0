import { createHash } from 'node:crypto';
import { EngineError, toEngineError } from '../../../../native-models/protocol/errors.ts';
import type { ErrorCode } from '../../../../native-models/protocol/errors.ts';
import type { ChatEndpoint } from './chat-endpoint.ts';
import { askChat } from './chat-endpoint.ts';
import type { Pace } from './pace.ts';
import type { RunModel, RunSettings } from '../run-settings.ts';
import type { AskSample } from '../sample-asker.ts';
import { failedResult, stopsRun } from '../sample-asker.ts';

/** A model that is asked over HTTP, and how fast. */
export interface ChatBackend {
  readonly endpoint: ChatEndpoint;
  readonly pace: Pace;
}

/** New tokens where a run says nothing else: room for thinking aloud. */
const usualReplyTokens = 1024;

/** Statuses that every other sample would meet too: wrong key, wrong address, wrong name. */
const hopelessStatuses: readonly number[] = [401, 402, 403, 404, 405];

/** What a run says of a model that it does not hold: its name and where it is asked. Nobody knows its weights. */
export function chatModel({ baseUrl, model }: ChatEndpoint): RunModel {
  return {
    name: model,
    path: baseUrl,
    endpoint: baseUrl,
    checksum: createHash('sha256').update(`chat endpoint\n${model}`).digest('hex'),
    precision: 'unknown',
    device: new URL(baseUrl).host,
    roles: [],
    reasons: true,
    toy: false,
  };
}

/** Settings that only an engine of this program knows what to do with. @throws EngineError ARGUMENT_INVALID naming the first */
export function refuseForChat({ reasoner, search, speed }: RunSettings): void {
  const refusals: readonly (readonly [refused: boolean, name: string])[] = [
    [search !== undefined, '--search'],
    [speed !== undefined, '--speed'],
    [reasoner?.tools !== undefined, '--tools'],
    [reasoner?.verification !== undefined, '--verify-with'],
    [reasoner?.framesChosenBy === 'processor', 'the processor’s choice of frames'],
    [(reasoner?.repetitionPenalty ?? 1) !== 1, '--repetition-penalty'],
    [reasoner?.secondsPerPair === 'whole', '--seconds-per-pair'],
  ];
  const refused = refusals.find(([isRefused]) => isRefused)?.[1];
  if (refused === undefined) return;
  throw new EngineError('ARGUMENT_INVALID', `A model behind an endpoint cannot be asked with ${refused}.`, {
    remedy: 'Leave it out.',
  });
}

/**
 * Asks samples of a model behind an OpenAI-compatible endpoint: the engine makes frames and text and writes what comes back. What the
 * endpoint refuses of one sample (too long, not allowed) is that sample's failure; an endpoint that is not there stops the run,
 * which goes on later with what it has. Tokens are kept with each sample's times.
 */
export function chatAsker({ endpoint, pace }: ChatBackend): AskSample {
  return async (engine, rules, sample, signal) => {
    const { settings, benchmarkSettings } = rules;
    const { dataDir, style, subtitles, subtitlesEncoding, reasoner } = settings;
    const { temperature, seed, maxTokens = usualReplyTokens } = settings;
    const startedMs = performance.now();
    try {
      const asked = { sample, settings: benchmarkSettings, style, subtitles, subtitlesEncoding, reasoner };
      const { frames, text, durationSec } = await engine.engine.call('evalPrompt', asked, { signal });
      const content = [
        ...frames.map(({ url }) => ({ type: 'image_url' as const, image_url: { url } })),
        { type: 'text' as const, text },
      ];
      const sampling = { temperature, seed, maxTokens };
      const reply = await askChat({ ...endpoint, ...sampling }, content, pace, signal);
      const { prediction } = await engine.engine.call(
        'evalReply',
        { sample, dataDir, durationSec, reply: reply.text },
        { signal },
      );
      const { promptTokens, completionTokens, requests, limited } = reply;
      const totalSec = (performance.now() - startedMs) / 1000;
      return {
        id: sample.id,
        index: sample.index,
        prediction,
        timings: { totalSec, promptTokens, completionTokens, requests, limited },
      };
    } catch (thrown) {
      const error = toEngineError(thrown);
      if (stopsRun(error.code) || isHopeless(error)) throw error;
      return failedResult(engine.engine, rules, sample, error, signal);
    }
  };
}

/** No status: nobody answers there. */
function isHopeless({ code, details }: EngineError): boolean {
  const failed: ErrorCode = 'ENDPOINT_FAILED';
  if (code !== failed) return false;
  const status = (details as { readonly status?: unknown } | undefined)?.status;
  return typeof status !== 'number' || hopelessStatuses.includes(status) || status === 429 || status >= 500;
}
