import { z } from 'zod';
import { deviceSchema } from '../../../native-models/protocol/roles.ts';
import { defaultDownloadChoices, downloadChoicesSchema } from './downloads.ts';
import { idSchema } from './library.ts';

const secSchema = z.number().nonnegative();

/** Where a person was in a video: the playhead, what was in view (absent: all of it), what was selected. */
export const videoPlaceSchema = z.object({
  timeSec: secSchema,
  view: z.object({ startSec: secSchema, endSec: secSchema }).optional(),
  selection: z.array(idSchema),
});
export type VideoPlace = z.infer<typeof videoPlaceSchema>;

/** Where a person was in a project: the videos that were open, the one that was shown, and the place in each. */
export const workPlaceSchema = z.object({
  videoId: idSchema.nullable(),
  openVideoIds: z.array(idSchema),
  places: z.record(idSchema, videoPlaceSchema),
});
export type WorkPlace = z.infer<typeof workPlaceSchema>;

const fields = {
  theme: z.enum(['system', 'dark', 'light']),
  device: deviceSchema,
  threads: z.number().int().positive().nullable(),
  modelId: idSchema.nullable(),
  projectId: idSchema.nullable(),
  candidates: z.number().int().min(1).max(100),
  temperature: z.number().min(0).max(5),
  seed: z.number().int().nonnegative().nullable(),
  maxTokens: z.number().int().positive().nullable(),
  /** Frames and seconds, or seconds only. */
  timecode: z.enum(['seconds', 'frames']),
  playbackSpeed: z.number().min(0.1).max(16),
  /** The timeline shows the sound of videos that have one. */
  showsWaveform: z.boolean(),
  firstStartDone: z.boolean(),
  /** Looks once a day whether a newer release is there; else only when it is told to. */
  checksForUpdates: z.boolean(),
  /** Decodes and encodes a video that is opened while nothing else is to do, but not on battery. */
  readsAhead: z.boolean(),
  downloads: downloadChoicesSchema,
  /** Who works here: stands with what is made and changed. */
  annotator: z.string().max(200),
  /** Sizes of panes and the like: written and read by the renderer alone. */
  layout: z.record(z.string(), z.number()),
  /** Chords that a person gave to commands, by the commands' ids; an empty list: none. */
  keys: z.record(z.string().max(100), z.array(z.string().min(1).max(40)).max(8)),
  /** By the ids of projects; written and read by the renderer alone. A change of them leaves other projects' as they are. */
  workPlaces: z.record(idSchema, workPlaceSchema),
};

/** What a person chose; every field has a default, so that older settings stay readable. */
export const settingsSchema = z.object({
  theme: fields.theme.default('system'),
  device: fields.device.default('auto'),
  threads: fields.threads.default(null),
  modelId: fields.modelId.default(null),
  projectId: fields.projectId.default(null),
  candidates: fields.candidates.default(5),
  temperature: fields.temperature.default(0),
  seed: fields.seed.default(null),
  maxTokens: fields.maxTokens.default(null),
  timecode: fields.timecode.default('seconds'),
  playbackSpeed: fields.playbackSpeed.default(1),
  showsWaveform: fields.showsWaveform.default(true),
  firstStartDone: fields.firstStartDone.default(false),
  checksForUpdates: fields.checksForUpdates.default(false),
  readsAhead: fields.readsAhead.default(false),
  downloads: fields.downloads.default(defaultDownloadChoices),
  annotator: fields.annotator.default(''),
  layout: fields.layout.default({}),
  keys: fields.keys.default({}),
  workPlaces: fields.workPlaces.default({}),
});
export type Settings = z.infer<typeof settingsSchema>;

/** Changes of some settings: what is absent stays as it is, so nothing here has a default. */
export const settingsChangesSchema = z.object(fields).partial();
