import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { InspectReport } from '../../native-models/protocol/inspect-report.ts';
import type { ReviewFilter } from '../session/review/review-moments.ts';
import type { ChooseFiles } from '../../electron/host/contract/shell-bridge.ts';

/** Pages of the left and the right pane. */
export type LeftTab = 'videos' | 'runs';
export type RightTab = 'ask' | 'run' | 'review' | 'compare' | 'lines' | 'chapters';

/** Dialogs that need nothing to be opened with. */
export type PlainDialog =
  'palette' | 'keys' | 'settings' | 'updates' | 'export' | 'labels' | 'tracks' | 'conflicts' | 'history';

/** What is asked or shown over the window. */
export type OpenDialog =
  | { readonly kind: PlainDialog }
  /** Our own file dialog, where the shell has none; `onChosen` gets no paths when it is closed. */
  | {
      readonly kind: 'files';
      readonly options: ChooseFiles;
      readonly onChosen: (paths: readonly string[]) => void;
    }
  /** Asks for a name. */
  | {
      readonly kind: 'name';
      readonly title: string;
      readonly name: string;
      readonly action: string;
      readonly onNamed: (name: string) => void;
    }
  | {
      readonly kind: 'confirm';
      readonly title: string;
      readonly text: string;
      readonly action: string;
      readonly onConfirmed: () => void;
    }
  /** A file of annotations was chosen: what it would bring. */
  | {
      readonly kind: 'import-annotations';
      readonly path: string;
      readonly videoId: string | null;
      readonly onClosed: () => void;
    }
  /** A project's file was chosen: what it would bring. */
  | {
      readonly kind: 'take-project';
      readonly path: string;
      /** It is the folder of an evaluation, not a file. */
      readonly isRun: boolean;
      readonly onClosed: () => void;
    }
  /** A file of subtitles for a video leaves something open. */
  | {
      readonly kind: 'add-subtitles';
      readonly path: string;
      readonly videoId: string;
      readonly onClosed: () => void;
    }
  /** A checkpoint's folder was chosen: how to make a package of it. */
  | { readonly kind: 'import-model'; readonly report: InspectReport };

/** A file on its way to the host's machine. */
export interface Upload {
  readonly uploadId: number;
  readonly name: string;
  readonly sentBytes: number;
  readonly totalBytes: number;
  readonly cancel: () => void;
}

/** What of the library is shown, and where. */
export interface WorkspaceState {
  readonly page: 'workspace' | 'models' | 'catalogue' | 'overview';
  readonly leftTab: LeftTab;
  readonly rightTab: RightTab;
  /** The video in the player. */
  readonly videoId: string | null;
  /** Videos with a tab, in its order. */
  readonly openVideoIds: readonly string[];
  /** The run in the right pane and on the timeline. */
  readonly runId: string | null;
  /** The run beside it, when two are compared. */
  readonly otherRunId: string | null;
  /** Which moments review lists and walks through. */
  readonly reviewFilter: ReviewFilter;
  /** The track that new moments go to; null: the first that can be changed. */
  readonly activeTrackId: string | null;
  /** The label that was set last, to be set again. */
  readonly lastLabelId: string | null;
  readonly dialog: OpenDialog | null;
  readonly uploads: readonly Upload[];
  /** Files are held over the window. */
  readonly dropping: boolean;
}

export type WorkspaceStore = StoreApi<WorkspaceState>;

/** Nothing is open. */
export const emptyWorkspace: WorkspaceState = {
  page: 'workspace',
  leftTab: 'videos',
  rightTab: 'ask',
  videoId: null,
  openVideoIds: [],
  runId: null,
  otherRunId: null,
  reviewFilter: 'all',
  activeTrackId: null,
  lastLabelId: null,
  dialog: null,
  uploads: [],
  dropping: false,
};

/** A window with nothing open. */
export function createWorkspaceStore(): WorkspaceStore {
  return createStore<WorkspaceState>()(() => emptyWorkspace);
}

/** Puts a video into the player, and gives it a tab. The run shown stays if it is about this video. */
export function withVideoOpen(
  state: WorkspaceState,
  videoId: string,
  videoOfRun: (runId: string) => string | undefined,
): WorkspaceState {
  const openVideoIds = state.openVideoIds.includes(videoId)
    ? state.openVideoIds
    : [...state.openVideoIds, videoId];
  const keepsRun = state.runId !== null && videoOfRun(state.runId) === videoId;
  return { ...state, page: 'workspace', videoId, openVideoIds, runId: keepsRun ? state.runId : null };
}

/** Takes a video's tab away; its neighbour comes into the player when it was there. */
export function withVideoClosed(state: WorkspaceState, videoId: string): WorkspaceState {
  const at = state.openVideoIds.indexOf(videoId);
  const openVideoIds = state.openVideoIds.filter((id) => id !== videoId);
  if (state.videoId !== videoId) return { ...state, openVideoIds };
  const next = openVideoIds[Math.min(Math.max(at, 0), openVideoIds.length - 1)] ?? null;
  return { ...state, openVideoIds, videoId: next, runId: null };
}
