import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { makeFolder } from '../files/make-folder.ts';
import { hostFolders } from '../host-context.ts';
import type { HostContext } from '../host-context.ts';
import { HostEvents } from '../host-events.ts';
import { OpenWindows } from '../open-windows.ts';
import { TraceFiles } from '../runs/trace-files.ts';
import { Store } from '../store/store.ts';
import { createVideosService } from '../videos/create-videos-service.ts';

/** A library without windows, engine or work in the background: for commands that move projects. */
export interface OpenLibrary {
  readonly context: HostContext;
  readonly traces: TraceFiles;
  close(): Promise<void>;
}

/** @throws EngineError STORE_BUSY while a window has it open; STORE_NEWER, OUTPUT_UNWRITABLE. */
export async function openLibrary(dataPath: string, cachePath: string): Promise<OpenLibrary> {
  makeFolder(dataPath);
  const folders = hostFolders(dataPath, cachePath);
  const store = await Store.open(path.join(dataPath, 'library.db'));
  return {
    context: {
      ...{ store, folders, events: new HostEvents(), windows: new OpenWindows() },
      ...{ videos: createVideosService(), now: Date.now, newId: randomUUID },
    },
    traces: new TraceFiles(folders.runs),
    close: () => store.close(),
  };
}
