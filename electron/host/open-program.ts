import path from 'node:path';
import type { Handlers } from '../../native-models/protocol/server.ts';
import type { HostMethods } from './contract/methods.ts';
import { createHost } from './create-host.ts';
import type { SecretBox } from './downloads/kept-tokens.ts';
import type { EngineLauncher } from './engine/fork-engine.ts';
import { EngineSupervisor } from './engine/supervisor.ts';
import { findDemoPackage } from './models/demo-package.ts';
import { assetsPath } from './paths.ts';
import { createVideosService } from './videos/create-videos-service.ts';
import { createMediaRoute } from './videos/media-route.ts';
import type { MediaRequest, MediaResponse } from './videos/media-response.ts';
import { Thumbnails } from './videos/thumbnails.ts';
import { Waveforms } from './videos/waveforms.ts';

/** All that a shell puts windows around. */
export interface Program {
  /** For `serve(hostMethods, transport, handlers)`, once for each window. */
  readonly handlers: Handlers<HostMethods>;
  readonly respondWithMedia: (request: MediaRequest) => Promise<MediaResponse>;
  /** Where a shell puts files that a window sends. */
  readonly uploadsPath: string;
  /** The page of the program's releases, below which a shell may open addresses in a browser. */
  readonly releasesPageUrl: string | undefined;
  /** Stops what is at work, ends the engines and closes the library. */
  dispose(): Promise<void>;
}

/** What differs between the shells. */
export interface ProgramOptions {
  readonly dataPath: string;
  readonly cachePath: string;
  readonly launchEngine: EngineLauncher;
  /** The system's keychain; a server has none. */
  readonly secretBox?: SecretBox | undefined;
  /** Whether the machine runs on its battery, where the shell knows better than the system's files. */
  readonly isOnBattery?: (() => Promise<boolean>) | undefined;
}

/** Pictures in reports are this wide. */
const reportPictureWidth = 320;

/**
 * Opens the library and everything around it: the same in the Electron shell and in the browser shell.
 * @throws EngineError as `createHost`.
 */
export async function openProgram(options: ProgramOptions): Promise<Program> {
  const { dataPath, cachePath } = options;
  const engine = new EngineSupervisor(options.launchEngine);
  // An import takes minutes and most of the processor; questions need not wait for it.
  const importEngine = new EngineSupervisor(options.launchEngine);
  const videos = createVideosService(path.join(cachePath, 'frame-tables'));
  const thumbnails = new Thumbnails(path.join(cachePath, 'thumbnails'), videos.open);
  const host = await createHost({
    dataPath,
    cachePath,
    engine,
    importEngine,
    videos,
    secretBox: options.secretBox,
    isOnBattery: options.isOnBattery,
    pictureAt: (videoPath, timeSec, signal, runSec) =>
      thumbnails.get(videoPath, timeSec, reportPictureWidth, signal, runSec),
    demoPath: findDemoPackage(assetsPath),
  });
  return {
    handlers: host.handlers,
    respondWithMedia: createMediaRoute({
      library: host.media,
      thumbnails,
      waveforms: new Waveforms(path.join(cachePath, 'waveforms'), videos.open),
      exportsPath: host.exportsPath,
      facts: videos.facts,
      open: videos.open,
    }),
    releasesPageUrl: host.releasesPageUrl,
    uploadsPath: path.join(dataPath, 'uploads'),
    dispose: async () => {
      // Runs are written down as interrupted before their engine goes.
      await host.dispose();
      await Promise.all([engine.dispose(), importEngine.dispose()]);
    },
  };
}
