import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { EngineError } from '../../../native-models/protocol/errors.ts';
import type { Annotation } from '../contract/annotations.ts';
import { runSchema } from '../contract/runs.ts';
import type { Run } from '../contract/runs.ts';
import { scoredParts } from '../evaluation/report-request.ts';
import { journalResults } from '../evaluation/result-journal.ts';
import type { SampleResult } from '../evaluation/result-journal.ts';
import { RunFolder, readRunDescriptions } from '../evaluation/run-folder.ts';
import type { RunDescription } from '../evaluation/run-folder.ts';
import type { Engine } from '../host-context.ts';
import type { FileVideo } from './project-file-form.ts';
import type { OpenProjectFile } from './read-project-file.ts';
import { readPredictedSample } from './predicted-sample.ts';
import type { PredictedSample } from './predicted-sample.ts';

/** The track of what is right. */
const truthTrackId = 'truth';

/** A run but for its record, which was read as one. */
const runAroundRecordSchema = runSchema.omit({ record: true });

/** Ids of the library's models by the folders where they lie. */
export type ModelIds = ReadonlyMap<string, string>;

/**
 * Opens the folder of an evaluation as a project, as a project's file is opened: a sample is a question of its video, with the
 * record that the run kept; a sample that is right is accepted and a wrong one rejected; what would have been right stands in the
 * question's note, true moments on a track of their own. The same folder gives the same ids, so that opening it again brings
 * only what is new.
 * @throws EngineError PREDICTIONS_NOT_FOUND where no run lies, PROJECT_FILE_INVALID where it says what no run says, and what asking
 *   the engine for verdicts throws
 */
export async function openEvaluationRun(
  folder: string,
  engine: Engine,
  modelIds: ModelIds,
): Promise<OpenProjectFile> {
  const descriptions = await readRunDescriptions(folder);
  const [first] = descriptions;
  if (first === undefined) throw new EngineError('PREDICTIONS_NOT_FOUND', `No run lies in ${folder}.`);
  const verdicts = await engine.call('evalVerdicts', scoredParts(folder, first.settings));
  const rightById = new Map(verdicts.samples.map(({ id, right }) => [id, right]));
  const begunAtMs = await whenBegun(folder, first);
  const project = new RunProject(first, begunAtMs, modelIds.get(first.model.path));
  for (const description of descriptions) {
    const { journalPath } = new RunFolder(folder, description.settings.shard);
    for await (const result of journalResults(journalPath)) {
      await project.add(result, description, rightById.get(result.id));
    }
  }
  return project.opened();
}

/** When a run was begun; of older runs, which do not say it, when its description was written. */
async function whenBegun(folder: string, { settings, provenance }: RunDescription): Promise<number> {
  const begunAtMs = Date.parse(provenance?.begunAt ?? '');
  if (begunAtMs > 0) return begunAtMs;
  return Math.trunc((await stat(new RunFolder(folder, settings.shard).descriptionPath)).mtimeMs);
}

/** The project that a run becomes, sample by sample. */
class RunProject {
  readonly #first: RunDescription;
  readonly #id: string;
  readonly #modelId: string;
  readonly #createdAtMs: number;
  readonly #videos = new Map<string, FileVideo>();
  readonly #runs = new Map<string, Run>();
  readonly #truths = new Map<string, Annotation>();
  #ofPictures = 0;

  constructor(first: RunDescription, begunAtMs: number, modelId: string | undefined) {
    this.#first = first;
    this.#createdAtMs = begunAtMs;
    const { settings, model, provenance } = first;
    // Where the folder and its data lie does not make it another run.
    const asked = { ...settings, dataDir: '', shard: undefined };
    this.#id = idOf('run', asked, model.checksum, provenance?.begunAt);
    this.#modelId = modelId ?? idOf('model', model.checksum);
  }

