import {
  app,
  BrowserWindow,
  dialog,
  ipcMain,
  Menu,
  powerMonitor,
  protocol,
  safeStorage,
  screen,
  session,
  shell,
  utilityProcess,
} from 'electron';
import path from 'node:path';
import { openProgram } from '../host/open-program.ts';
import {
  cachePath,
  chosenDataPath,
  dataPath,
  engineEntryPath,
  engineEnvironment,
  programPath,
} from '../host/paths.ts';
import { commandLineIn } from './command-arguments.ts';
import { runCommand } from './run-command.ts';
import { systemSecretBox } from './secret-box.ts';
import { startApp } from './start-app.ts';
import { ownArguments } from './start-arguments.ts';
import { launchUtilityEngine } from './utility-engine.ts';

// Entry point of the Electron shell: hands Electron itself to the shell's logic.
const distPath = path.join(programPath, 'dist');
const environment = engineEnvironment();
const scriptPath = app.isPackaged ? undefined : path.join(distPath, 'main', 'main.cjs');
const args = ownArguments(process.argv, scriptPath, process.cwd());
const fork = utilityProcess.fork.bind(utilityProcess);
const command = commandLineIn(args, process.cwd());

if (command) void runCommand({ app, fork, dialog, platform: process.platform }, command);
else
  void startApp(
    {
      app,
      createWindow: (options) => new BrowserWindow(options),
      dialog,
      ipc: ipcMain,
      menu: Menu,
      protocol,
      screen,
      session: () => session.defaultSession,
      shell,
    },
    {
      platform: process.platform,
      args,
      dataFolder: chosenDataPath(),
      rendererPath: path.join(distPath, 'renderer'),
      preloadPath: path.join(distPath, 'preload', 'preload.cjs'),
      iconPath: path.join(programPath, 'assets', 'icons', 'icon.png'),
      // `npm start` opens a browser where Electron ends before this.
      onStarted: () => process.send?.('started'),
      openProgram: (dataFolder = dataPath()) =>
        openProgram({
          dataPath: dataFolder,
          cachePath: cachePath(),
          secretBox: systemSecretBox(safeStorage, process.platform),
          isOnBattery: () => Promise.resolve(powerMonitor.isOnBatteryPower()),
          launchEngine: () => launchUtilityEngine(fork, engineEntryPath, environment),
        }),
    },
  );
