import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Handlers } from '../../../native-models/protocol/server.ts';
import type { HostMethods } from '../contract/methods.ts';
import { createHost } from '../create-host.ts';
import type { Host, HostOptions } from '../create-host.ts';
import { TestWindow } from './connect-window.ts';
import { ScriptedEngine, scriptedVideos, writePackage } from './scripted-parts.ts';

/** For tests: how long a host may take to open or close; the store's thread starts slowly on a busy machine. */
export const hostPatienceMs = 60_000;

/** For tests: a host on a folder of its own, with a window, that can be closed and opened again. */
export class TestHost {
  readonly folder: string;
  readonly engine = new ScriptedEngine();
  readonly #options: Partial<HostOptions>;
  #host: Host | undefined;
  #window: TestWindow | undefined;

  private constructor(folder: string, options: Partial<HostOptions>) {
    this.folder = folder;
    this.#options = options;
  }

  static async open(options: Partial<HostOptions> = {}): Promise<TestHost> {
    const folder = await mkdtemp(path.join(tmpdir(), 'videomind-host-'));
    const host = new TestHost(folder, options);
    await writePackage(path.join(folder, 'demo'), 'demo');
    await host.start();
    return host;
  }

  get host(): Host {
    if (this.#host === undefined) throw new Error('The host is closed.');
    return this.#host;
  }

  get handlers(): Handlers<HostMethods> {
    return this.host.handlers;
  }

  get window(): TestWindow {
    if (this.#window === undefined) throw new Error('The host is closed.');
    return this.#window;
  }

  /** A second window. */
  newWindow(): TestWindow {
    return new TestWindow(this.host.handlers);
  }

  async start(): Promise<void> {
    this.#host = await createHost({
      dataPath: path.join(this.folder, 'data'),
      cachePath: path.join(this.folder, 'cache'),
      engine: this.engine,
      videos: scriptedVideos(),
      demoPath: path.join(this.folder, 'demo'),
      ...this.#options,
    });
    this.#window = new TestWindow(this.#host.handlers);
  }

  async stop(): Promise<void> {
    this.#window?.close();
    await this.#host?.dispose();
    this.#host = undefined;
  }

  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** A file that stands for a video. */
  async videoFile(name = 'clip.mp4'): Promise<string> {
    const file = path.join(this.folder, name);
    await writeFile(file, 'a video');
    return file;
  }

  /** A project with one video that is ready. */
  async project(name = 'clip.mp4'): Promise<{ readonly projectId: string; readonly videoId: string }> {
    const project = await this.window.call('projectsCreate', { name: 'Project' });
    const paths = [await this.videoFile(name)];
    const { videos } = await this.window.call('videosOpen', { projectId: project.id, paths });
    const [video] = videos;
    if (video === undefined) throw new Error('No video was opened.');
    await this.window.heard(
      'videoChanged',
      ({ video: changed }) => changed.id === video.id && changed.state !== 'probing',
    );
    return { projectId: project.id, videoId: video.id };
  }
}
