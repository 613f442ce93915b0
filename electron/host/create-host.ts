import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { makeFolder, makeOptionalFolder } from './files/make-folder.ts';
import type { Handlers } from '../../native-models/protocol/server.ts';
import { agreementHandlers } from './agreement/agreement-handlers.ts';
import { annotationHandlers } from './annotations/annotation-handlers.ts';
import type { DownloadChoices } from './contract/downloads.ts';
import type { HostMethods } from './contract/methods.ts';
import { demoHandlers } from './demo/demo-handlers.ts';
import { findMovedClip } from './demo/moved-clips.ts';
import { WatchedEngine } from './engine/watched-engine.ts';
import { ClipJobs } from './exporting/clip-jobs.ts';
import { exportHandlers } from './exporting/export-handlers.ts';
import type { PictureAt } from './exporting/report-pictures.ts';
import { hostFolders } from './host-context.ts';
import type { Engine, HostContext } from './host-context.ts';
import { HostEvents } from './host-events.ts';
import { Jobs } from './jobs/jobs.ts';
import { libraryHandlers } from './library/library-handlers.ts';
import { VideoWatch } from './library/video-watch.ts';
import { everyDownload } from './catalogue/catalogue.ts';
import { KeptTokens } from './downloads/kept-tokens.ts';
import type { SecretBox } from './downloads/kept-tokens.ts';
import { findDemoPackage } from './models/demo-package.ts';
import { deviceHandlers } from './devices/device-handlers.ts';
import { DeviceJobs } from './devices/device-jobs.ts';
import { DeviceStore } from './devices/device-store.ts';
import { DownloadJobs } from './models/download-job.ts';
import type { HubOptions } from './models/download-job.ts';
import { ImportJobs } from './models/import-job.ts';
import { modelHandlers } from './models/model-handlers.ts';
import { ModelStore } from './models/model-store.ts';
import { isOnBattery } from './reading-ahead/battery.ts';
import { ReadAheadJobs } from './reading-ahead/read-ahead-jobs.ts';
import { MoveJobs } from './models/move-job.ts';
import { OpenWindows } from './open-windows.ts';
import { assetsPath, devicesPath } from './paths.ts';
import { programVersion } from './program-version.ts';
import { runHandlers } from './runs/run-handlers.ts';
import { projectFileHandlers } from './project-files/project-file-handlers.ts';
import { RunQueue } from './runs/run-queue.ts';
import { takeUpQueue } from './runs/take-up-queue.ts';
import { TraceFiles } from './runs/trace-files.ts';
import { snapshotHandlers } from './snapshot-handlers.ts';
import { Store } from './store/store.ts';
import { DailyChecks } from './updates/daily-checks.ts';
import { releaseSource } from './updates/release-source.ts';
import type { ReleaseSource } from './updates/release-source.ts';
import { updateHandlers } from './updates/update-handlers.ts';
import { Updates } from './updates/updates.ts';
import type { ServedVideo } from './videos/media-route.ts';
import type { SubtitlesOnDisk } from './videos/web-subtitles.ts';
import type { VideosService } from './videos-service.ts';

/**
 * The host: everything around the engine that a window can ask for, free of any shell.
 *
 *     window ─ request ─► handler ─► store (a thread: one transaction, flushed) ─► answer
 *                            │                                                └──► host event to every window
 *                            ├─► run queue ─► engine ─ events ─► recorder ─► store ─► host event
 *                            └─► job ─► engine, ffmpeg, network, disk ─ progress ─► store ─► host event
 *
 * What changes something is on the disk before it is answered, and is told to every window after that. What is true
 * stands in the store; this process keeps in memory only what is at work: the queue of runs, jobs, the engine's state.
 * So a host that is killed at any moment loses nothing that it has answered: what was at work shows as interrupted, paused
 * or failed at the next start (`takeUpQueue`, `Jobs.load`).
 *
 * Beside the store lie the traces of runs (`runs/`), exports (`exports/`), packages (`models/`), checkpoints on their way
 * (`downloads/`), all written to a temporary name first; copies of videos lie in the cache folder.
 */
export interface Host {
  /** For `serve(hostMethods, transport, handlers)`, once for each window. */
  readonly handlers: Handlers<HostMethods>;
  /** What the media route is asked for, by ids. */
  readonly media: HostMedia;
  /** The one folder that the media route serves exports from. */
  readonly exportsPath: string;
  /** The page of the program's releases, below which a shell may open addresses in a browser. */
  readonly releasesPageUrl: string | undefined;
  /** Stops what is at work and closes the library. The engine is ended by whoever made it. */
  dispose(): Promise<void>;
}

/** Files behind the ids of the library; undefined for ids that are unknown. */
export interface HostMedia {
  videoFile(videoId: string): Promise<ServedVideo | undefined>;
  subtitles(videoId: string, subtitlesId: string): Promise<SubtitlesOnDisk | undefined>;
  exportFile(exportId: string): Promise<{ readonly path: string; readonly fileName: string } | undefined>;
}

