/** `electron/renderer` for the preload of an old Electron: `webUtils` came with 29; before it a File had its path on itself. */
import electron from 'electron';

export const { contextBridge, ipcRenderer } = electron;
const { webUtils: own } = electron as Partial<typeof electron>;
export const webUtils = own ?? { getPathForFile: (file: { readonly path?: string }) => file.path ?? '' };
