import type { SplitName } from '../benchmarks/benchmark.ts';
import { clipNames, clipSec, jsonLines, type TinyFiles, tinyMoments } from './tiny-annotations.ts';
import { writePickle } from './write-pickle.ts';

/** Makes a tiny data set's files for a split. */
export type TinySet = (split: SplitName) => TinyFiles;

const processed = 'videos_3fps_480_noaudio';
const clipsIn = (folder: string, name: (clip: string) => string = (clip) => clip): string[] =>
  clipNames.map((clip) => `${folder}/${processed}/${name(clip)}.mp4`);
const durations = (name: (clip: string) => string = (clip) => clip): string =>
  JSON.stringify(Object.fromEntries(clipNames.map((clip) => [name(clip), clipSec])));
const ofClip = (clip: string): (typeof tinyMoments)[number][] =>
  tinyMoments.filter(({ name }) => name === clip);

const windowLines = (withIds: boolean): string =>
  jsonLines(
    ...tinyMoments.map(({ name, text, span }, index) => ({
      ...(withIds && { qid: 100 + index }),
      vid: name,
      query: `${text}.`,
      duration: clipSec,
      relevant_windows: [span],
    })),
  );
const spanLines = (): string =>
  jsonLines(
    ...tinyMoments.map(({ name, text, span }) => ({ vid: name, query: text, duration: clipSec, span })),
  );

const charadesSta: TinySet = (split) => ({
  texts: {
    [`charades_sta/charades_sta_${split === 'train' ? 'train' : 'test'}.txt`]: tinyMoments
      .map(
        ({ name, text, span: [start, end] }) => `${name} ${start.toFixed(1)} ${end.toFixed(1)}##${text}.\n`,
      )
      .join(''),
    'charades_sta/durations.json': durations(),
  },
  clips: clipsIn('charades_sta'),
});

const activityNetCaptions: TinySet = (split) => ({
  texts: {
    [`activitynet_captions/${{ train: 'train', valid: 'val_1', test: 'val_2' }[split]}.json`]: JSON.stringify(
      Object.fromEntries(
        clipNames.map((clip) => [
          `v_${clip}`,
          {
            duration: clipSec,
            timestamps: ofClip(clip).map(({ span }) => span),
            sentences: ofClip(clip).map(({ text }) => ` ${text}.`),
          },
        ]),
      ),
    ),
    'activitynet/durations.json': durations((clip) => `v_${clip}`),
  },
  clips: clipsIn('activitynet', (clip) => `v_${clip}`),
});

const shortName = { train: 'train', valid: 'val', test: 'test' } as const;

const qvHighlights: TinySet = (split) => ({
  texts: {
    [`qvhighlights/highlight_${shortName[split]}_release.jsonl`]: jsonLines(
      ...tinyMoments.map(({ name, text, span: [start] }, index) => ({
        qid: 100 + index,
        query: text,
        duration: clipSec,
        vid: name,
        ...(split !== 'test' && {
          // Clips of 2 s, each rated by three people.
          relevant_windows: [[start - (start % 2), start - (start % 2) + 4]],
          relevant_clip_ids: [Math.floor(start / 2), Math.floor(start / 2) + 1],
          saliency_scores: [
            [2, 3, 4],
            [1, 2, 3],
          ],
        }),
      })),
    ),
  },
  clips: clipsIn('qvhighlights'),
});

const activityNetRtl: TinySet = (split) => ({
  texts:
    split === 'train'
      ? {
          'activitynet_rtl/activitynet_train_gpt-4-0613_temp_6_f10009.json': JSON.stringify(
            Object.fromEntries(
              clipNames.map((clip) => [
                `v_${clip}`,
                {
                  duration: clipSec,
                  QA: ofClip(clip).map(({ text, span }) => ({
                    q: `When is ${text}?`,
                    a: `<${span[0]}> <${span[1]}>`,
                  })),
                },
              ]),
            ),
          ),
        }
      : {
          'activitynet_rtl/annot_val_1_q229.json': JSON.stringify(
            tinyMoments.map(({ name, text, span }) => ({
              vid: name,
              duration: clipSec,
              question: `When is ${text}?`,
              answer: `<${span[0]}> <${span[1]}> It is then.`,
            })),
          ),
        },
  clips: clipsIn('activitynet', (clip) => `v_${clip}`),
});

const didemo: TinySet = (split) => ({
  texts: {
    [`didemo/${shortName[split]}_data.json`]: JSON.stringify(
      tinyMoments.map(({ name, text }) => ({
        video: `${name}.mp4`,
        description: text,
        times: [
          [0, 0],
          [0, 0],
          [0, 1],
          [0, 0],
        ],
      })),
    ),
    'didemo/durations.json': durations(),
  },
  clips: clipsIn('didemo'),
});

