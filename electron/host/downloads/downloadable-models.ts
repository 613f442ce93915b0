import type { DownloadableModel } from '../contract/models.ts';

const gigabyte = 1e9;

/** What VideoMind's roles were trained to be asked with. The text is its authors'; here is only which one it is. */
const videoMindPrompts: DownloadableModel['prompts'] = {
  project: 'VideoMind',
  places: [
    {
      key: 'github',
      url: 'https://raw.githubusercontent.com/yeliudev/VideoMind/6721d2564eeb9ea8ab6c0ab8eaa39bd231ee8927/videomind/constants.py',
    },
    // The authors' demo, which imports the same file.
    { key: 'hub', path: 'spaces/yeliudev/VideoMind-2B/resolve/main/videomind/constants.py' },
  ],
  sha256: 'a1c97808b5d1a24378280ef475e8cf239e3c8953766ead961600819b91f96fd3',
  licence: 'BSD-3-Clause',
};

/**
 * Checkpoints that can be downloaded: data of the program, never fetched. Sizes are about; what a download really takes is
 * read from the hub before it begins.
 */
export const downloadableModels: readonly DownloadableModel[] = [
  {
    key: 'videomind-2b',
    title: 'VideoMind 2B',
    description: 'Plans, finds moments, verifies them and answers. The one to begin with.',
    licence: 'BSD-3-Clause (VideoMind), Apache-2.0 (Qwen2-VL)',
    baseRepository: 'Qwen/Qwen2-VL-2B-Instruct',
    modelScope: { base: 'Qwen/Qwen2-VL-2B-Instruct' },
    adaptersRepository: 'yeliudev/VideoMind-2B',
    prompts: videoMindPrompts,
    downloadBytes: 7 * gigabyte,
    diskBytes: 11 * gigabyte,
  },
  {
    key: 'videomind-7b',
    title: 'VideoMind 7B',
    description: 'The same agent on a larger network: better answers, four times the work and memory.',
    licence: 'BSD-3-Clause (VideoMind), Apache-2.0 (Qwen2-VL)',
    baseRepository: 'Qwen/Qwen2-VL-7B-Instruct',
    modelScope: { base: 'Qwen/Qwen2-VL-7B-Instruct' },
    adaptersRepository: 'yeliudev/VideoMind-7B',
    prompts: videoMindPrompts,
    downloadBytes: 22 * gigabyte,
    diskBytes: 34 * gigabyte,
  },
  {
    key: 'qwen2.5-vl-3b',
    title: 'Qwen2.5-VL 3B',
    description:
      'Reasons aloud, then answers. Times that it names are words until a VideoMind model verifies them.',
    licence: 'Qwen Research',
    baseRepository: 'Qwen/Qwen2.5-VL-3B-Instruct',
    modelScope: { base: 'Qwen/Qwen2.5-VL-3B-Instruct' },
    downloadBytes: 7.6 * gigabyte,
    diskBytes: 12 * gigabyte,
  },
  {
    key: 'qwen2.5-vl-7b',
    title: 'Qwen2.5-VL 7B',
    description: 'Reasons aloud, then answers; larger.',
    licence: 'Apache-2.0',
    baseRepository: 'Qwen/Qwen2.5-VL-7B-Instruct',
    modelScope: { base: 'Qwen/Qwen2.5-VL-7B-Instruct' },
    downloadBytes: 16.7 * gigabyte,
    diskBytes: 26 * gigabyte,
  },
  {
    key: 'videokr-qwen2.5-vl-7b',
    title: 'VideoKR 7B (Qwen2.5-VL)',
    description: 'Trained to reason about lectures and other expert videos before it answers.',
    licence: 'See its page; Apache-2.0 (Qwen2.5-VL)',
    baseRepository: 'minuzero/VideoKR-Qwen2.5-VL-7B',
    downloadBytes: 16.7 * gigabyte,
    diskBytes: 26 * gigabyte,
  },
  {
    key: 'qwen3-vl-2b',
    title: 'Qwen3-VL 2B',
    description: 'Reasons aloud, then answers; the smallest.',
    licence: 'Apache-2.0',
    baseRepository: 'Qwen/Qwen3-VL-2B-Instruct',
    modelScope: { base: 'Qwen/Qwen3-VL-2B-Instruct' },
    downloadBytes: 4.3 * gigabyte,
    diskBytes: 7 * gigabyte,
  },
  {
    key: 'qwen3-vl-4b',
    title: 'Qwen3-VL 4B',
    description: 'Reasons aloud, then answers; told the time of each frame in its text.',
    licence: 'Apache-2.0',
    baseRepository: 'Qwen/Qwen3-VL-4B-Instruct',
    modelScope: { base: 'Qwen/Qwen3-VL-4B-Instruct' },
    downloadBytes: 8.9 * gigabyte,
    diskBytes: 14 * gigabyte,
  },
  {
    key: 'qwen3-vl-8b',
    title: 'Qwen3-VL 8B',
    description: 'Reasons aloud, then answers; larger.',
    licence: 'Apache-2.0',
    baseRepository: 'Qwen/Qwen3-VL-8B-Instruct',
    modelScope: { base: 'Qwen/Qwen3-VL-8B-Instruct' },
    downloadBytes: 17.6 * gigabyte,
    diskBytes: 27 * gigabyte,
  },
  {
    key: 'videokr-qwen3-vl-8b',
    title: 'VideoKR 8B (Qwen3-VL)',
    description:
      'Trained to reason about lectures and other expert videos before it answers; told the time of each frame.',
    licence: 'See its page; Apache-2.0 (Qwen3-VL)',
    baseRepository: 'minuzero/VideoKR-Qwen3-VL-8B',
    downloadBytes: 17.6 * gigabyte,
    diskBytes: 27 * gigabyte,
  },
];
