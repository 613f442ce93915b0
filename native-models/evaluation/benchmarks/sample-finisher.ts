import path from 'node:path';
import type { BenchmarkKind, BenchmarkSample, SampleNote, SkippedSample } from './benchmark.ts';
import type { Draft, ReadContext, SampleDraft } from './data-set.ts';
import { cleanQuery, cleanQuestion } from './reading/clean-text.ts';
import { sampleNotes } from './sample-notes.ts';

/** What all samples of a data set have in common. */
export interface FinishOptions {
  readonly kind: BenchmarkKind;
  readonly dropsMissingVideos: boolean;
  /** Questions and queries by the reference's rules; else they stay as they are written. */
  readonly cleansTexts: boolean;
}

/** Options are lettered A to Z. */
const mostOptions = 26;

/** Turns a reader's drafts into samples: texts cleaned, videos found, ids told apart, oddities noted. */
export class SampleFinisher {
  readonly #context: ReadContext;
  readonly #options: FinishOptions;
  readonly #idUses = new Map<string, number>();
  #index = 0;

  constructor(context: ReadContext, options: FinishOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** Drafts have to come in the annotations' order. */
  async finish(draft: Draft): Promise<BenchmarkSample | SkippedSample> {
    const index = this.#index++;
    if (draft.kind === 'skip') return { ...draft, kind: 'skipped', index };
    const { place } = draft;
    const skipped = (reason: SkippedSample['reason'], detail: string): SkippedSample => ({
      kind: 'skipped',
      index,
      place,
      reason,
      detail,
    });

    const asked = draft.query ?? (draft.route === undefined ? draft.question : undefined);
    const cleaned = {
      question: draft.question === undefined ? undefined : cleanQuestion(draft.question),
      query: asked === undefined ? undefined : cleanQuery(asked),
    };
    if (cleaned.question === '' || (cleaned.query === '' && (cleaned.question ?? '') === '')) {
      return skipped('field-missing', `${cleaned.question === '' ? 'The question' : 'The query'} is empty`);
    }
    const { question, query } = this.#options.cleansTexts
      ? cleaned
      : { question: draft.question, query: asked };
    const lettered = draft.options?.length ?? 0;
    if (lettered > mostOptions) {
      return skipped(
        'options-invalid',
        `${lettered} options are more than there are letters (${mostOptions})`,
      );
    }
    const [expected] = draft.videos;
    if (expected === undefined) return skipped('field-missing', 'The sample names no video');
    const found = draft.frames === undefined ? await this.#context.videos.find(draft.videos) : expected;
    if (found === undefined && this.#options.dropsMissingVideos) {
      return skipped('video-missing', `${expected} is not there; the data set leaves such samples out`);
    }
    const subtitlesMissing =
      draft.subtitles !== undefined && !(await this.#context.videos.has(draft.subtitles));
    const { id, repeated } = this.#identify(draft);
    const notes: SampleNote[] = [
      ...(draft.notes ?? []),
      ...(repeated ? [{ kind: 'duplicate-id', detail: `${draft.id ?? id} occurs again` } as const] : []),
      ...sampleNotes(draft),
      ...(subtitlesMissing
        ? [{ kind: 'subtitles-missing', detail: `${draft.subtitles} is not there` } as const]
        : []),
    ];
    const sample = this.#sample(draft, { index, id, question, query, video: found ?? expected, notes });
    if (found !== undefined) return sample;
    return { ...skipped('video-missing', `${expected} is not there`), sample };
  }

  /** An id that is unique: the annotated one, or else the place; a number is added to one that occurs again. */
  #identify({ id, place }: SampleDraft): { readonly id: string; readonly repeated: boolean } {
    const name = id ?? `${place.file}#${place.position ?? 0}`;
    const uses = (this.#idUses.get(name) ?? 0) + 1;
    this.#idUses.set(name, uses);
    // One place may hold several samples, which is no repetition.
    return { id: uses === 1 ? name : `${name}~${uses}`, repeated: uses > 1 && id !== undefined };
  }

  #sample(
    draft: SampleDraft,
    finished: {
      readonly index: number;
      readonly id: string;
      readonly question: string | undefined;
      readonly query: string | undefined;
      readonly video: string;
      readonly notes: readonly SampleNote[];
    },
  ): BenchmarkSample {
    const { question, query, video, index, id, notes } = finished;
    const absolute = (file: string): string => path.resolve(this.#context.dataDir, file);
    const asksForMoments = question === undefined || this.#options.kind === 'grounding';
    return {
      kind: 'sample',
      id,
      index,
      place: draft.place,
      source: draft.source ?? this.#context.key,
      form: draft.form ?? (asksForMoments ? 'grounding' : 'multimodal'),
      videoPath: absolute(video),
      ...(draft.frames !== undefined && { framePaths: draft.frames.map(absolute) }),
      ...(draft.durationSec !== undefined && { durationSec: draft.durationSec }),
      ...(query !== undefined && { query }),
      ...(question !== undefined && { question }),
      ...(draft.options !== undefined && { options: draft.options }),
      ...(draft.answer !== undefined && { answer: draft.answer }),
      ...(draft.answerLetter !== undefined && { answerLetter: draft.answerLetter }),
      ...(draft.spans !== undefined && { spans: draft.spans }),
      categories: draft.categories ?? [],
      ...(draft.subtitles !== undefined && { subtitlesPath: absolute(draft.subtitles) }),
      ...(draft.verification !== undefined && { verification: draft.verification }),
      ...(draft.route !== undefined && { route: draft.route }),
      extra: draft.extra ?? {},
      notes,
    };
  }
}
