import path from 'node:path';
import { EngineError } from '../../native-models/protocol/errors.ts';
import type { EngineSupervisor } from './engine/supervisor.ts';
import type { HostEvents } from './host-events.ts';
import type { Store } from './store/store.ts';
import type { OpenWindows } from './open-windows.ts';
import type { VideosService } from './videos-service.ts';

/** What the host needs of an engine. */
export type Engine = Pick<EngineSupervisor, 'call' | 'processId'>;

/** What the parts of the host share. */
export interface HostContext {
  readonly store: Store;
  readonly events: HostEvents;
  readonly videos: VideosService;
  readonly folders: HostFolders;
  readonly windows: OpenWindows;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** A new id, never given before. */
  readonly newId: () => string;
}

/** Where the host keeps things. */
export interface HostFolders {
  /** Traces of runs. */
  readonly runs: string;
  /** What `exportsWrite` writes where no other place is named. */
  readonly exports: string;
  /** Copies of videos that browsers play. */
  readonly proxies: string;
  /** Subtitles taken out of videos, a folder a video. */
  readonly subtitles: string;
  /** Where packages are kept, unless a person moved them. */
  readonly models: string;
  /** Checkpoints on their way from the hub. */
  readonly downloads: string;
  /** Tokens of the person for gated repositories, encrypted: a file. */
  readonly tokens: string;
}

/** The host's folders below its data folder, and below the one for what only costs time when it is deleted. */
export function hostFolders(dataPath: string, cachePath: string): HostFolders {
  return {
    runs: path.join(dataPath, 'runs'),
    exports: path.join(dataPath, 'exports'),
    proxies: path.join(cachePath, 'proxies'),
    subtitles: path.join(dataPath, 'subtitles'),
    models: path.join(dataPath, 'models'),
    downloads: path.join(dataPath, 'downloads'),
    tokens: path.join(dataPath, 'tokens.json'),
  };
}

/** @throws EngineError NOT_FOUND where there is nothing of that id. */
export function required<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new EngineError('NOT_FOUND', `There is no such ${what}.`);
  return found;
}

/** An error as it is stored and shown. */
export function storedError({ code, message, remedy }: EngineError): {
  code: EngineError['code'];
  message: string;
  remedy: string;
} {
  return { code, message, remedy };
}
