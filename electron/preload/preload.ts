import { contextBridge, ipcRenderer, webUtils } from 'electron/renderer';
import type { PagePort, PreloadParts } from './bridge.ts';
import { createBridge } from './bridge.ts';

// Entry point of the preload: the page gets the bridge and nothing else. Its ports are the page's kind, whose types the
// Node side does not have.
contextBridge.exposeInMainWorld(
  'videomind',
  createBridge({
    ipc: ipcRenderer as unknown as PreloadParts['ipc'],
    createChannel: () => new MessageChannel() as unknown as { port1: PagePort; port2: PagePort },
    webUtils,
    platform: process.platform,
  }),
);
