/** Names of the messages between a window's preload and the main process. */
export const channels = {
  /** Carries one end of a MessagePort: a new connection to the host. */
  connect: 'videomind:connect',
  chooseFiles: 'videomind:choose-files',
  chooseSavePath: 'videomind:choose-save-path',
  revealPath: 'videomind:reveal-path',
  openReleasePage: 'videomind:open-release-page',
  /** From the window: it listens for paths and commands now. */
  listening: 'videomind:listening',
  openPaths: 'videomind:open-paths',
  /** From the window: these paths were opened, or refused in words; a page that ended before it says so has not. */
  openedPaths: 'videomind:opened-paths',
  menuCommand: 'videomind:menu-command',
} as const;
