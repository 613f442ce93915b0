import { z } from 'zod';
import { projectExportSchema } from '../contract/project-export.ts';
import { momentsByVideo } from './export-content.ts';
import type { MomentCollector } from './imported-moment.ts';
import { collectJsonLine } from './read-json-lines.ts';

const activityNetSchema = z.object({
  database: z.record(z.string(), z.object({ annotations: z.array(z.unknown()) })),
});
const segmentSchema = z.object({
  segment: z.tuple([z.number(), z.number()]),
  label: z.string().optional(),
  sentence: z.string().optional(),
});
/** ActivityNet Captions: times and sentences beside each other. */
const captionsSchema = z.record(
  z.string(),
  z.object({ timestamps: z.array(z.tuple([z.number(), z.number()])), sentences: z.array(z.string()) }),
);
const labelStudioSchema = z.array(
  z.object({
    data: z.record(z.string(), z.unknown()),
    annotations: z.array(z.object({ result: z.array(z.unknown()) })),
  }),
);
const labelledRangeSchema = z.object({
  type: z.literal('timelinelabels'),
  value: z.object({ timelinelabels: z.array(z.string()) }),
  meta: z.object({ text: z.array(z.string()), startSec: z.number(), endSec: z.number() }).loose(),
});

/** A plain list of moments under a name, as people write it. */
const momentListSchema = z.object({ annotations: z.array(z.unknown()) });

/** A JSON document: a project of ours, ActivityNet, Label Studio, or a list of moments. */
export function collectJson(text: string, collector: MomentCollector): void {
  const value: unknown = JSON.parse(text);
  const project = projectExportSchema.safeParse(value);
  if (project.success) {
    for (const { video, moments } of momentsByVideo(project.data)) {
      for (const moment of moments) collector.add(moment.id, { ...moment, video: video.name });
    }
    return;
  }
  const activityNet = activityNetSchema.safeParse(value);
  if (activityNet.success) {
    collectActivityNet(activityNet.data, collector);
    return;
  }
  const tasks = labelStudioSchema.safeParse(value);
  if (tasks.success && tasks.data.length > 0) {
    collectLabelStudio(tasks.data, collector);
    return;
  }
  const captions = captionsSchema.safeParse(value);
  if (captions.success) {
    for (const [video, { timestamps, sentences }] of Object.entries(captions.data)) {
      for (const [index, [startSec, endSec]] of timestamps.entries()) {
        collector.add(`${video}, moment ${index + 1}`, { video, startSec, endSec, text: sentences[index] });
      }
    }
    return;
  }
  const listed = momentListSchema.safeParse(value);
  const list: unknown[] = Array.isArray(value) ? value : listed.success ? listed.data.annotations : [value];
  for (const [index, item] of list.entries()) collectJsonLine(`entry ${index + 1}`, item, collector);
}

function collectActivityNet(
  { database }: z.infer<typeof activityNetSchema>,
  collector: MomentCollector,
): void {
  for (const [video, { annotations }] of Object.entries(database)) {
    for (const [index, annotation] of annotations.entries()) {
      const place = `${video}, annotation ${index + 1}`;
      const parsed = segmentSchema.safeParse(annotation);
      if (!parsed.success) {
        collector.skip(place, 'no segment of two times');
        continue;
      }
      const { segment, label, sentence } = parsed.data;
      collector.add(place, {
        video,
        startSec: segment[0],
        endSec: segment[1],
        text: sentence ?? label,
        label: sentence === label ? undefined : label,
      });
    }
  }
}

function collectLabelStudio(tasks: z.infer<typeof labelStudioSchema>, collector: MomentCollector): void {
  for (const [taskIndex, task] of tasks.entries()) {
    const video = Object.values(task.data).find((entry) => typeof entry === 'string');
    for (const [index, result] of task.annotations.flatMap((annotation) => annotation.result).entries()) {
      const place = `task ${taskIndex + 1}, result ${index + 1}`;
      const parsed = labelledRangeSchema.safeParse(result);
      if (!parsed.success) {
        collector.skip(place, 'no timeline label with its seconds (ranges of frames alone have no times)');
        continue;
      }
      const { value, meta } = parsed.data;
      const label = value.timelinelabels[0];
      const text = meta.text.join('\n');
      collector.add(place, {
        ...meta,
        video: baseName(video ?? ''),
        text,
        label: label === text ? undefined : label,
      });
    }
  }
}

/** The last part of a path or address: Label Studio names videos by where it serves them. */
function baseName(address: string): string {
  return address.split(/[?#]/u)[0]?.split(/[/\\]/u).at(-1) ?? '';
}
