/** The task whose videos are folders of pictures. */
export const episodicReasoning = 'episodic_reasoning';

/** Folder of each task's videos below `mvbench/video`, in the order in which the tasks are read. */
export const mvBenchFolders: Readonly<Record<string, string>> = {
  [episodicReasoning]: 'tvqa/frames_fps3_hq',
  action_sequence: 'star/Charades_v1_480',
  action_prediction: 'star/Charades_v1_480',
  action_antonym: 'ssv2_video',
  fine_grained_action: 'Moments_in_Time_Raw/videos',
  unexpected_action: 'FunQA_test/test',
  object_existence: 'clevrer/video_validation',
  object_interaction: 'star/Charades_v1_480',
  object_shuffle: 'perception/videos',
  moving_direction: 'clevrer/video_validation',
  action_localization: 'sta/sta_video',
  scene_transition: 'scene_qa/video',
  action_count: 'perception/videos',
  moving_count: 'clevrer/video_validation',
  moving_attribute: 'clevrer/video_validation',
  state_change: 'perception/videos',
  fine_grained_pose: 'nturgbd',
  character_order: 'perception/videos',
  egocentric_navigation: 'vlnqa',
  counterfactual_inference: 'clevrer/video_validation',
};

/** A task's title, by which it is reported: `fine_grained_pose` is "Fine-grained Pose". */
export function mvBenchTitle(task: string): string {
  const words = task.replace('fine_grained', 'fine-grained').split('_');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ');
}
