import type { AnnotationOperation } from '../../../electron/host/contract/annotations.ts';
import type { EngineState } from '../../../electron/host/contract/events.ts';
import type { LibraryVideo, Project } from '../../../electron/host/contract/library.ts';
import type { Job, Model } from '../../../electron/host/contract/models.ts';
import type { Run } from '../../../electron/host/contract/runs.ts';
import { settingsSchema } from '../../../electron/host/contract/settings.ts';
import type { Settings } from '../../../electron/host/contract/settings.ts';
import { AnnotationSet } from './annotation-set.ts';

/** Rows by id. */
export type ById<Row> = Readonly<Record<string, Row>>;

/** A change of annotations that is shown already and that the host has not confirmed. */
export interface PendingEdit {
  readonly editId: number;
  readonly projectId: string;
  readonly title: string;
  readonly operations: readonly AnnotationOperation[];
  /** With the next edit that has the same words it is one step of undo, as while one types. */
  readonly join?: string;
}

/** Something that a person should know, until it is put away. */
export interface Notice {
  readonly noticeId: number;
  readonly level: 'info' | 'warning' | 'error';
  readonly message: string;
  readonly remedy?: string;
  /** A newer notice about the same thing takes its place. */
  readonly about?: string;
}

/**
 * What the window knows of the host: a copy of its rows, kept up by snapshots and events. Runs and annotations are those
 * of the open project.
 */
export interface LibraryState {
  /** False until the first snapshot. */
  readonly loaded: boolean;
  readonly videos: ById<LibraryVideo>;
  readonly projects: ById<Project>;
  readonly models: readonly Model[];
  readonly jobs: ById<Job>;
  readonly settings: Settings;
  readonly engine: EngineState;
  /** The network is asked for a newer release. */
  readonly checkingForUpdates: boolean;
  readonly version: string;
  readonly platform: string;
  readonly interruptedRunIds: readonly string[];
  /** The open project: the one whose runs and annotations are here. */
  readonly projectId: string | null;
  readonly runs: ById<Run>;
  /** There are older runs than those here. */
  readonly moreRuns: boolean;
  readonly runsLoaded: boolean;
  /** As the host has them. */
  readonly annotations: AnnotationSet;
  readonly annotationsLoaded: boolean;
  /** Oldest first. */
  readonly pendingEdits: readonly PendingEdit[];
  readonly notices: readonly Notice[];
}

/** Before the first snapshot. */
export const emptyLibrary: LibraryState = {
  loaded: false,
  videos: {},
  projects: {},
  models: [],
  jobs: {},
  settings: settingsSchema.parse({}),
  engine: { state: 'off' },
  checkingForUpdates: false,
  version: '',
  platform: '',
  interruptedRunIds: [],
  projectId: null,
  runs: {},
  moreRuns: false,
  runsLoaded: false,
  annotations: AnnotationSet.none,
  annotationsLoaded: false,
  pendingEdits: [],
  notices: [],
};
