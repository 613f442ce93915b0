import { expect, test } from 'vitest';
import { sampleAnnotation, sampleProject, sampleVideo } from '../../app/testing/samples.ts';
import { filterVideos, videoRows } from './video-rows.ts';

const videos = ['A red ball.mp4', 'red.mp4', 'blue.mp4'].map((name, index) => ({
  ...sampleVideo,
  ...{ id: `v${index + 1}`, name },
}));
const project = {
  ...sampleProject,
  videoIds: videos.map(({ id }) => id),
  videoStatus: { v3: 'skipped' as const },
};
const annotations = [
  sampleAnnotation({ id: 'a' }),
  sampleAnnotation({ id: 'b', videoId: 'v2', state: 'accepted' }),
];
const rows = videoRows(project, videos, annotations, []);

test('a video is what was done on it, or what a person says of it', () => {
  expect(rows.map(({ status }) => status)).toEqual(['begun', 'decided', 'skipped']);
});

test('videos are found by all words of their names and by their status', () => {
  const found = (...by: [string, Parameters<typeof filterVideos>[2]]) =>
    filterVideos(rows, ...by).map(({ id }) => id);
  expect(found('RED', '')).toEqual(['v1', 'v2']);
  expect(found('ball red', '')).toEqual(['v1']);
  expect(found('red', 'decided')).toEqual(['v2']);
  expect(found('', 'skipped')).toEqual(['v3']);
  expect(filterVideos(rows, ' ', '')).toBe(rows);
});