  async add(
    result: SampleResult,
    { settings: { dataDir } }: RunDescription,
    right: boolean | undefined,
  ): Promise<void> {
    const sample = readPredictedSample(result.prediction);
    if (sample.videoPath === undefined) {
      this.#ofPictures++;
      return;
    }
    const videoId = await this.#videoIdOf(sample.videoPath, dataDir, result);
    // A sample that failed and was asked again is another question; the same one is what the library has.
    const runId = idOf(this.#id, result.id, result.error?.code);
    this.#runs.set(runId, this.#runOf(runId, videoId, sample, result, right));
    for (const [place, [startSec, endSec]] of sample.truths.entries()) {
      const id = idOf(this.#id, result.id, 'truth', place);
      this.#truths.set(id, this.#truthOf(id, videoId, sample, startSec, endSec));
    }
  }

  opened(): OpenProjectFile {
    const { title, model, split } = this.#first;
    const notes =
      this.#ofPictures === 0
        ? ''
        : `Not shown: ${this.#ofPictures} of the samples, whose videos are lists of pictures.`;
    const truth = {
      ...{ id: truthTrackId, name: 'Truth', kind: 'reference' as const, hidden: false, locked: true },
      origin: { kind: 'file' as const, name: title },
    };
    const nothing = (): Promise<never> =>
      Promise.reject(new EngineError('NOT_FOUND', 'A run’s folder holds neither traces nor subtitles.'));
    return {
      whole: {
        project: {
          ...{ id: this.#id, createdAtMs: this.#createdAtMs, notes },
          name: `${title} (${split}), ${model.name}`.slice(0, 200),
        },
        ...{ labels: [], tracks: this.#truths.size === 0 ? [] : [truth], videoStatus: {} },
        annotations: [...this.#truths.values()],
        runs: [...this.#runs.values()],
        ...{ steps: [], conflicts: [] },
      },
      videos: [...this.#videos.values()],
      ...{ events: [], tracedRunIds: [] },
      ...{ readTrace: nothing, readSubtitles: nothing, close: () => undefined },
    };
  }

  async #videoIdOf(written: string, dataDir: string, { record }: SampleResult): Promise<string> {
    const id = idOf(this.#id, 'video', written);
    if (this.#videos.has(id)) return id;
    const own = path.isAbsolute(written) ? written : path.join(dataDir, written.replace(/^data[/\\]/, ''));
    const bytesOf = async (place: string): Promise<number | undefined> => {
      const found = await stat(place).catch(() => undefined);
      return found?.isFile() === true ? found.size : undefined;
    };
    // A worker elsewhere may have had it in another place.
    const places = [own, ...(record === undefined ? [] : [record.video.path])];
    for (const place of places) {
      const bytes = await bytesOf(place);
      if (bytes === undefined) continue;
      this.#videos.set(id, { id, name: path.basename(place), path: place, bytes, subtitles: [] });
      return id;
    }
    this.#videos.set(id, { id, name: path.basename(own), path: own, bytes: 0, subtitles: [] });
    return id;
  }

  #runOf(
    id: string,
    videoId: string,
    sample: PredictedSample,
    { record, error, timings }: SampleResult,
    right: boolean | undefined,
  ): Run {
    const { settings, model } = this.#first;
    const { roles, candidates, temperature, seed, maxTokens, startSec, endSec } = settings;
    const { search, speed, reasoner } = settings;
    const tookMs = Math.round((timings?.['totalSec'] ?? 0) * 1000);
    const { data: run, error: wrong } = runAroundRecordSchema.safeParse({
      ...{ id, modelName: model.name, createdAtMs: this.#createdAtMs },
      ...(record !== undefined && {
        startedAtMs: this.#createdAtMs,
        endedAtMs: this.#createdAtMs + tookMs,
      }),
      question: {
        ...{ projectId: this.#id, videoId, modelId: this.#modelId, question: sample.text },
        ...(sample.options.length > 1 && { options: sample.options }),
        ...(!model.reasons && { roles: record?.roles ?? roles }),
        ...{ candidates, temperature, seed, maxTokens, startSec, endSec, search, speed, reasoner },
      },
      state: error === undefined ? 'done' : 'failed',
      ...(error !== undefined && {
        error: { ...error, remedy: 'The same command of `eval run` asks it again.' },
      }),
      review: right === undefined ? 'open' : right ? 'accepted' : 'rejected',
      note: noteOf(sample, record === undefined),
    });
    if (run === undefined) {
      const [issue] = wrong.issues;
      const what = `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`;
      throw new EngineError('PROJECT_FILE_INVALID', `A sample says what no run does: ${what}`.slice(0, 500), {
        remedy: 'Open the folder as `eval run` left it.',
        cause: wrong,
      });
    }
    return { ...run, ...(record !== undefined && { record }) };
  }

  #truthOf(
    id: string,
    videoId: string,
    { text }: PredictedSample,
    startSec: number,
    endSec: number,
  ): Annotation {
    return {
      ...{ id, projectId: this.#id, videoId, startSec, endSec, text: text.slice(0, 10_000), note: '' },
      ...{ provenance: 'imported', state: 'open', trackId: truthTrackId, source: this.#first.title },
      ...{ createdAtMs: this.#createdAtMs, updatedAtMs: this.#createdAtMs },
    };
  }
}

/** What is right, and what was said where there is no record to show it. */
function noteOf({ answer, truths, reply }: PredictedSample, hasNoRecord: boolean): string {
  const spans = truths.map(([start, end]) => `${start.toFixed(1)} – ${end.toFixed(1)} s`);
  const right = [...(answer === undefined ? [] : [answer]), ...spans].join('; ');
  return [
    ...(right === '' ? [] : [`Right: ${right}`]),
    ...(hasNoRecord && reply !== undefined ? [`Said: ${reply}`] : []),
  ].join('\n');
}

/** The same for the same things, on every machine. */
function idOf(...things: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(things)).digest('hex').slice(0, 40);
}