/** What a host is made of. */
export interface HostOptions {
  /** The library and what belongs to it; one instance at a time. */
  readonly dataPath: string;
  /** What costs only time when it is deleted. */
  readonly cachePath: string;
  readonly engine: Engine;
  /** An engine of its own for imports, which take minutes; default: the one that is asked questions. */
  readonly importEngine?: Engine | undefined;
  readonly videos: VideosService;
  /** Pictures for reports. */
  readonly pictureAt?: PictureAt | undefined;
  readonly hub?: Partial<HubOptions> | undefined;
  /** The libraries of devices; default: where the engine looks for them. */
  readonly devices?: DeviceStore | undefined;
  /** Where releases are announced; default: what the program was built with. */
  readonly releases?: ReleaseSource | undefined;
  /** The system's keychain, where the shell reaches it: for tokens of gated repositories. */
  readonly secretBox?: SecretBox | undefined;
  /** Where the program's clips and packages are; default: where it lies. */
  readonly assetsPath?: string | undefined;
  /** The package that comes with the program. */
  readonly demoPath?: string | undefined;
  /** The store's thread, where a packaged program has it as a bundle. */
  readonly storeWorkerUrl?: URL | undefined;
  /** Whether the machine runs on its battery; default: as the system's files say. */
  readonly isOnBattery?: (() => Promise<boolean>) | undefined;
  readonly now?: (() => number) | undefined;
  readonly newId?: (() => string) | undefined;
}

/**
 * Opens the library and takes up what the last start left.
 * @throws EngineError STORE_BUSY, STORE_NEWER, DISK_FULL, OUTPUT_UNWRITABLE.
 */
export async function createHost(options: HostOptions): Promise<Host> {
  const { dataPath, engine, videos } = options;
  const folders = hostFolders(dataPath, options.cachePath);
  makeFolder(dataPath);
  makeOptionalFolder(options.cachePath);
  const store = await Store.open(path.join(dataPath, 'library.db'), options.storeWorkerUrl);
  const events = new HostEvents();
  const now = options.now ?? Date.now;
  const context: HostContext = {
    ...{ store, events, videos, folders, now, newId: options.newId ?? randomUUID },
    windows: new OpenWindows(),
  };

  const watchedEngine = new WatchedEngine(engine, (state) =>
    events.emit({ type: 'engineChanged', engine: state }),
  );
  const traces = new TraceFiles(folders.runs);
  const queue = new RunQueue(context, watchedEngine, traces);
  const jobs = new Jobs(context);
  const programAssets = options.assetsPath ?? assetsPath;
  const watch = new VideoWatch(context, jobs, (video) => findMovedClip(programAssets, video));
  const models = new ModelStore(context, options.demoPath ?? findDemoPackage(programAssets));
  const importEngine = options.importEngine ?? engine;
  const imports = new ImportJobs(jobs, models, importEngine);
  const hub: HubOptions = { catalogue: everyDownload, ...options.hub };
  const tokens = new KeptTokens(folders.tokens, options.secretBox, hub.environment ?? process.env);
  const choices = async (): Promise<DownloadChoices> => (await store.call('readSettings')).downloads;
  const downloads = new DownloadJobs({
    ...{ jobs, models, engine: importEngine, folder: folders.downloads, hub, tokens, choices },
  });
  const moves = new MoveJobs(jobs, models);
  const devices = new DeviceJobs(jobs, options.devices ?? new DeviceStore(devicesPath()));
  const clips = new ClipJobs(jobs, videos, context);
  const readAhead = new ReadAheadJobs({
    ...{ jobs, engine, settings: () => store.call('readSettings') },
    isOnBattery: options.isOnBattery ?? isOnBattery,
  });
  const version = programVersion();
  const updates = new Updates({ source: options.releases ?? releaseSource(), version, dataPath, now });
  const dailyChecks = new DailyChecks({ updates, store, events, now });

  await models.load();
  const interruptedRunIds = await takeUpQueue(context, queue, (id) => models.find(id));
  await jobs.load();
  const checked = watch.checkAll();

  return {
    handlers: {
      ...snapshotHandlers({
        ...{ context, models, jobs, dailyChecks, interruptedRunIds, version },
        engine: watchedEngine,
      }),
      ...libraryHandlers({
        context,
        watch,
        readAhead: async (video, modelId) => readAhead.start(video, await models.find(modelId)),
        cancelRuns: async (runIds) => {
          await Promise.all(runIds.map((id) => queue.cancel(id)));
        },
        forgetRuns: async (runIds) => {
          await Promise.all(runIds.map((id) => traces.remove(id)));
        },
      }),
      ...runHandlers({ context, engine, queue, traces, findModel: (id) => models.find(id) }),
      ...annotationHandlers(context),
      ...agreementHandlers(context),
      ...exportHandlers({ context, clips, pictureAt: options.pictureAt, program: `videomind ${version}` }),
      ...projectFileHandlers({ context, traces, watch, engine, listModels: () => models.list() }),
      ...demoHandlers(programAssets),
      ...updateHandlers(updates, events),
      ...deviceHandlers(devices),
      ...modelHandlers({
        ...{ engine, models, jobs, imports, downloads, moves, tokens },
        hubUrl: async () => (await choices()).hubUrl,
      }),
    },
    media: mediaOf(store, watch),
    exportsPath: folders.exports,
    releasesPageUrl: updates.pageUrl,
    dispose: async () => {
      await queue.dispose();
      await jobs.dispose();
      await watch.dispose();
      await checked;
      await dailyChecks.dispose();
      await store.close();
    },
  };
}

function mediaOf(store: Store, watch: VideoWatch): HostMedia {
  return {
    videoFile: async (id) => {
      const video = await store.call('findVideo', { id });
      if (video === undefined) return undefined;
      const playedPath = video.playback === 'proxy-ready' ? watch.proxyPath(id) : video.path;
      return { path: video.path, playedPath, counted: video.picture?.estimated !== true };
    },
    subtitles: async (videoId, subtitlesId) => {
      const video = await store.call('findVideo', { id: videoId });
      return video?.subtitles.find(({ id }) => id === subtitlesId);
    },
    exportFile: (id) => store.call('findExport', { id }),
  };
}
