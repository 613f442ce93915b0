import type { LoadedModel } from '../checkpoints/loaded-model.ts';
import type { AskRequest } from '../protocol/ask-request.ts';
import type { Candidate, RunRecord } from '../protocol/run-record.ts';
import type { ChainResult } from './chain.ts';
import type { ReasonerResult } from './reasoner/run-reasoner.ts';
import type { Run } from './run.ts';

/** The record of a run of the chain. */
export function chainRecord(run: Run, { plan, search, candidates, answer }: ChainResult): RunRecord {
  return {
    ...commonRecord(run, candidates),
    ...(plan === undefined ? {} : { plan }),
    ...(search === undefined ? {} : { search }),
    ...(answer === undefined ? {} : { answer }),
    ...run.journal.summary(),
  };
}

/** The record of a run of a model that reasons aloud. */
export function reasonerRecord(
  run: Run,
  { candidates, reply, firstReply, turns, stop }: ReasonerResult,
  verifierModel: LoadedModel | undefined,
): RunRecord {
  const { response, reasoning, answer, moments, places } = reply;
  return {
    ...commonRecord(run, candidates),
    ...(verifierModel === undefined ? {} : { verifierModel: nameOf(verifierModel) }),
    ...{ response, reasoning, moments },
    ...(places === undefined ? {} : { places }),
    ...(answer === undefined ? {} : { answer }),
    ...(turns === undefined ? {} : { turns: [...turns] }),
    ...(stop === undefined ? {} : { stop }),
    ...(firstReply === undefined ? {} : { firstReply }),
    ...run.journal.summary(),
  };
}

function commonRecord(
  { model, request, roles, video }: Run,
  candidates: Candidate[],
): Omit<RunRecord, 'timings' | 'tokens' | 'warnings'> {
  const { path, durationSec, fps, totalFrames, width, height } = video;
  const [best] = candidates;
  return {
    schemaVersion: 1,
    question: request.question,
    ...(request.options === undefined ? {} : { options: request.options }),
    roles: [...roles],
    settings: settingsOf(request),
    ...(request.follows === undefined ? {} : { follows: request.follows }),
    ...(request.provenance === undefined ? {} : { provenance: request.provenance }),
    precision: model.precision,
    device: model.device,
    deviceName: model.deviceName,
    deviceReason: model.deviceReason,
    runtime: model.runtime,
    model: nameOf(model),
    video: { path, durationSec, fps, totalFrames, width, height },
    candidates,
    ...(best === undefined ? {} : { moment: { startSec: best.startSec, endSec: best.endSec } }),
  };
}

/** What repeating a question takes beside its words, where it was given. */
const givenSettings = [
  'claims',
  'seed',
  'maxTokens',
  'videoStream',
  'subtitlesPath',
  'subtitlesEncoding',
  'startSec',
  'endSec',
  'threads',
  'search',
  'speed',
  'reasoner',
] as const;

function settingsOf(request: AskRequest): NonNullable<RunRecord['settings']> {
  const { candidates, temperature } = request;
  const given = givenSettings.flatMap((name) =>
    request[name] === undefined ? [] : [[name, request[name]] as const],
  );
  return { candidates, temperature, ...Object.fromEntries(given) };
}

function nameOf({ name, path, checksum }: LoadedModel): RunRecord['model'] {
  return { name, path, checksum };
}
