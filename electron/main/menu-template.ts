import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../host/contract/shell-bridge.ts';

/** An entry that the renderer carries out, by the id of its command; or one of the system's own. */
type Entry =
  | { readonly label: string; readonly command: MenuCommand; readonly keys?: string }
  | { readonly role: NonNullable<MenuItemConstructorOptions['role']> }
  | 'separator';

const quit: readonly Entry[] = ['separator', { role: 'quit' }];

const menus: Readonly<Record<string, readonly Entry[]>> = {
  '&File': [
    { label: 'Add Videos…', command: 'project.addVideos', keys: 'CmdOrCtrl+O' },
    { label: 'New Project…', command: 'project.new' },
    'separator',
    { label: 'Import Annotations…', command: 'project.importAnnotations' },
    { label: 'Export…', command: 'project.export', keys: 'CmdOrCtrl+E' },
    'separator',
    { label: 'Settings…', command: 'window.settings', keys: 'CmdOrCtrl+,' },
  ],
  '&Edit': [
    { label: 'Undo', command: 'project.undo', keys: 'CmdOrCtrl+Z' },
    { label: 'Redo', command: 'project.redo', keys: 'CmdOrCtrl+Shift+Z' },
    'separator',
    { role: 'cut' },
    { role: 'copy' },
    { role: 'paste' },
    { role: 'selectAll' },
  ],
  '&View': [
    { label: 'Command Palette…', command: 'window.palette', keys: 'CmdOrCtrl+K' },
    { label: 'Models', command: 'window.models' },
    { label: 'Workspace', command: 'window.workspace' },
    'separator',
    { label: 'Left Pane', command: 'window.toggleLeft' },
    { label: 'Right Pane', command: 'window.toggleRight' },
    { label: 'Dark or Light', command: 'window.toggleTheme' },
    'separator',
    { role: 'zoomIn' },
    { role: 'zoomOut' },
    { role: 'resetZoom' },
    { role: 'togglefullscreen' },
  ],
  '&Window': [{ role: 'minimize' }, { role: 'zoom' }, { role: 'close' }],
  '&Help': [
    { label: 'Keyboard Map', command: 'window.keys' },
    { label: 'Check for Updates…', command: 'window.updates' },
  ],
};

/**
 * The native menus.
 * @param run carries out a command in the window.
 */
export function menuTemplate(
  platform: NodeJS.Platform,
  run: (command: MenuCommand) => void,
): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin';
  const item = (entry: Entry): MenuItemConstructorOptions => {
    if (entry === 'separator') return { type: 'separator' };
    if ('role' in entry) return { role: entry.role };
    const { label, command, keys } = entry;
    // The keys are shown here and handled by the page, which knows where the focus is.
    return {
      label,
      click: () => run(command),
      ...(keys !== undefined && { accelerator: keys, registerAccelerator: false }),
    };
  };
  const submenus = Object.entries(menus).map(([label, entries]): MenuItemConstructorOptions => {
    const all = label === '&File' && !mac ? [...entries, ...quit] : entries;
    return { label: mac ? label.replace('&', '') : label, submenu: all.map(item) };
  });
  return mac ? [{ role: 'appMenu' }, ...submenus] : submenus;
}