const queryD: TinySet = () => {
  const byClip = <Value>(value: (clip: string) => Value): Map<string, Value> =>
    new Map(clipNames.map((clip) => [`video-${clip}`, value(clip)]));
  return {
    texts: {
      'queryd/train_list.txt': clipNames.map((clip) => `video-${clip}\n`).join(''),
      'queryd/durations.json': durations(),
    },
    bytes: {
      'queryd/raw_captions_combined_filtered-v2.pkl': writePickle(
        byClip((clip) => ofClip(clip).map(({ text }) => text.split(' '))),
      ),
      'queryd/times_captions_combined_filtered-v2.pkl': writePickle(
        byClip((clip) => ofClip(clip).map(({ span }) => [...span])),
      ),
    },
    clips: clipsIn('queryd'),
  };
};

const hiRest: TinySet = (split) => ({
  texts: {
    [`hirest/all_data_${split === 'train' ? 'train' : 'val'}.json`]: JSON.stringify({
      'how to count': Object.fromEntries(
        clipNames.map((clip) => [
          `${clip}.mp4`,
          {
            relevant: true,
            clip: true,
            bounds: [0, 7],
            v_duration: clipSec,
            steps: [
              { index: 0, heading: 'start', absolute_bounds: [0, 3] },
              { index: 1, heading: 'go on', absolute_bounds: [3, 7] },
            ],
          },
        ]),
      ),
    }),
  },
  clips: clipsIn('hirest'),
});

const ego4dNaq: TinySet = (split) => ({
  texts: {
    [`ego4d_naq/${shortName[split]}.json`]: JSON.stringify(
      Object.fromEntries(
        clipNames.map((clip) => [
          clip,
          {
            // Training takes videos from 10 s on, so that tiny ones have to say that they are longer.
            num_frames: split === 'train' ? 300 : clipSec * 25,
            fps: 25,
            exact_times: ofClip(clip).map(({ span }) => span),
            sentences: ofClip(clip).map(({ text }) => text),
          },
        ]),
      ),
    ),
  },
  clips: clipsIn('ego4d/v2'),
});

const videoXum: TinySet = (split) => ({
  texts: {
    [`videoxum/${shortName[split]}_videoxum.json`]: JSON.stringify(
      clipNames.map((clip) => ({
        video_id: `v_${clip}`,
        duration: clipSec,
        tsum: ofClip(clip).map(({ text }) => text),
        vsum: ofClip(clip).map(({ span }) => Array.from({ length: 10 }, () => span)),
      })),
    ),
  },
  clips: clipsIn('activitynet', (clip) => `v_${clip}`),
});

const youCook2: TinySet = (split) => ({
  texts: {
    'youcook2/youcookii_annotations_trainval.json': JSON.stringify({
      database: Object.fromEntries(
        clipNames.map((clip) => [
          clip,
          {
            subset: split === 'train' ? 'training' : 'validation',
            duration: clipSec,
            annotations: ofClip(clip).map(({ text, span }, id) => ({ id, segment: span, sentence: text })),
          },
        ]),
      ),
    }),
  },
  clips: clipsIn('youcook2'),
});

const lines = (file: string, text: string, clips: readonly string[]): TinyFiles => ({
  texts: { [file]: text },
  clips,
});

/** Tiny copies of the data sets that ask for moments, by key. */
export const tinyGroundingSets: Readonly<Record<string, TinySet>> = {
  charades_sta: charadesSta,
  activitynet_captions: activityNetCaptions,
  activitynet_captions_bias: activityNetCaptions,
  qvhighlights: qvHighlights,
  qvhighlights_single: qvHighlights,
  tacos: (split) =>
    lines(
      `tacos/${shortName[split]}.jsonl`,
      windowLines(true),
      clipsIn('tacos', (clip) => `${clip}-cam-002`),
    ),
  ego4d_nlq: (split) =>
    lines(
      `ego4d_nlq/nlq_${split === 'train' ? 'train' : 'val'}.jsonl`,
      windowLines(false),
      clipsIn('ego4d/v2'),
    ),
  ego4d_naq: ego4dNaq,
  activitynet_rtl: activityNetRtl,
  didemo,
  queryd: queryD,
  cosmo_cap: () => lines('cosmo_cap/anno_cosmo_cap.jsonl', spanLines(), clipsIn('cosmo_cap')),
  internvid_vtime: () =>
    lines(
      'internvid_vtime/anno_internvid_vtime_query_gpt4o_mini.jsonl',
      spanLines(),
      clipNames.map((clip) => `internvid_vtime/videos_crop_3fps_480_noaudio/${clip}.mp4`),
    ),
  vid_morp: () => lines('vid_morp/anno_vid_morp.jsonl', spanLines(), clipsIn('vid_morp')),
  hirest_grounding: hiRest,
  hirest_step: hiRest,
  hirest_step_bias: hiRest,
  videoxum: videoXum,
  youcook2: youCook2,
  youcook2_bias: youCook2,
};
