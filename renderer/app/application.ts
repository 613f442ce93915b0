import type { HostResult } from '../../electron/host/contract/methods.ts';
import type { ShellBridge } from '../../electron/host/contract/shell-bridge.ts';
import { createPlayerStore } from '../player/player-store.ts';
import type { PlayerStore } from '../player/player-store.ts';
import { createAskDraftStore } from '../session/asking/ask-draft.ts';
import type { AskDraftStore } from '../session/asking/ask-draft.ts';
import { createOverviewStore } from '../overview/overview-store.ts';
import type { OverviewStore } from '../overview/overview-store.ts';
import { createReplayStore } from '../session/runs/replay-store.ts';
import type { ReplayStore } from '../session/runs/replay-store.ts';
import { createRunViews } from '../session/runs/run-views.ts';
import type { RunViews } from '../session/runs/run-views.ts';
import { VideoPlaces } from './places/video-places.ts';
import { createTimelineStore } from '../timeline/timeline-store.ts';
import type { TimelineStore } from '../timeline/timeline-store.ts';
import { createConnection } from '../transport/connection.ts';
import type { Call, Connection } from '../transport/connection.ts';
import { failureToTell } from './failure-to-tell.ts';
import { EditSender } from './library/edit-sender.ts';
import { keepsNothing } from './library/unsent-edits.ts';
import type { UnsentEdits } from './library/unsent-edits.ts';
import { createLibraryStore } from './library/library-store.ts';
import type { LibraryStore } from './library/library-store.ts';
import { createWorkspaceStore } from './workspace-state.ts';
import type { WorkspaceStore } from './workspace-state.ts';

/** Everything that a window is made of, besides what is drawn. */
export interface Application {
  readonly bridge: ShellBridge;
  /** The window's name among those of the program. */
  readonly windowId: string;
  readonly connection: Connection;
  readonly call: Call;
  readonly library: LibraryStore;
  readonly workspace: WorkspaceStore;
  readonly edits: EditSender;
  readonly runViews: RunViews;
  readonly replay: ReplayStore;
  /** What of the whole project is looked at. */
  readonly overview: OverviewStore;
  readonly draft: AskDraftStore;
  readonly player: PlayerStore;
  readonly timeline: TimelineStore;
  /** Where a person was in each video. */
  readonly places: VideoPlaces;
  /** Does something that may fail, and shows how it failed; what was cancelled on request is no failure. */
  readonly attempt: <Result>(work: Promise<Result>) => Promise<Result | undefined>;
  /** Shows an error as a notice. */
  readonly report: (error: unknown) => void;
  /** Loads the open project's runs and annotations. */
  readonly loadProject: (projectId: string) => Promise<void>;
}

/** How a window waits: the next frame, and a time. */
export interface Clock {
  readonly schedule: (flush: () => void) => void;
  readonly delay: (act: () => void, durationMs: number) => () => void;
}

/** What a window is among others, and what it keeps. */
export interface WindowIdentity {
  readonly windowId: string;
  readonly unsent: UnsentEdits;
}

/** Runs loaded at once. */
export const runsPerPage = 100;

/** Puts a window together; `connection.start()` sets it going. */
export function createApplication(
  bridge: ShellBridge,
  clock: Clock,
  { windowId, unsent }: WindowIdentity = { windowId: 'window', unsent: keepsNothing },
): Application {
  const library = createLibraryStore();
  const workspace = createWorkspaceStore();

  const report = (error: unknown): void => {
    const failure = failureToTell(error);
    if (failure === undefined) return;
    const { code, message, remedy } = failure;
    if (code === 'NOTHING_TO_UNDO') {
      library.dispatch({ type: 'noticed', notice: { level: 'info', message, about: 'history' } });
      return;
    }
    library.dispatch({ type: 'noticed', notice: { level: 'error', message, remedy } });
  };

  const onSnapshot = (snapshot: HostResult<'snapshot'>): void => {
    library.dispatch({ type: 'snapshot', snapshot });
    const { settings, projects } = snapshot;
    const open = library.getState().projectId ?? settings.projectId;
    const projectId = projects.find(({ id }) => id === open)?.id ?? projects[0]?.id ?? null;
    library.dispatch({ type: 'projectOpened', projectId });
  };

  const connection = createConnection({
    connect: () => bridge.connect(),
    windowId,
    onSnapshot,
    onEvents: (events) => {
      library.dispatch({ type: 'events', events });
      runViews.take(events);
    },
    schedule: clock.schedule,
    delay: clock.delay,
  });
  const { call } = connection;
  const runViews = createRunViews(call, report);
  const edits = new EditSender({
    ...{ library, call, windowId, unsent, flush: connection.flush },
    onRefused: report,
  });
  let unsentTaken: Promise<void> | undefined;

  const loadProject = async (projectId: string): Promise<void> => {
    const [{ runs, more }, { annotations }] = await Promise.all([
      call('runsList', { projectId, limit: runsPerPage }),
      call('annotationsList', { projectId }),
    ]);
    connection.flush();
    library.dispatch({ type: 'runsLoaded', projectId, runs, more, older: false });
    library.dispatch({ type: 'annotationsLoaded', projectId, annotations });
  };

  // After each (re)connection everything that the snapshot does not hold is fetched anew, and what waits is sent.
  connection.store.subscribe((now, before) => {
    if (now.status !== 'connected' || before.status === 'connected') return;
    const { projectId } = library.getState();
    if (projectId !== null) loadProject(projectId).catch(report);
    runViews.catchUp();
    unsentTaken ??= edits.takeOverUnsent();
    void unsentTaken.then(() => edits.resume());
  });

  const places = new VideoPlaces();
  const player = createPlayerStore({
    fetchFrames: (id, startSec, endSec) => call('videosFrameTimes', { id, startSec, endSec }),
    leftAtSec: (videoId) => places.of(videoId)?.timeSec,
  });
  const timeline = createTimelineStore((videoId) => places.of(videoId));
  places.watch(player, timeline);

  return {
    bridge,
    windowId,
    connection,
    call,
    library,
    workspace,
    edits,
    runViews,
    replay: createReplayStore(),
    overview: createOverviewStore(),
    draft: createAskDraftStore(),
    player,
    timeline,
    places,
    attempt: async (work) => {
      try {
        return await work;
      } catch (error) {
        report(error);
        return undefined;
      }
    },
    report,
    loadProject,
  };
}
