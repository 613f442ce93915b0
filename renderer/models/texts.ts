import type { DoctorReport, ProviderStatus } from '../../native-models/protocol/doctor-report.ts';
import type { DeviceRequest } from '../../native-models/protocol/roles.ts';
import { formatBytes } from '../ui/format.ts';

/** Words of models and of the first start. */
export const modelTexts = {
  title: 'Models',
  back: 'Back to the video',
  installed: 'On this machine',
  none: 'No model is installed yet.',
  available: 'To download',
  availableText: 'Only when you press the button. Everything works offline afterwards.',
  origin: {
    title: (source: string, prompts: string) => `From ${source}; prompts: ${prompts}`,
    source: 'Weights from',
    sources: { hub: 'Hugging Face hub', modelscope: 'ModelScope' },
    sourceHint: 'What ModelScope does not have comes from the hub.',
    repository: (repository: string, source: string) => `${repository} (${source})`,
    mirror: 'Mirror of the hub',
    mirrorHint: 'Empty: the hub itself, or what HF_ENDPOINT names.',
    prompts: 'Prompts from',
    places: {
      auto: 'GitHub or the hub, whichever has them',
      github: 'GitHub',
      hub: 'The hub or its mirror',
      file: 'A file of yours…',
    },
    promptsHint: 'Taken only if they are the very text that this version knows; a changed text is told.',
    promptsFile: (path: string) => `${path}, taken as it is`,
    chooseFile: 'A file of prompts (constants.py or prompts.json)',
    token: (host: string) => `Access token for ${host}`,
    tokenHint:
      'For gated models only. Kept by the system’s keychain, never shown again, sent to this host alone.',
    tokenFrom: {
      kept: 'A token is kept in the system’s keychain.',
      environment: 'The token of the environment is used.',
      file: 'The token of the hub’s own tools is used.',
    },
    keepToken: 'Keep',
    removeToken: 'Remove',
  },
  unfinished: 'Unfinished downloads',
  unfinishedText: 'What has arrived stays: downloading the model again goes on with it.',
  unfinishedSize: (bytes: string, total: string | undefined) =>
    total === undefined ? `${bytes} on disk` : `${bytes} of ${total} on disk`,
  removeUnfinished: (title: string) => `Remove what has arrived of ${title}`,
  fromFolder: 'From a folder',
  fromFolderText:
    'A finished model package is used as it lies. From a checkpoint (Qwen2-VL with VideoMind adapters, Qwen2.5-VL, Qwen3-VL) a package is made first.',
  chooseFolder: 'Choose a folder…',
  chooseFolderTitle: 'Folder of a model package or a checkpoint',
  use: 'Use',
  inUse: 'In use',
  remove: 'Remove',
  removeTitle: 'Remove this model',
  removeText: (name: string) => `“${name}” is deleted from the folder of models. Runs that it answered stay.`,
  demo: 'demo',
  damaged: 'damaged',
  missing: 'missing',
  reasons: 'reasons aloud',
  disk: 'On disk',
  memory: 'In memory',
  roles: 'Roles',
  precision: 'Precision',
  download: 'Download',
  downloadSize: (download: string, disk: string) => `${download} to download, ${disk} on disk`,
  licence: 'Licence',
  promptsFrom: (project: string, licence: string) =>
    `asked in the words it was trained with, published by ${project} (${licence})`,
  precisionLabel: 'Precision of the package',
  precisions: {
    int8: '8 bit (usual)',
    'int8-blocks': '8 bit (for GPUs)',
    int4: '4 bit (least memory)',
    fp16: '16 bit (for GPUs)',
    fp32: '32 bit (as trained)',
  },
  moveFolder: 'Move the folder of models…',
  moveFolderTitle: 'New folder for the models',
  device: 'Device',
  deviceText: 'What this machine has. Auto takes the best that works and has room; a GPU in software never.',
  check: 'Look again',
  checking: 'Looking…',
  deviceAvailable: 'ready',
  deviceMissing: 'not here',
  howToAdd: 'Why, and how to add it',
  devices: {
    cpu: 'Processor (CPU)',
    cuda: 'NVIDIA (CUDA)',
    cann: 'Ascend (CANN)',
    webgpu: 'WebGPU',
    directml: 'DirectML',
    coreml: 'Core ML',
  },
  auto: 'Auto',
  /** What a device is: the machine's name for it and its memory, where it says. */
  deviceLine: ({ label, deviceName, memoryBytes, isSoftware }: ProviderStatus) =>
    deviceName === undefined
      ? label
      : [
          label,
          isSoftware === true ? `${deviceName} (in software)` : deviceName,
          ...(memoryBytes === undefined ? [] : [formatBytes(memoryBytes)]),
        ].join(' · '),
  /** A device in a menu: its name and memory, or why not; of `auto`, what it takes here. Nothing while that is not known. */
  deviceDetail: (device: DeviceRequest, report: DoctorReport | undefined): string | undefined => {
    if (device === 'auto') return report?.auto && modelTexts.devices[report.auto.device];
    const provider = report?.providers.find((each) => each.device === device);
    if (provider === undefined) return undefined;
    if (!provider.available) return modelTexts.deviceMissing;
    const { deviceName, memoryBytes, isSoftware, checks = [] } = provider;
    return [
      ...(deviceName === undefined ? [] : [deviceName]),
      ...(isSoftware === true
        ? ['in software']
        : memoryBytes === undefined
          ? []
          : [formatBytes(memoryBytes)]),
      ...(checks.some(({ problem }) => problem !== undefined) ? ['computed wrongly'] : []),
    ].join(' · ');
  },
  /** What came of the self-checks that a device was put to here. */
  checks: (checks: NonNullable<ProviderStatus['checks']>) =>
    checks.map(({ packageName, precision, problem, deviation = 0 }) => {
      const percent = `${Number((deviation * 100).toPrecision(2))} %`;
      return `${packageName} (${precision}): ${problem ?? `self-check passed, ${percent} off`}`;
    }),
  addParts: (download: string, disk: string) => `Add (${download} to download, ${disk} on disk)`,
  addRest: (download: string) => `Go on adding (${download} left to download)`,
  removeParts: (disk: string) => `Remove libraries (${disk})`,
  measured: (what: string) => `Measured with this program: ${what}`,
  autoTakes: ({ device, reason }: NonNullable<DoctorReport['auto']>) => `Here it takes ${device}. ${reason}`,
  autoDevice: 'Auto (the best that works)',
  autoText: 'The best that works and has room',
  machine: 'This machine',
  cores: (logical: number, model: string) => `${model}, ${logical} threads`,
  freeMemory: (free: string, total: string) => `${free} of ${total} memory free`,
  ffmpeg: (version: string) => `ffmpeg ${version}`,
  jail: (mechanisms: string) => `decoders in ${mechanisms}`,
  unpatchedRemedy:
    'Update your system’s ffmpeg, or set FFMPEG_BIN to a newer one, and start the program again.',
  found: 'What was found there',
  notImportable: 'There is nothing here that could be used as a model.',
  importTitle: 'Make a model package',
  importText: 'The checkpoint stays as it is; the package goes to the folder of models.',
  base: 'Base checkpoint',
  adapters: 'Adapters',
  adaptersHint:
    'The folder with the VideoMind adapters, or with the LoRA of a model that reasons aloud; leave it empty for a plain model.',
  prompts: 'Prompts',
  promptsHint: 'prompts.json or constants.py of the checkpoint’s authors; empty: built-in words.',
  name: 'Name',
  choose: 'Choose…',
  import: 'Make the package',
  jobs: 'At work',
  firstStart: {
    title: 'Ask long videos questions',
    text: 'Open a video, ask, and watch the answer being found: the plan, the candidate moments, how sure the verifier is of each, and the moment that proves it. Everything runs on this machine.',
    demo: 'Try the demo',
    demoText: 'A tiny model and a short clip that come with the program. Ready now, no download.',
    demoAction: 'Start the demo',
    download: 'Download VideoMind 2B',
    downloadText: (size: string, licence: string) =>
      `The real model, ${size} once. It goes on in the background. Licence: ${licence}.`,
    downloadAction: 'Download',
    folder: 'Use a folder',
    folderText: 'You have a model package or a checkpoint on this machine already.',
    folderAction: 'Choose a folder…',
    skip: 'Skip, I will add a model later',
    offline: 'Nothing leaves this machine. The network is used only when you download a model.',
  },
} as const;
