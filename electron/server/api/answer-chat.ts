import type { EngineSupervisor } from '../../host/engine/supervisor.ts';
import type { DeviceRequest, Role } from '../../../native-models/protocol/roles.ts';
import { reasonerRequestSchema } from '../../../native-models/protocol/reasoner-request.ts';
import type { ChatRequest } from './chat-request.ts';
import { readChat } from './chat-request.ts';
import { ShownFiles } from './shown-files.ts';

/** The model that answers, and where videos may lie. */
export interface AnsweringModel {
  readonly engine: EngineSupervisor;
  readonly modelPath: string;
  readonly device: DeviceRequest;
  readonly roles: readonly Role[];
  readonly reasons: boolean;
  readonly videoFolders: readonly string[];
}

/** A reply, with the record of the run where a whole video was asked about. */
export interface ChatAnswer {
  readonly text: string;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly record?: unknown;
}

/** Pictures have no rate of their own: each is shown for a second. */
const pictureSettings = { kind: 'answers' as const, roundingUnitSec: 0.001, promptStyle: 'mcq' as const };

/**
 * Asks the model what a request asks. The text of a request is a model's whole prompt where it reasons aloud: whoever sends it has
 * written how to reply. With `videomind.options` it is a question that is put as `ask` puts it.
 *
 * @param onText pieces of the reply as they come; of frames it comes at once
 * @throws EngineError what reading the request and asking throw
 */
export async function answerChat(
  model: AnsweringModel,
  request: ChatRequest,
  signal: AbortSignal,
  onText: (text: string) => void,
): Promise<ChatAnswer> {
  const { engine, modelPath, device, reasons } = model;
  const { question, video } = readChat(request);
  const { options, roles, candidates = 5 } = request.videomind ?? {};
  const sampling = {
    temperature: request.temperature ?? 0,
    ...(typeof request.seed === 'number' ? { seed: request.seed } : {}),
  };
  const maxTokens = request.max_completion_tokens ?? request.max_tokens ?? undefined;
  const reasoner =
    reasons && options === undefined ? { reasoner: reasonerRequestSchema.parse({ verbatim: true }) } : {};
  await using files = new ShownFiles(model.videoFolders);
  const common = { modelPath, device, candidates, ...sampling, maxTokens, ...reasoner };
  if ('frameUrls' in video) {
    const framePaths = await files.framePaths(video.frameUrls);
    const { prediction } = await engine.call(
      'evalAsk',
      {
        sample: {
          ...{ kind: 'sample', id: 'request', index: 0, place: { file: 'request' }, source: 'request' },
          ...{
            form: 'multimodal',
            videoPath: framePaths[0] ?? '',
            framePaths,
            question,
            categories: [],
            extra: {},
          },
          // A question that is answered has options or, open, some answer; none of it is shown.
          ...(options === undefined ? { answer: '' } : { options }),
        },
        ...{ settings: pictureSettings, dataDir: '/', reasons, ...common },
        roles: [...(roles ?? model.roles.filter((role) => role !== 'planner'))],
      },
      { signal },
    );
    const said = prediction['reasoner_response'] ?? prediction['response'];
    const text = typeof said === 'string' ? said : '';
    onText(text);
    return { text, promptTokens: 0, completionTokens: 0 };
  }
  let streamed = '';
  const { record } = await engine.call(
    'ask',
    { videoPath: await files.videoPath(video.url), question, options, roles: roles && [...roles], ...common },
    {
      signal,
      onProgress: (event) => {
        // A reasoner's pieces come without the tags between its thoughts and its answer: its reply goes out whole.
        if (event.type !== 'token' || event.role !== 'answerer') return;
        streamed += event.text;
        onText(event.text);
      },
    },
  );
  const text = record.response ?? record.answer?.text ?? momentsText(record.candidates);
  if (streamed === '') onText(text);
  const counts = Object.values(record.tokens);
  return {
    text,
    promptTokens: counts.reduce((sum, { prompt }) => sum + prompt, 0),
    completionTokens: counts.reduce((sum, { generated }) => sum + generated, 0),
    record,
  };
}

/** What a model that only finds moments says. */
function momentsText(candidates: readonly { readonly startSec: number; readonly endSec: number }[]): string {
  return candidates
    .map(({ startSec, endSec }) => `${startSec.toFixed(2)} – ${endSec.toFixed(2)} s`)
    .join('\n');
}
