import type { DataSet, SplitFile } from '../data-set.ts';
import { activityNetRtl } from '../readers/activitynet-rtl.ts';
import { charadesSta } from '../readers/charades-sta.ts';
import { activityNetCaptions, youCook2 } from '../readers/dense-captions.ts';
import { didemo } from '../readers/didemo.ts';
import { ego4dNaq } from '../readers/ego4d-naq.ts';
import { hiRest } from '../readers/hirest.ts';
import { queryD } from '../readers/queryd.ts';
import { videoXum } from '../readers/videoxum.ts';
import { split } from './split.ts';

const activityNetDurations = 'activitynet/durations.json';

const charadesSplit = (name: string): SplitFile =>
  split(name, `charades_sta/charades_sta_${name}.txt`, 'charades_sta/durations.json');
const activityNetSplit = (name: string): SplitFile =>
  split(name, `activitynet_captions/${name}.json`, activityNetDurations);
const didemoSplit = (name: string): SplitFile =>
  split(name, `didemo/${name}_data.json`, 'didemo/durations.json');
const naqSplit = (name: string): SplitFile => split(name, `ego4d_naq/${name}.json`);
const hiRestSplit = (name: string): SplitFile => split(name, `hirest/all_data_${name}.json`);
const xumSplit = (name: string): SplitFile => split(name, `videoxum/${name}_videoxum.json`);
const youCookSplit = (name: string): SplitFile => split(name, 'youcook2/youcookii_annotations_trainval.json');

const activityNetSplits = {
  train: activityNetSplit('train'),
  valid: activityNetSplit('val_1'),
  test: activityNetSplit('val_2'),
};
const hiRestSplits = { train: hiRestSplit('train'), valid: hiRestSplit('val'), test: hiRestSplit('val') };
const youCookSplits = {
  train: youCookSplit('training'),
  valid: youCookSplit('validation'),
  test: youCookSplit('validation'),
};

/** Data sets that ask for moments (fixtures/README.md; "the 27 datasets"). */
export const groundingSets: readonly DataSet[] = [
  {
    key: 'charades_sta',
    title: 'Charades-STA',
    kind: 'grounding',
    splits: { train: charadesSplit('train'), valid: charadesSplit('test'), test: charadesSplit('test') },
    defaultSplit: 'test',
    overrides: { roundingUnitSec: 0.1 },
    read: charadesSta,
  },
  {
    key: 'activitynet_captions',
    title: 'ActivityNet-Captions',
    kind: 'grounding',
    splits: activityNetSplits,
    defaultSplit: 'test',
    overrides: { roundingUnitSec: 0.01 },
    read: activityNetCaptions('captions'),
  },
  {
    key: 'activitynet_captions_bias',
    title: 'ActivityNet-Captions by neighbouring moments',
    kind: 'grounding',
    splits: activityNetSplits,
    defaultSplit: 'train',
    overrides: { roundingUnitSec: 0.01 },
    read: activityNetCaptions('neighbours'),
  },
  {
    key: 'ego4d_naq',
    title: 'Ego4D-NaQ',
    kind: 'grounding',
    splits: { train: naqSplit('train'), valid: naqSplit('val'), test: naqSplit('test') },
    defaultSplit: 'train',
    read: ego4dNaq,
  },
  {
    key: 'activitynet_rtl',
    title: 'ActivityNet-RTL',
    kind: 'grounding',
    splits: {
      train: split('train', 'activitynet_rtl/activitynet_train_gpt-4-0613_temp_6_f10009.json'),
      valid: split('val_1', 'activitynet_rtl/annot_val_1_q229.json'),
      test: split('val_1', 'activitynet_rtl/annot_val_1_q229.json'),
    },
    defaultSplit: 'test',
    overrides: { roundingUnitSec: 0.01 },
    read: activityNetRtl,
  },
  {
    key: 'didemo',
    title: 'DiDeMo',
    kind: 'grounding',
    splits: { train: didemoSplit('train'), valid: didemoSplit('val'), test: didemoSplit('test') },
    defaultSplit: 'test',
    overrides: { roundingUnitSec: 1 },
    read: didemo,
  },
  {
    key: 'queryd',
    title: 'QuerYD',
    kind: 'grounding',
    splits: {
      train: split(
        'train',
        'queryd/train_list.txt',
        'queryd/raw_captions_combined_filtered-v2.pkl',
        'queryd/times_captions_combined_filtered-v2.pkl',
        'queryd/durations.json',
      ),
    },
    defaultSplit: 'train',
    read: queryD,
  },
  {
    key: 'hirest_grounding',
    title: 'HiREST, clips',
    kind: 'grounding',
    splits: hiRestSplits,
    defaultSplit: 'valid',
    overrides: { roundingUnitSec: 1 },
    dropsMissingVideos: true,
    read: hiRest('clips'),
  },
  {
    key: 'hirest_step',
    title: 'HiREST, steps',
    kind: 'grounding',
    splits: hiRestSplits,
    defaultSplit: 'valid',
    overrides: { roundingUnitSec: 1 },
    dropsMissingVideos: true,
    read: hiRest('steps'),
  },
  {
    key: 'hirest_step_bias',
    title: 'HiREST, steps by their neighbours',
    kind: 'grounding',
    splits: hiRestSplits,
    defaultSplit: 'train',
    overrides: { roundingUnitSec: 1 },
    dropsMissingVideos: true,
    read: hiRest('neighbours'),
  },
  {
    key: 'videoxum',
    title: 'VideoXum',
    kind: 'grounding',
    splits: { train: xumSplit('train'), valid: xumSplit('val'), test: xumSplit('test') },
    defaultSplit: 'test',
    overrides: { roundingUnitSec: 0.01 },
    read: videoXum,
  },
  {
    key: 'youcook2',
    title: 'YouCook2',
    kind: 'grounding',
    splits: youCookSplits,
    defaultSplit: 'valid',
    overrides: { roundingUnitSec: 1 },
    dropsMissingVideos: true,
    read: youCook2('captions'),
  },
  {
    key: 'youcook2_bias',
    title: 'YouCook2 by neighbouring moments',
    kind: 'grounding',
    splits: youCookSplits,
    defaultSplit: 'train',
    overrides: { roundingUnitSec: 1 },
    dropsMissingVideos: true,
    read: youCook2('neighbours'),
  },
];
